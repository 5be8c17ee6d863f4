import { existsSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";

import { gitNames } from "./git.ts";
import { IgnoreRules } from "./ignoreRules.ts";

/**
 * Which of these files git ignores. A file inside a nested repository is ignored by it, or with it by the one around. Where there is
 * no git, the `.gitignore` files from the root down say so.
 * @param files absolute and real, below the root
 * @param folder whose documents they are to be; real. A repository around its own is not asked.
 * @param root absolute and real
 */
export async function ignoredFiles(
  files: readonly string[],
  folder: string,
  root: string,
  signal?: AbortSignal,
): Promise<ReadonlySet<string>> {
  const ignored = new Set<string>();
  const questions = new Map<string, Map<string, string[]>>();
  const unasked: string[] = [];
  for (const file of files) {
    const places = placesOf(file, folder, root);
    if (places.length === 0) unasked.push(file);
    for (const { top, name } of places) {
      const names = questions.get(top) ?? new Map<string, string[]>();
      questions.set(top, names);
      names.set(name, [...(names.get(name) ?? []), file]);
    }
  }
  for (const [top, names] of questions) {
    const input = [...names.keys()].map((name) => `${name}\0`).join("");
    // Exit code 1: none of them.
    const said = await gitNames(top, ["check-ignore", "--stdin", "-z"], signal, input, [1]);
    if (said === null) unasked.push(...[...names.values()].flat());
    else for (const name of said) for (const file of names.get(name) ?? []) ignored.add(file);
  }
  const rules = new IgnoreRules(root);
  for (const file of unasked) if (await rules.ignores(slashed(relative(root, file)), false)) ignored.add(file);
  return ignored;
}

/** The repositories that have a say, with the file, or the repository that holds it, as each of them names it. */
function placesOf(
  file: string,
  folder: string,
  root: string,
): readonly { readonly top: string; readonly name: string }[] {
  const places: { top: string; name: string }[] = [];
  let inner = file;
  for (let dir = dirname(file); ; dir = dirname(dir)) {
    if (existsSync(join(dir, ".git"))) {
      places.push({ top: dir, name: slashed(relative(dir, inner)) });
      inner = dir;
      if (folder === dir || folder.startsWith(dir.endsWith(sep) ? dir : dir + sep)) return places;
    }
    if ((dir === root && places.length > 0) || dirname(dir) === dir) return places;
  }
}

function slashed(path: string): string {
  return path.split(sep).join("/");
}
