import type { StoreDefinition } from "../vectorStoreDefinition/storeDefinition.ts";
import type { VectorStoreFile } from "../wire.ts";
import {
  allAttributes,
  chunkingAttribute,
  maxOwnAttributes,
  ownAttributes,
  pathAttribute,
  remoteDocument,
  sameAttributes,
} from "./documentAttributes.ts";
import type { RemoteDocument } from "./documentAttributes.ts";
import type { DocumentItem, DocumentPlan, WantedDocument } from "./documentPlan.ts";
import { pathOf } from "./documentPlan.ts";
import { extensionOf } from "./fileRules.ts";
import { totalsOf } from "./planTotals.ts";
import type { LocalDocument, Scan, SkippedFile } from "./scan.ts";
import type { StoreFound } from "./findStore.ts";

export interface DocumentPlanInput {
  readonly definition: StoreDefinition;
  readonly scan: Scan;
  readonly found: StoreFound;
  /** Every file of the store. */
  readonly remote: readonly VectorStoreFile[];
  /** Whether a path matches a glob of the definition. */
  readonly matches: (path: string, glob: string) => boolean;
  /** Ids of uploads with this content and file name, wherever they are used. */
  readonly uploads: (sha256: string, name: string) => readonly string[];
}

export interface DocumentChoices {
  /** Files that the server could not read are put in again. */
  readonly retryFailed?: boolean;
  /** Only add: nothing is taken out, and nothing is taken for a renamed file, because not all files may have been looked at. */
  readonly keepRemoved?: boolean;
}

/**
 * Compares what a definition finds on disk with what its store has. Content decides: a file that is there under another path is
 * renamed, one whose path has other content is changed. Takes time in proportion to the number of files.
 */
export function makeDocumentPlan(input: DocumentPlanInput, choices: DocumentChoices = {}): DocumentPlan {
  const { definition, scan, found } = input;
  const documents = input.remote.map(remoteDocument);
  const remote = documents.filter((one) => one !== null);
  const { wanted, refused } = wantedFiles(input);
  const matching = new Matching(remote);
  const matched = matching.match(wanted, choices.keepRemoved !== true);
  const chunking = chunkingAttribute(definition.chunkingStrategy);
  const attached = new Set(input.remote.map(({ id }) => id));
  const items: DocumentItem[] = [];
  for (const file of wanted) {
    const there = matched.get(file);
    if (there !== undefined) items.push(itemThere(file, there, chunking, choices));
    else {
      const reuse = input.uploads(file.sha256, nameOf(file.path)).find((id) => !attached.has(id)) ?? null;
      if (reuse !== null) attached.add(reuse);
      const replaces = matching.leftAt(pathAttribute(file.path)).map(({ fileId }) => fileId);
      items.push(replaces.length > 0 ? { kind: "changed", file, reuse, replaces } : { kind: "new", file, reuse });
    }
  }
  items.push(...removals(items, matching, [...scan.skipped], choices));
  items.push(...[...scan.skipped, ...refused].map((skipped) => ({ kind: "skipped", ...skipped }) as const));
  const sorted = items.toSorted((a, b) => compare(pathOf(a), pathOf(b)));
  return {
    store: definition.name,
    storeId: found.store?.id ?? null,
    remade: found.remade,
    chunking: definition.chunkingStrategy,
    expiresAfter: expiryChange(input),
    items: sorted,
    keepRemoved: choices.keepRemoved === true,
    foreign: documents.length - remote.length,
    totals: totalsOf(sorted),
  };
}

/** Files with their attributes; those that cannot have them, or whose name another file has, are refused. */
function wantedFiles({ definition, scan, matches }: DocumentPlanInput): {
  readonly wanted: readonly WantedDocument[];
  readonly refused: readonly SkippedFile[];
} {
  const wanted: WantedDocument[] = [];
  const refused: SkippedFile[] = [];
  const taken = new Set<string>();
  const chunking = chunkingAttribute(definition.chunkingStrategy);
  const plain = definition.globAttributes.length === 0;
  for (const file of scan.files) {
    const own = plain ? definition.attributes : ownAttributes(definition, (glob) => matches(file.path, glob));
    const count = Object.keys(own).length;
    const key = pathAttribute(file.path);
    if (count > maxOwnAttributes)
      refused.push(refusal(file, "attributes", `it would get ${count} attributes; ${maxOwnAttributes} are the most`));
    else if (taken.has(key))
      refused.push(refusal(file, "same name", "another file has this name, written with other Unicode characters"));
    else {
      taken.add(key);
      wanted.push({ ...file, attributes: allAttributes(own, file.path, file.sha256, chunking) });
    }
  }
  return { wanted, refused };
}

