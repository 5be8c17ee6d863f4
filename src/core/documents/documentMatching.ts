import type { Attributes } from "../vectorStoreDefinition/storeDefinition.ts";
import type { RemoteDocument } from "./documentAttributes.ts";
import { extensionOf } from "./fileRules.ts";
import type { LocalDocument } from "./scan.ts";

/** A file on disk, with the file of the store that it is. */
export interface WantedFile {
  readonly file: LocalDocument;
  /** The path as it is compared. */
  readonly key: string;
  readonly own: Attributes;
  there: RemoteDocument | null;
}

/** Which file of the store each file on disk is. */
export class DocumentMatching {
  readonly #remote: readonly RemoteDocument[];
  /** Nearly always there is one file at a path. */
  readonly #byPath = new Map<string, RemoteDocument | RemoteDocument[]>();
  readonly #free: Set<RemoteDocument>;

  constructor(remote: readonly RemoteDocument[]) {
    this.#remote = remote;
    this.#free = new Set(remote);
    for (const one of remote) {
      const known = this.#byPath.get(one.path);
      if (known === undefined) this.#byPath.set(one.path, one);
      else if (Array.isArray(known)) known.push(one);
      else this.#byPath.set(one.path, [known, one]);
    }
  }

  match(files: readonly WantedFile[], renames: boolean): void {
    const unmatched: WantedFile[] = [];
    for (const file of files) {
      const known = this.#byPath.get(file.key);
      if (known !== undefined)
        this.#take(
          file,
          Array.isArray(known) ? known.filter(sameContent(file)) : sameContent(file)(known) ? [known] : [],
        );
      if (file.there === null) unmatched.push(file);
    }
    if (!renames || unmatched.length === 0 || this.#free.size === 0) return;
    const byHash = new Map<string, RemoteDocument[]>();
    for (const one of this.#remote)
      if (this.#free.has(one)) byHash.set(one.sha256, [...(byHash.get(one.sha256) ?? []), one]);
    // A rename keeps the extension: it says how the file is read.
    for (const file of unmatched) {
      const extension = extensionOf(file.file.path);
      const candidates = byHash.get(file.file.sha256) ?? [];
      this.#take(
        file,
        candidates.filter(({ path }) => extensionOf(path) === extension),
      );
    }
  }

  #take(file: WantedFile, candidates: readonly RemoteDocument[]): void {
    let best: RemoteDocument | null = null;
    for (const one of candidates)
      if (this.#free.has(one) && (best === null || statusOrder[one.status] < statusOrder[best.status])) best = one;
    if (best === null) return;
    this.#free.delete(best);
    file.there = best;
  }

  /** What nothing on disk was found to be, at a path. */
  leftAt(path: string): readonly RemoteDocument[] {
    const known = this.#byPath.get(path);
    if (known === undefined) return [];
    return (Array.isArray(known) ? known : [known]).filter((one) => this.#free.has(one));
  }

  left(): ReadonlySet<RemoteDocument> {
    return this.#free;
  }
}

function sameContent({ file }: WantedFile): (one: RemoteDocument) => boolean {
  return ({ sha256 }) => sha256 === file.sha256;
}

const statusOrder = { completed: 0, in_progress: 1, cancelled: 2, failed: 3 } as const;
