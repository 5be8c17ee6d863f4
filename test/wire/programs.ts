import { join } from "node:path";

import { dist } from "../../scripts/shared/paths.ts";

/**
 * The project's programs as they are built: a start takes a quarter of what it takes from the source. `npm test` has just built
 * them and says so; a test file that is run on its own builds what has changed, so that no test meets a program of before.
 */
if (process.env["PROGRAMS_ARE_BUILT"] === undefined) {
  const [{ buildBundle }, { bundles }] = await Promise.all([
    import("../../scripts/build/buildBundle.ts"),
    import("../../scripts/build/bundles.ts"),
  ]);
  const programs = ["runtime", "cli", "debugAdapter"];
  const needed = bundles.filter(({ name, partOf }) => [name, partOf].some((one) => programs.includes(one ?? "")));
  await Promise.all(needed.map((bundle) => buildBundle(bundle, "development")));
}

/** The runtime, as `startRuntime` starts it. */
export const runtimeProgram: string = join(dist, "runtime.mjs");

/** The command line: `assistants`. */
export const cliProgram: string = join(dist, "assistants.mjs");

/** The debug adapter, over stdio. */
export const debugAdapterProgram: string = join(dist, "debugAdapter.mjs");
