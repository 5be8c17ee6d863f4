import { createHash } from "node:crypto";
import type { Dirent } from "node:fs";
import { access, lstat, readdir, readFile, realpath, rm, stat } from "node:fs/promises";
import { join } from "node:path";

import { outOfFolder } from "../core/definition/rules/surroundings.ts";
import { utf8Text } from "../core/definition/utf8Text.ts";
import type { SyncFiles } from "../core/sync/ports.ts";
import { definitionName } from "../core/sync/unlistedPaths.ts";
import { insideFolder } from "../disk/insideFolder.ts";
import { isGone } from "../disk/isGone.ts";
import { writeWhole } from "../disk/writeWhole.ts";

/** Folders that hold no definitions of the project: those that the extension's search leaves out. */
const skipped: ReadonlySet<string> = new Set(["node_modules", ".git", ".svn", ".hg"]);
const storeName = /\.vectorstore\.(?:ya?ml|json)$/;

export interface FoundFiles {
  readonly definitions: readonly string[];
  readonly stores: readonly string[];
}

/**
 * Definitions and store definitions below a folder, as paths from it with forward slashes, sorted. Links are followed, as the
 * extension's search follows them; not round in a circle.
 */
export async function findDefinitions(root: string): Promise<FoundFiles> {
  const found = { definitions: [] as string[], stores: [] as string[] };
  const walk = async (folder: string, above: ReadonlySet<string>): Promise<void> => {
    const entries = await readdir(join(root, folder), { withFileTypes: true });
    for (const entry of entries) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      const isFolder = await leadsToFolder(join(root, path), entry);
      if (isFolder === null) continue;
      if (isFolder) {
        if (skipped.has(entry.name)) continue;
        const real = entry.isSymbolicLink()
          ? await realpath(join(root, path))
          : join([...above].at(-1) ?? "", entry.name);
        if (!above.has(real)) await walk(path, new Set([...above, real]));
      } else if (definitionName.test(entry.name)) found.definitions.push(path);
      else if (storeName.test(entry.name)) found.stores.push(path);
    }
  };
  await walk("", new Set([await realpath(root)]));
  return { definitions: found.definitions.toSorted(), stores: found.stores.toSorted() };
}

/** Whether there is something at a path, be it a link to nothing; also where nobody may look. */
export async function isAt(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    return !isGone(error);
  }
}

/** Null for a link that leads to nothing. */
async function leadsToFolder(path: string, entry: Dirent): Promise<boolean | null> {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (isGone(error) || (error as NodeJS.ErrnoException).code === "ELOOP") return null;
    throw error;
  }
}

/** The files of a folder on disk. A file is written beside its place and then moved there: it is whole or as it was. */
export function diskFiles(root: string): SyncFiles {
  return {
    readText: async (path) => utf8Text(await readFile(join(root, path)), "kept"),
    writeText: (path, text) => writeWhole(join(root, path), text),
    exists: (path) =>
      access(join(root, path)).then(
        () => true,
        () => false,
      ),
    remove: (path) => rm(join(root, path)),
    readBytes: async (path) => {
      const target = await insideFolder(root, path);
      if (target === null) throw new Error(outOfFolder(path));
      const bytes = new Uint8Array(await readFile(target));
      return { bytes, sha256: sha256Of(bytes) };
    },
  };
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
