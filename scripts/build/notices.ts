import { globSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { dist, root } from "../shared/paths.ts";
import { readStamp } from "./stamp.ts";

/** The licence texts of packages that come without, from the root folder. */
const textsOf: Readonly<Record<string, readonly string[]>> = {
  pyodide: [
    "scripts/build/licences/pyodide.txt",
    "scripts/build/licences/MPL-2.0.txt",
    "scripts/build/licences/Python.txt",
  ],
};

/** Writes the licences of every package that is inside the given bundles to dist/THIRD-PARTY-NOTICES.txt. */
export async function writeNotices(bundles: readonly { readonly name: string }[]): Promise<void> {
  const stamps = await Promise.all(bundles.map(({ name }) => readStamp(name)));
  const inputs = stamps.flatMap((stamp) => Object.keys(stamp?.inputs ?? {}));
  const packages = [...new Set(inputs.flatMap((path) => packageOf(path) ?? []))].toSorted();
  const notices = await Promise.all(packages.map(noticeOf));
  await writeFile(join(dist, "THIRD-PARTY-NOTICES.txt"), `${notices.join(`\n\n${"-".repeat(80)}\n\n`)}\n`);
}

/** The folder of the innermost package that a file is in. */
function packageOf(path: string): string | undefined {
  return /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
}

async function noticeOf(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(join(root, folder, "package.json"), "utf8")) as Record<
    string,
    string
  >;
  const [file] = globSync("{LICENSE,LICENCE,License,license}*", { cwd: join(root, folder) });
  // Some packages name their licence and leave its text out; what is inside of them may have others.
  const texts = file === undefined ? (textsOf[name ?? ""] ?? []) : [join(folder, file)];
  const parts = await Promise.all(texts.map((path) => readFile(join(root, path), "utf8")));
  const text = parts.length === 0 ? `Licence: ${license}` : parts.map((part) => part.trim()).join("\n\n");
  return `${name} ${version} (${license})\n\n${text.trim()}`;
}
