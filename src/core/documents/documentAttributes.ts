import { fingerprintOf } from "../sync/canonical.ts";
import type { Attributes, ChunkingStrategy, StoreDefinition } from "../vectorStoreDefinition/storeDefinition.ts";
import type { VectorStoreFile } from "../wire.ts";

/** Attributes that the sync keeps with each file, beside the person's own. */
export const documentKeys = { hash: "awb_hash", path: "awb_path", chunking: "awb_chunks" } as const;

/** A file has at most 16 attributes (OpenAI API reference, "Vector store file"). */
export const maxOwnAttributes = 16 - Object.keys(documentKeys).length;

const maxValueLength = 512;

/**
 * A path as an attribute and as a key to compare by: composed Unicode (NFC), because one system writes `é` as one character and
 * another as two. A path longer than a value may be keeps its end, behind a mark of the whole.
 */
export function pathAttribute(path: string): string {
  // oxlint-disable-next-line no-control-regex -- ASCII is what is meant: it is composed already
  const key = /^[\u0000-\u007f]*$/.test(path) ? path : path.normalize("NFC");
  if (key.length <= maxValueLength) return key;
  const mark = `…${fingerprintOf(key)}…`;
  const tail = key.slice(key.length - (maxValueLength - mark.length));
  // Not half of a surrogate pair.
  return mark + (/^[\uDC00-\uDFFF]/.test(tail) ? tail.slice(1) : tail);
}

/** How files are cut, as an attribute: what a server reports back may be spelled in another way, or left out. */
export function chunkingAttribute(strategy: ChunkingStrategy | null): string {
  return strategy?.type === "static"
    ? `${strategy.static.max_chunk_size_tokens}/${strategy.static.chunk_overlap_tokens}`
    : "auto";
}

/** The person's own attributes of a file. @param matches whether the file matches a glob */
export function ownAttributes(definition: StoreDefinition, matches: (glob: string) => boolean): Attributes {
  const own: Record<string, string | number | boolean> = { ...definition.attributes };
  for (const { glob, attributes } of definition.globAttributes) if (matches(glob)) Object.assign(own, attributes);
  return own;
}

export function allAttributes(own: Attributes, path: string, sha256: string, chunking: string): Attributes {
  return {
    ...own,
    [documentKeys.hash]: sha256,
    [documentKeys.path]: pathAttribute(path),
    [documentKeys.chunking]: chunking,
  };
}

/** Whether attributes are the person's own and nothing else beside the sync's. */
export function hasOwnAttributes(attributes: Attributes, own: Attributes): boolean {
  let count = 0;
  for (const key in own) {
    if (attributes[key] !== own[key]) return false;
    count += 1;
  }
  for (const key in attributes) if (!isSyncKey(key)) count -= 1;
  return count === 0;
}

/** Whether an attribute is the sync's own. */
export function isSyncKey(key: string): boolean {
  return key === documentKeys.hash || key === documentKeys.path || key === documentKeys.chunking;
}

/** A file of a store that a sync has put there. */
export interface RemoteDocument {
  readonly fileId: string;
  readonly sha256: string;
  /** As `pathAttribute` gives it. */
  readonly path: string;
  readonly chunking: string;
  readonly attributes: Attributes;
  readonly status: VectorStoreFile["status"];
  readonly error: string | null;
}

/** Null for a file that something else has put into the store. */
export function remoteDocument(file: VectorStoreFile): RemoteDocument | null {
  const attributes = file.attributes ?? {};
  const [hash, path] = [attributes[documentKeys.hash], attributes[documentKeys.path]];
  if (typeof hash !== "string" || typeof path !== "string") return null;
  return {
    fileId: file.id,
    sha256: hash,
    path,
    chunking: String(attributes[documentKeys.chunking] ?? "auto"),
    attributes,
    status: file.status,
    error: file.last_error?.message ?? null,
  };
}
