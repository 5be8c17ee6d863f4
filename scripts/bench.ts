/**
 * `npm run bench [-- NAMES] [--OPTION VALUE …]`: runs test/bench/NAME.bench.ts, each of which prints one JSON object a line. Options
 * go to the benchmarks: one has to be named with them.
 */
import { globSync } from "node:fs";
import { join } from "node:path";

import { buildBundle } from "./build/buildBundle.ts";
import { bundles } from "./build/bundles.ts";
import { root } from "./shared/paths.ts";
import { run } from "./shared/run.ts";
import { Failure, runMain, say } from "./shared/terminal.ts";

await runMain(async () => {
  const given = process.argv.slice(2);
  const firstOption = given.findIndex((one) => one.startsWith("--"));
  const names = firstOption === -1 ? given : given.slice(0, firstOption);
  const options = firstOption === -1 ? [] : given.slice(firstOption);
  if (options.length > 0 && names.length === 0)
    throw new Failure(`${options[0]} is an option of one benchmark: name it`);
  const all = globSync("**/*.bench.ts", { cwd: join(root, "test", "bench") }).toSorted();
  const chosen = names.length > 0 ? all.filter((file) => names.some((name) => file.includes(name))) : all;
  if (chosen.length === 0 && names.length > 0) throw new Failure(`no benchmark is called ${names.join(" or ")}`);
  if (chosen.length === 0) say("test/bench holds no *.bench.ts yet");
  for (const bundle of bundles) await buildBundle(bundle, "production");
  let failed = 0;
  for (const file of chosen)
    failed += (await run(process.execPath, [join(root, "test", "bench", file), ...options])) === 0 ? 0 : 1;
  return failed > 0 ? 1 : 0;
});