function refusal(file: LocalDocument, reason: SkippedFile["reason"], message: string): SkippedFile {
  return { path: file.path, bytes: file.bytes, reason, message };
}

/** Which file of the store each file on disk is. */
class Matching {
  readonly #byPath = new Map<string, RemoteDocument[]>();
  readonly #byHash = new Map<string, RemoteDocument[]>();
  readonly #free: Set<RemoteDocument>;

  constructor(remote: readonly RemoteDocument[]) {
    this.#free = new Set(remote);
    for (const one of remote) {
      put(this.#byPath, one.path, one);
      put(this.#byHash, one.sha256, one);
    }
  }

  match(files: readonly WantedDocument[], renames: boolean): ReadonlyMap<WantedDocument, RemoteDocument> {
    const matched = new Map<WantedDocument, RemoteDocument>();
    const take = (file: WantedDocument, candidates: readonly RemoteDocument[]): void => {
      const best = candidates
        .filter((one) => this.#free.has(one))
        .toSorted((a, b) => statusOrder[a.status] - statusOrder[b.status])[0];
      if (best === undefined) return;
      this.#free.delete(best);
      matched.set(file, best);
    };
    for (const file of files)
      take(
        file,
        this.leftAt(pathAttribute(file.path)).filter(({ sha256 }) => sha256 === file.sha256),
      );
    if (!renames) return matched;
    // A rename keeps the extension: it says how the file is read.
    for (const file of files)
      if (!matched.has(file))
        take(
          file,
          (this.#byHash.get(file.sha256) ?? []).filter(({ path }) => extensionOf(path) === extensionOf(file.path)),
        );
    return matched;
  }

  /** What nothing on disk was found to be, at a path. */
  leftAt(path: string): readonly RemoteDocument[] {
    return (this.#byPath.get(path) ?? []).filter((one) => this.#free.has(one));
  }

  left(): Iterable<RemoteDocument> {
    return this.#free;
  }
}

const statusOrder = { completed: 0, in_progress: 1, cancelled: 2, failed: 3 } as const;

function itemThere(
  file: WantedDocument,
  there: RemoteDocument,
  chunking: string,
  choices: DocumentChoices,
): DocumentItem {
  const { fileId } = there;
  if (there.chunking !== chunking) return { kind: "reattach", file, fileId, why: "chunking" };
  if (there.status === "cancelled" || (there.status === "failed" && choices.retryFailed === true))
    return { kind: "reattach", file, fileId, why: "retry" };
  if (there.path !== file.attributes["awb_path"]) return { kind: "renamed", file, fileId, from: there.path };
  if (!sameAttributes(there.attributes, file.attributes)) return { kind: "attributes", file, fileId };
  if (there.status === "failed")
    return { kind: "failed", file, fileId, message: there.error ?? "the server could not read it" };
  return { kind: "unchanged", file, fileId };
}

/** What is in the store and has no place there any more. */
function removals(
  items: readonly DocumentItem[],
  matching: Matching,
  skipped: readonly SkippedFile[],
  choices: DocumentChoices,
): readonly DocumentItem[] {
  const byPath = new Map(items.map((item) => [pathAttribute(pathOf(item)), item.kind]));
  const kept = new Set(skipped.filter(({ reason }) => reason === "unreadable").map(({ path }) => pathAttribute(path)));
  const removed: DocumentItem[] = [];
  for (const { path, fileId } of matching.left()) {
    const here = byPath.get(path);
    // The old version stays until the new one can be searched: `changed` takes it out itself.
    if (here === "changed" || here === "failed" || kept.has(path)) continue;
    if (here === undefined && choices.keepRemoved === true) continue;
    removed.push({ kind: "removed", path, fileId, why: here === undefined ? "gone" : "replaced" });
  }
  return removed;
}

function expiryChange({ definition, found }: DocumentPlanInput): DocumentPlan["expiresAfter"] {
  if (found.store === null) return definition.expiresAfter ?? undefined;
  const now = found.store.expires_after?.days ?? null;
  return now === (definition.expiresAfter?.days ?? null) ? undefined : definition.expiresAfter;
}

/** The last part of a path: the name that an upload has. */
export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function put(map: Map<string, RemoteDocument[]>, key: string, value: RemoteDocument): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [value]);
  else known.push(value);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
