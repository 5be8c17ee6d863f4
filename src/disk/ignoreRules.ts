import { readFile } from "node:fs/promises";
import { join } from "node:path";

import ignore from "ignore";

import { isGone } from "./isGone.ts";

/** The `.gitignore` files that hold in a folder: its own, and those of all above it. */
export type Rules = readonly { readonly folder: string; readonly rules: ReturnType<typeof ignore> }[];

/** The `.gitignore` files below a folder, each read once. Paths are relative to it, with forward slashes; "" is the folder itself. */
export class IgnoreRules {
  readonly #root: string;
  readonly #known = new Map<string, Promise<Rules>>();

  constructor(root: string) {
    this.#root = root;
  }

  in(folder: string): Promise<Rules> {
    const known = this.#known.get(folder) ?? this.#read(folder);
    this.#known.set(folder, known);
    return known;
  }

  /** Whether a path is ignored, or a folder that it is in. */
  async ignores(path: string, isFolder: boolean): Promise<boolean> {
    const parts = path.split("/");
    for (let depth = 1; depth <= parts.length; depth += 1) {
      const rules = await this.in(parts.slice(0, depth - 1).join("/"));
      if (isIgnored(parts.slice(0, depth).join("/"), isFolder || depth < parts.length, rules)) return true;
    }
    return false;
  }

  async #read(folder: string): Promise<Rules> {
    const above = folder === "" ? [] : await this.in(folder.slice(0, Math.max(0, folder.lastIndexOf("/"))));
    try {
      const text = await readFile(join(this.#root, folder, ".gitignore"), "utf8");
      return [...above, { folder, rules: ignore().add(text) }];
    } catch (error) {
      if (isGone(error)) return above;
      throw error;
    }
  }
}

/** Whether rules ignore a file or a folder, in a folder that they do not ignore. */
export function isIgnored(path: string, isFolder: boolean, rules: Rules): boolean {
  let ignored = false;
  for (const { folder, rules: own } of rules) {
    const below = folder === "" ? path : path.slice(folder.length + 1);
    const { ignored: yes, unignored } = own.test(isFolder ? `${below}/` : below);
    if (yes) ignored = true;
    else if (unignored) ignored = false;
  }
  return ignored;
}
