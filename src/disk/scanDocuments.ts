import { lstatSync, statSync } from "node:fs";
import type { Stats } from "node:fs";
import { realpath } from "node:fs/promises";
import { join, sep } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";

import pLimit from "p-limit";

import { skipByContent, skipByName } from "../core/documents/fileRules.ts";
import type { LocalDocument, Scan, SkippedFile } from "../core/documents/scan.ts";
import type { StoreDefinition } from "../core/vectorStoreDefinition/storeDefinition.ts";
import type { FileIndex } from "./fileIndex.ts";
import { followLinks } from "./followLinks.ts";
import { storeGlobs } from "./globs.ts";
import { hashFile } from "./hashFile.ts";
import { isGone } from "./isGone.ts";
import { linkOn, listFiles } from "./listFiles.ts";
import { codeOf, unreadable } from "./unreadable.ts";

export interface ScanOptions {
  /** What links may not lead out of: the workspace folder. */
  readonly root: string;
  /** Read while the files are listed. */
  readonly index: FileIndex | Promise<FileIndex>;
  readonly signal?: AbortSignal | undefined;
  /** Files that had to be read so far, and their number. */
  readonly onProgress?: (read: number, toRead: number) => void;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Instead of asking the globs and git: these paths, from the folder. */
  readonly paths?: readonly string[];
}

/** Files that are read at once. */
const readsAtOnce = 4;
/** So long at most the event loop is kept from others. */
const sliceMs = 8;

/**
 * Finds the files of a store definition and looks at them: at their names and times, and at the content of those that the index
 * does not know. What goes meanwhile is left out; what cannot be read, or changes while it is, is told.
 * @param folder of the definition: its globs are relative to it
 */
export async function scanDocuments(folder: string, definition: StoreDefinition, options: ScanOptions): Promise<Scan> {
  const { signal } = options;
  const opening = Promise.resolve(options.index);
  // Whoever awaits it gets the failure.
  opening.catch(() => undefined);
  const globs = storeGlobs(definition);
  const listed =
    options.paths ?? (await listFiles(folder, { gitignore: definition.gitignore, bases: globs.bases, signal }));
  const matching = options.paths === undefined ? listed.filter((path) => globs.includes(path)) : [...listed];
  const files: LocalDocument[] = [];
  const skipped: SkippedFile[] = [];
  const links: string[] = [];
  const unread: { readonly path: string; readonly stats: Stats }[] = [];
  const root = await realpath(options.root);
  const index = await opening;
  let sliceEnd = performance.now() + sliceMs;
  for (const path of matching) {
    if (performance.now() > sliceEnd) {
      await nextTurn();
      signal?.throwIfAborted();
      sliceEnd = performance.now() + sliceMs;
    }
    const now = options.paths !== undefined && isBehindLink(folder, path) ? behindLink(path) : lookAt(folder, path);
    if (now === null) continue;
    if (now === "link") links.push(path);
    else if ("reason" in now) skipped.push(now);
    else consider(path, now);
  }
  const { gitignore } = definition;
  const { allowsSecrets } = globs;
  for (const one of await followLinks(folder, links, { root, gitignore, allowsSecrets, signal }))
    if ("reason" in one) skipped.push(one);
    else consider(one.path, one.stats);
  const limit = pLimit(readsAtOnce);
  let read = 0;
  await Promise.all(
    unread.map(({ path, stats }) =>
      limit(async () => {
        signal?.throwIfAborted();
        await readOne(path, stats);
        read += 1;
        options.onProgress?.(read, unread.length);
      }),
    ),
  );
  await index.save();
  return { files: sortedByPath(files), skipped: sortedByPath(skipped) };

  /** Takes a file by its name and times, or has it read. */
  function consider(path: string, stats: Stats): void {
    const byName = skipByName(path, stats.size);
    if (byName !== null && !(byName.reason === "secret" && globs.allowsSecrets(path))) {
      skipped.push({ path, bytes: stats.size, ...byName });
      return;
    }
    const known = index.known(path, stats);
    if (known === null) unread.push({ path, stats });
    else take(path, stats, known);
  }

  async function readOne(path: string, before: Stats): Promise<void> {
    const checkedAt = (options.now ?? Date.now)();
    const full = join(folder, path);
    try {
      const content = await hashFile(full, path, signal);
      const after = statSync(full);
      if (content.bytes !== before.size || after.size !== before.size || after.mtimeMs !== before.mtimeMs)
        return void skipped.push(unreadable(path, before.size, "it changed while it was read"));
      index.put(path, before, checkedAt, content);
      take(path, before, content);
    } catch (error) {
      signal?.throwIfAborted();
      if (isGone(error)) return;
      skipped.push(unreadable(path, before.size, `it cannot be read (${codeOf(error)})`));
    }
  }

  function take(
    path: string,
    stats: Stats,
    content: Awaited<ReturnType<typeof hashFile>> | NonNullable<ReturnType<FileIndex["known"]>>,
  ): void {
    const byContent = skipByContent(content.verdict);
    if (byContent !== null && !(byContent.reason === "secret" && globs.allowsSecrets(path)))
      skipped.push({ path, bytes: stats.size, ...byContent });
    else files.push({ path, bytes: stats.size, mtimeMs: stats.mtimeMs, sha256: content.sha256 });
  }
}

/** git lists files sorted already. */
function sortedByPath<T extends { readonly path: string }>(items: readonly T[]): readonly T[] {
  const isSorted = items.every((item, index) => index === 0 || (items[index - 1]?.path ?? "") <= item.path);
  return isSorted ? items : items.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

/** A file as it is now; null when it is gone, or no file. */
function lookAt(folder: string, path: string): Stats | SkippedFile | "link" | null {
  if (path.includes("\uFFFD")) return unreadable(path, null, "its name is not valid Unicode");
  try {
    const stats = lstatSync(folder + sep + path, { throwIfNoEntry: false });
    if (stats === undefined) return null;
    if (stats.isFile()) return stats;
    return stats.isSymbolicLink() ? "link" : null;
  } catch (error) {
    if (isGone(error)) return null;
    return unreadable(path, null, `it cannot be looked at (${codeOf(error)})`);
  }
}

/** Whether a folder on the way to a file is a link: files below it are listed nowhere. */
function isBehindLink(folder: string, path: string): boolean {
  return linkOn(folder, path.slice(0, Math.max(0, path.lastIndexOf("/")))) !== null;
}

function behindLink(path: string): SkippedFile {
  return { path, bytes: null, reason: "link", message: "links to folders are not followed" };
}
