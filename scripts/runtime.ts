/** `npm run runtime -- ARGS`: the embedded runtime on its own. Its standard output is its own: nothing else is printed there. */
import { join } from "node:path";

import { buildBundle } from "./build/buildBundle.ts";
import { bundles } from "./build/bundles.ts";
import { dist } from "./shared/paths.ts";
import { run } from "./shared/run.ts";
import { runMain } from "./shared/terminal.ts";

await runMain(async () => {
  const runtime = bundles.filter(({ name }) => name === "runtime");
  for (const bundle of runtime) await buildBundle(bundle, "development");
  return run(process.execPath, [
    "--disable-warning=ExperimentalWarning",
    join(dist, "runtime.mjs"),
    ...process.argv.slice(2),
  ]);
});
