import type { StoreDefinition } from "../vectorStoreDefinition/storeDefinition.ts";
import type { VectorStoreFile } from "../wire.ts";
import {
  allAttributes,
  chunkingAttribute,
  hasOwnAttributes,
  maxOwnAttributes,
  ownAttributes,
  pathAttribute,
  remoteDocument,
} from "./documentAttributes.ts";
import type { RemoteDocument } from "./documentAttributes.ts";
import { DocumentMatching } from "./documentMatching.ts";
import type { WantedFile } from "./documentMatching.ts";
import type { DocumentItem, DocumentPlan, WantedDocument } from "./documentPlan.ts";
import { pathOf } from "./documentPlan.ts";
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
  const remote: RemoteDocument[] = [];
  for (const file of input.remote) {
    const document = remoteDocument(file);
    if (document !== null) remote.push(document);
  }
  const { wanted, refused } = wantedFiles(input);
  const matching = new DocumentMatching(remote);
  matching.match(wanted, choices.keepRemoved !== true);
  const chunking = chunkingAttribute(definition.chunkingStrategy);
  const attached = new Set(input.remote.map(({ id }) => id));
  const items: DocumentItem[] = [];
  for (const one of wanted) {
    if (one.there !== null) {
      items.push(itemThere(one, one.there, chunking, choices, matching));
      continue;
    }
    const { sha256, path } = one.file;
    const file = wantedDocument(one, chunking);
    const reuse = input.uploads(sha256, nameOf(path)).find((id) => !attached.has(id)) ?? null;
    if (reuse !== null) attached.add(reuse);
    const replaces = matching.leftAt(one.key).map(({ fileId }) => fileId);
    items.push(replaces.length > 0 ? { kind: "changed", file, reuse, replaces } : { kind: "new", file, reuse });
  }
  if (matching.left().size > 0) items.push(...removals(items, matching, scan.skipped, choices));
  for (const skipped of [...scan.skipped, ...refused]) items.push({ kind: "skipped", ...skipped });
  const sorted = sortedByPath(items);
  return {
    store: definition.name,
    storeId: found.store?.id ?? null,
    remade: found.remade,
    chunking: definition.chunkingStrategy,
    expiresAfter: expiryChange(input),
    items: sorted,
    keepRemoved: choices.keepRemoved === true,
    foreign: input.remote.length - remote.length,
    totals: totalsOf(sorted),
  };
}

function wantedDocument({ file, own }: WantedFile, chunking: string): WantedDocument {
  return { ...file, attributes: allAttributes(own, file.path, file.sha256, chunking) };
}

/** Files with their attributes; those that cannot have them, or whose name another file has, are refused. */
function wantedFiles({ definition, scan, matches }: DocumentPlanInput): {
  readonly wanted: readonly WantedFile[];
  readonly refused: readonly SkippedFile[];
} {
  const wanted: WantedFile[] = [];
  const refused: SkippedFile[] = [];
  const taken = new Set<string>();
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
      wanted.push({ file, key, own, there: null });
    }
  }
  return { wanted, refused };
}

function refusal(file: LocalDocument, reason: SkippedFile["reason"], message: string): SkippedFile {
  return { path: file.path, bytes: file.bytes, reason, message };
}

function itemThere(
  wanted: WantedFile,
  there: RemoteDocument,
  chunking: string,
  choices: DocumentChoices,
  matching: DocumentMatching,
): DocumentItem {
  const { fileId } = there;
  const asWanted =
    there.path === wanted.key && there.chunking === chunking && hasOwnAttributes(there.attributes, wanted.own);
  // What is as it should be has the attributes that it should have.
  const file = asWanted ? { ...wanted.file, attributes: there.attributes } : wantedDocument(wanted, chunking);
  if (there.chunking !== chunking) return { kind: "reattach", file, fileId, why: "chunking" };
  if (there.status === "cancelled" || (there.status === "failed" && choices.retryFailed === true))
    return { kind: "reattach", file, fileId, why: "retry" };
  if (there.path !== wanted.key) return { kind: "renamed", file, fileId, from: there.path };
  if (!asWanted) return { kind: "attributes", file, fileId };
  if (there.status === "failed")
    return { kind: "failed", file, fileId, message: there.error ?? "the server could not read it" };
  if (there.status === "in_progress")
    return { kind: "reading", file, fileId, replaces: matching.leftAt(wanted.key).map((one) => one.fileId) };
  return { kind: "unchanged", file, fileId };
}

/** What is in the store and has no place there any more. */
function removals(
  items: readonly DocumentItem[],
  matching: DocumentMatching,
  skipped: readonly SkippedFile[],
  choices: DocumentChoices,
): readonly DocumentItem[] {
  const byPath = new Map(items.map((item) => [pathAttribute(pathOf(item)), item.kind]));
  const kept = new Set(skipped.filter(({ reason }) => reason === "unreadable").map(({ path }) => pathAttribute(path)));
  const removed: DocumentItem[] = [];
  for (const { path, fileId } of matching.left()) {
    const here = byPath.get(path);
    // The old version stays until the new one can be searched: `changed` and `reading` take it out themselves.
    if (here === "changed" || here === "reading" || here === "failed" || kept.has(path)) continue;
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

/** Files come sorted: there is something to do only where something else is among them. */
function sortedByPath(items: readonly DocumentItem[]): readonly DocumentItem[] {
  for (let index = 1; index < items.length; index += 1) {
    const [before, here] = [items[index - 1], items[index]];
    if (before !== undefined && here !== undefined && pathOf(before) > pathOf(here))
      return items.toSorted((a, b) => compare(pathOf(a), pathOf(b)));
  }
  return items;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
