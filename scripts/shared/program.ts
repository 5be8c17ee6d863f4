import { join } from "node:path";

import { buildBundle } from "../build/buildBundle.ts";
import { bundles } from "../build/bundles.ts";
import { dist } from "./paths.ts";
import { run } from "./run.ts";

/** Builds one of our programs where needed and runs it with this process's arguments. Its standard output is its own. */
export async function runProgram(name: string, file: string): Promise<number> {
  for (const bundle of bundles.filter((candidate) => candidate.name === name || candidate.partOf === name))
    await buildBundle(bundle, "development");
  return run(process.execPath, ["--disable-warning=ExperimentalWarning", join(dist, file), ...process.argv.slice(2)]);
}
