import type { ModelMap } from "../upstream/mappedUpstream.ts";

/** Reads `asked=given` pairs, each flag one or several with commas between. A string says what is wrong with them. */
export function readModelMap(flags: readonly string[]): ModelMap | string {
  const map = new Map<string, string>();
  for (const pair of flags.flatMap((flag) => flag.split(","))) {
    if (pair.trim() === "") continue;
    const at = pair.indexOf("=");
    const [asked, given] = [pair.slice(0, at).trim(), pair.slice(at + 1).trim()];
    if (at === -1 || asked === "" || given === "")
      return `--model-map takes pairs such as gpt-4o=llama3.2, not '${pair.trim()}'`;
    if (map.has(asked)) return `--model-map names '${asked}' twice`;
    map.set(asked, given);
  }
  return map;
}
