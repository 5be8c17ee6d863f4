import { createHash } from "node:crypto";
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import { outOfFolder } from "../core/definition/rules/surroundings.ts";
import type { SyncFiles } from "../core/sync/ports.ts";
import { insideFolder } from "../disk/insideFolder.ts";

/** Folders that hold no definitions of the project. */
const skipped: ReadonlySet<string> = new Set(["node_modules", ".git", "dist", ".vscode-test"]);

const definitionName = /\.assistant\.(?:ya?ml|json)$/;
const storeName = /\.vectorstore\.(?:ya?ml|json)$/;

export interface FoundFiles {
  readonly definitions: readonly string[];
  readonly stores: readonly string[];
}

/** Definitions and store definitions below a folder, as paths from it with forward slashes, sorted. */
export async function findDefinitions(root: string): Promise<FoundFiles> {
  const found = { definitions: [] as string[], stores: [] as string[] };
  const walk = async (folder: string): Promise<void> => {
    const entries = await readdir(join(root, folder), { withFileTypes: true });
    for (const entry of entries) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!skipped.has(entry.name)) await walk(path);
      } else if (definitionName.test(entry.name)) found.definitions.push(path);
      else if (storeName.test(entry.name)) found.stores.push(path);
    }
  };
  await walk("");
  return { definitions: found.definitions.toSorted(), stores: found.stores.toSorted() };
}

/** The files of a folder on disk. A file is written beside its place and then moved there: it is whole or as it was. */
export function diskFiles(root: string): SyncFiles {
  return {
    readText: (path) => readFile(join(root, path), "utf8"),
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

/** Writes a file so that it has its old content or its new one, whatever happens in between. */
export async function writeWhole(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const beside = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(beside, text, { flush: true });
    await rename(beside, path);
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}
