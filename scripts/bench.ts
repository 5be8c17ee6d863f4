/** `npm run bench [-- NAMES]`: runs test/bench/NAME.bench.ts, each of which prints one JSON object a line. */
import { globSync } from "node:fs";
import { join } from "node:path";

import { buildBundle } from "./build/buildBundle.ts";
import { bundles } from "./build/bundles.ts";
import { root } from "./shared/paths.ts";
import { run } from "./shared/run.ts";
import { Failure, runMain, say } from "./shared/terminal.ts";

await runMain(async () => {
  const names = process.argv.slice(2);
  const all = globSync("**/*.bench.ts", { cwd: join(root, "test", "bench") }).toSorted();
  const chosen = names.length > 0 ? all.filter((file) => names.some((name) => file.includes(name))) : all;
  if (chosen.length === 0 && names.length > 0) throw new Failure(`no benchmark is called ${names.join(" or ")}`);
  if (chosen.length === 0) say("test/bench holds no *.bench.ts yet");
  for (const bundle of bundles) await buildBundle(bundle, "production");
  let failed = 0;
  for (const file of chosen) failed += (await run(process.execPath, [join(root, "test", "bench", file)])) === 0 ? 0 : 1;
  return failed > 0 ? 1 : 0;
});
