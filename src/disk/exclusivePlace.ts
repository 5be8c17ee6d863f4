import { createHash } from "node:crypto";
import { existsSync, lstatSync, readFileSync, realpathSync, statSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";

import { codeOf } from "./holder.ts";
import { isGone } from "./isGone.ts";

/** A place for the file that says that somebody is at work in a folder. */
export interface ExclusivePlace {
  readonly path: string;
  /** Of the folder it lies in, which may have to be made. */
  readonly mode: number;
}

/**
 * Where the file lies that says that somebody is at work in a folder, the best place first; the first that can be written counts.
 *
 * Everybody who works in the folder must come to the same one, whatever environment they were started with, and it must never be
 * committed. Git's own folder is both: it goes with the folder into containers, to other machines and to other users, it is not part
 * of what git tracks, and needs no `.gitignore`. A folder without git has its file in the user's state folder, by its real path; no
 * variables are asked, because a terminal and an editor often have different ones. The temporary folder is for who has no home.
 *
 * @param folder an existing folder @param what is done in it: different things do not wait for each other
 */
export function exclusivePlaces(folder: string, what: string): readonly ExclusivePlace[] {
  const real = realpathSync.native(folder);
  const name = (key: string): string => createHash("sha256").update(`${what}\0${key}`).digest("hex").slice(0, 32);
  const git = gitFolder(real);
  const places: ExclusivePlace[] = [];
  if (git !== null) {
    const path = join(git.folder, "assistants-workbench", name(relative(git.top, real).replaceAll("\\", "/")));
    // Whoever may commit may be at work.
    places.push({ path, mode: statSync(git.folder).mode & 0o777 });
  }
  const state = stateFolder();
  if (state !== null) places.push({ path: join(state, "assistants-workbench", name(real)), mode: 0o700 });
  const own = `assistants-workbench-${process.getuid?.() ?? ""}`;
  return [...places, { path: join(tmpdir(), own, name(real)), mode: 0o700 }];
}

/** Null for a user without a home. */
function stateFolder(): string | null {
  let home: string;
  try {
    home = homedir();
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return null;
  }
  if (process.platform === "win32") return join(home, "AppData", "Local");
  return process.platform === "darwin" ? join(home, "Library", "Application Support") : join(home, ".local", "state");
}

/** Git's folder of a work tree, and its top; null where there is none. A linked work tree has its own. */
function gitFolder(start: string): { readonly folder: string; readonly top: string } | null {
  for (let top = start; ; top = dirname(top)) {
    const folder = gitFolderAt(join(top, ".git"));
    if (folder !== null && existsSync(join(folder, "HEAD"))) return { folder, top };
    if (dirname(top) === top) return null;
  }
}

function gitFolderAt(path: string): string | null {
  try {
    if (lstatSync(path).isDirectory()) return path;
    const [, target] = /^gitdir: (.+)/.exec(readFileSync(path, "utf8")) ?? [];
    return target === undefined ? null : resolve(dirname(path), target.trim());
  } catch (error) {
    if (isGone(error)) return null;
    throw error;
  }
}
