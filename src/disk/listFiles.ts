import { existsSync, lstatSync } from "node:fs";
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

import { gitNames } from "./git.ts";
import { IgnoreRules, isIgnored } from "./ignoreRules.ts";
import { isGone } from "./isGone.ts";

export interface ListOptions {
  /** Leave out what git ignores. */
  readonly gitignore: boolean;
  /** Folders to keep to, relative to the folder. */
  readonly bases: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

/**
 * Paths of the files below a folder, with forward slashes, each once. Asks git where there is one; else walks, and reads the
 * `.gitignore` files on the way. Symbolic links are listed and not followed.
 */
export async function listFiles(folder: string, options: ListOptions): Promise<readonly string[]> {
  if (options.gitignore) {
    const tracked = await gitFiles(folder, options.signal);
    if (tracked !== null) return withNested(folder, tracked, options);
  }
  const paths: string[] = [];
  const rules = options.gitignore ? new IgnoreRules(folder) : null;
  for (const base of options.bases) {
    const link = linkOn(folder, base);
    if (link !== null) paths.push(link);
    else if (base === "" || rules === null || !(await rules.ignores(base, !(await isFile(join(folder, base))))))
      await walk(folder, base, rules, options, paths);
  }
  return [...new Set(paths)];
}

/** What git lists: tracked files with their mode and more in front (`--stage`), others by their paths alone. */
const staged = /^[0-7]{6} [0-9a-f]{40,64} [0-3]\t/;
const submodule = "160000 ";

interface Listed {
  readonly files: readonly string[];
  /** Repositories inside the repository. */
  readonly nested: ReadonlySet<string>;
}

/** Null where there is no git, or no repository. */
async function gitFiles(folder: string, signal: AbortSignal | undefined): Promise<Listed | null> {
  const entries = await gitNames(folder, ["ls-files", "-co", "--stage", "--exclude-standard", "-z"], signal);
  if (entries === null) return null;
  const files: string[] = [];
  const nested = new Set<string>();
  let before = "";
  for (const entry of entries) {
    const isTracked = staged.test(entry);
    const path = isTracked ? entry.slice(entry.indexOf("\t") + 1) : entry;
    // A submodule has its mode; a repository that is not tracked has a slash at its end.
    if ((isTracked && entry.startsWith(submodule)) || path.endsWith("/")) nested.add(path.replace(/\/$/, ""));
    // Several versions of a file that is being merged stand one after another.
    else if (path !== before) files.push(path);
    before = path;
  }
  return { files, nested };
}

/** What is in a repository inside the repository is asked of that one, if anything below it can be asked for. */
async function withNested(folder: string, { files, nested }: Listed, options: ListOptions): Promise<readonly string[]> {
  const all = [...files];
  for (const path of nested) {
    // One that was never checked out is an empty folder, in which git would speak of the repository around it.
    if (!options.bases.some((base) => meets(base, path)) || !existsSync(join(folder, path, ".git"))) continue;
    const inner = await listFiles(join(folder, path), { ...options, bases: [""] });
    for (const one of inner) all.push(`${path}/${one}`);
  }
  return all;
}

/** Whether one of two folders is, or is in, the other. */
function meets(base: string, path: string): boolean {
  return base === "" || base === path || base.startsWith(`${path}/`) || path.startsWith(`${base}/`);
}

async function walk(
  root: string,
  folder: string,
  rules: IgnoreRules | null,
  options: ListOptions,
  paths: string[],
): Promise<void> {
  options.signal?.throwIfAborted();
  let entries;
  try {
    entries = await readdir(join(root, folder), { withFileTypes: true });
  } catch (error) {
    // A glob without a wildcard that names a file; or a folder that went meanwhile.
    if (folder !== "" && (await isFile(join(root, folder)))) paths.push(folder);
    else if (!isGone(error)) throw error;
    return;
  }
  const here = rules === null ? [] : await rules.in(folder);
  for (const entry of entries) {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    const isFolder = entry.isDirectory();
    if (isFolder && (entry.name === ".git" || (entry.name === "node_modules" && !named(path, options)))) continue;
    if (isIgnored(path, isFolder, here)) continue;
    if (isFolder) await walk(root, path, rules, options, paths);
    else if (entry.isFile() || entry.isSymbolicLink()) paths.push(path);
  }
}

/** Whether a glob asks for this folder by its name. */
function named(path: string, { bases }: ListOptions): boolean {
  return bases.some((base) => base === path || base.startsWith(`${path}/`));
}

/** The first link on the way to a path; null when there is none. */
export function linkOn(folder: string, path: string): string | null {
  const parts = path === "" ? [] : path.split("/");
  for (let depth = 1; depth <= parts.length; depth += 1) {
    const part = parts.slice(0, depth).join("/");
    if (isLink(join(folder, part))) return part;
  }
  return null;
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  } catch {
    // Nothing leads through what cannot be looked at; whoever lists or reads it meets the same error, and tells it.
    return false;
  }
}

async function isFile(path: string): Promise<boolean> {
  try {
    return !(await lstat(path)).isDirectory();
  } catch (error) {
    if (isGone(error)) return false;
    throw error;
  }
}
