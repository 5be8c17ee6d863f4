/**
 * `npm run bench -- runtime`: what the embedded runtime adds to a model server, measured against that server called directly in the
 * same run, in turns; and what rows cost in a thread of 100,000 messages beside one of 100. Runs the bundle.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { startRuntime } from "../wire/runtimeProcess.ts";
import { measureRows } from "./runtime/rows.ts";
import { measureAdded, measureSustained, measureThroughput, type Stage } from "./runtime/streams.ts";

const bundle = fileURLToPath(new URL("../../dist/runtime.mjs", import.meta.url));
const modelServer = spawn(process.execPath, [fileURLToPath(new URL("runtime/modelServer.ts", import.meta.url))], {
  stdio: ["pipe", "pipe", "inherit"],
});
const [line] = (await once(modelServer.stdout, "data")) as [Buffer];
const upstreamUrl = line.toString().trim();
const runtime = await startRuntime({ entry: bundle, args: ["--upstream", "chat", "--upstream-url", upstreamUrl] });
try {
  const stage: Stage = { runtimeUrl: runtime.url, key: runtime.key, upstreamUrl };
  await measureAdded(stage, 1, 30);
  await measureAdded(stage, 20, 15);
  await measureAdded(stage, 200, 4);
  await measureSustained(stage, 1, 1);
  await measureSustained(stage, 20, 1);
  await measureSustained(stage, 200, 2);
  await measureThroughput(stage, 1, 10, 5000);
  await measureThroughput(stage, 20, 5, 1000);
  await measureThroughput(stage, 200, 3, 200);
} finally {
  await runtime.stop();
  modelServer.stdin.end();
}
await measureRows(bundle);
// Kept connections would hold the process for a while.
process.exit(0);
