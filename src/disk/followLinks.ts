import { lstatSync, readlinkSync, statSync } from "node:fs";
import type { Stats } from "node:fs";
import { realpath } from "node:fs/promises";
import { basename, dirname, join, relative, resolve, sep } from "node:path";

import { secretName } from "../core/documents/fileRules.ts";
import type { SkippedFile } from "../core/documents/scan.ts";
import { ignoredFiles } from "./ignoredFiles.ts";
import { isGone } from "./isGone.ts";
import { codeOf, unreadable } from "./unreadable.ts";

export interface FollowOptions {
  /** What links may not lead out of; a real path. */
  readonly root: string;
  /** Leave out what leads to files that git ignores. */
  readonly gitignore: boolean;
  /** Whether a file, by its path from the folder, may look as if it held a secret. */
  readonly allowsSecrets: (path: string) => boolean;
  readonly signal?: AbortSignal | undefined;
}

/** A link, and the file that it leads to. */
interface Followed {
  readonly path: string;
  readonly target: string;
  readonly stats: Stats;
}

/** As many as systems follow. */
const mostHops = 40;

/**
 * Follows symbolic links to files. Whatever keeps a file out of a store keeps a link to it out: its name, and that git ignores it.
 * Links that lead to nothing are left out without a word.
 * @param paths from the folder
 */
export async function followLinks(
  folder: string,
  paths: readonly string[],
  options: FollowOptions,
): Promise<readonly (Omit<Followed, "target"> | SkippedFile)[]> {
  if (paths.length === 0) return [];
  const real = await realpath(folder);
  const skipped: SkippedFile[] = [];
  const followed: Followed[] = [];
  for (const path of paths) {
    options.signal?.throwIfAborted();
    const found = await follow(real, path, options);
    if (found !== null && "reason" in found) skipped.push(found);
    else if (found !== null) followed.push(found);
  }
  if (!options.gitignore || followed.length === 0) return [...skipped, ...followed];
  const targets = new Set(followed.map(({ target }) => target));
  const ignored = await ignoredFiles([...targets], real, options.root, options.signal);
  return [
    ...skipped,
    ...followed.map((one) =>
      ignored.has(one.target)
        ? linkTo(one.path, `the link leads to ${shown(one.target, options.root)}, which git ignores`)
        : one,
    ),
  ];
}

async function follow(
  folder: string,
  path: string,
  { root, allowsSecrets }: FollowOptions,
): Promise<Followed | SkippedFile | null> {
  try {
    const target = await realpath(join(folder, path));
    if (target !== root && !target.startsWith(root.endsWith(sep) ? root : root + sep))
      return { path, bytes: null, reason: "outside", message: "the link leads out of the workspace" };
    const stats = statSync(target);
    if (stats.isDirectory()) return linkTo(path, "links to folders are not followed");
    if (!stats.isFile()) return null;
    if (relative(root, target).split(sep).slice(0, -1).some(isGitFolder))
      return linkTo(path, "the link leads into git's own folder");
    const [secret] = [...names(join(folder, path)), basename(target)].filter((name) => secretName(name) !== null);
    const allowed = (): boolean => allowsSecrets(path) || allowsSecrets(relative(folder, target).split(sep).join("/"));
    return secret === undefined || allowed()
      ? { path, target, stats }
      : {
          path,
          bytes: stats.size,
          reason: "secret",
          message: `the link leads to ${secret}: files like this hold secrets`,
        };
  } catch (error) {
    if (isGone(error)) return null;
    return unreadable(path, null, `it cannot be looked at (${codeOf(error)})`);
  }
}

/** The names of what a link leads to, link after link: one of them may be `.env`, whatever the file at the end is called. */
function names(link: string): readonly string[] {
  const found: string[] = [];
  let at = link;
  while (found.length < mostHops && lstatSync(at, { throwIfNoEntry: false })?.isSymbolicLink() === true) {
    at = resolve(dirname(at), readlinkSync(at));
    found.push(basename(at));
  }
  return found;
}

function isGitFolder(name: string): boolean {
  return name.toLowerCase() === ".git";
}

function linkTo(path: string, message: string): SkippedFile {
  return { path, bytes: null, reason: "link", message };
}

function shown(target: string, root: string): string {
  return relative(root, target).split(sep).join("/");
}
