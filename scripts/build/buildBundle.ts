import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { build, type BuildOptions } from "esbuild";

import { root } from "../shared/paths.ts";
import { Failure } from "../shared/terminal.ts";
import type { Bundle } from "./bundles.ts";
import { isFresh, settingsKey, writeStamp } from "./stamp.ts";

export type BuildMode = "development" | "production";
export type BuildOutcome = "built" | "unchanged" | "no entry yet";

/** Builds one bundle unless nothing that it is made of has changed. */
export async function buildBundle(bundle: Bundle, mode: BuildMode): Promise<BuildOutcome> {
  if (!existsSync(join(root, bundle.entry))) return "no entry yet";
  const options = esbuildOptions(bundle, mode);
  const key = await settingsKey([options, bundle.copies]);
  if (await isFresh(bundle.name, key)) return "unchanged";
  const result = await build({ ...options, write: false, metafile: true }).catch((error: unknown) => {
    throw error instanceof Error && "errors" in error ? new Failure(`${bundle.name} does not build`) : error;
  });
  const outputs = await Promise.all(result.outputFiles.map(({ path, contents }) => writeWhole(path, contents)));
  const copies = bundle.copies ?? [];
  for (const { from, to } of copies)
    outputs.push(await writeWhole(join(root, to, basename(from)), await readFile(join(root, from))));
  const inputs = [...Object.keys(result.metafile.inputs).filter(isFile), ...copies.map(({ from }) => from)];
  await writeStamp(bundle.name, key, inputs, outputs);
  return "built";
}

export function esbuildOptions(bundle: Bundle, mode: BuildMode): BuildOptions {
  const production = mode === "production";
  return {
    ...bundle.options,
    absWorkingDir: root,
    entryPoints: [bundle.entry],
    outfile: bundle.outfile,
    bundle: true,
    minify: production,
    keepNames: production,
    sourcemap: production ? "external" : "linked",
    define: { ...bundle.options.define, "process.env.NODE_ENV": JSON.stringify(mode) },
    legalComments: "none",
    logLevel: "warning",
  };
}

/** A reader never sees half a file, even when two builds run at once. */
async function writeWhole(path: string, contents: Uint8Array): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, contents);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
  return relative(root, path);
}

/** esbuild also lists things that are no file, such as modules that it disabled for the browser. */
function isFile(path: string): boolean {
  return existsSync(join(root, path));
}
