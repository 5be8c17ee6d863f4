/** `kill -9` at random points of some hundred runs: what was answered is never lost, and nothing is left half done. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type OpenAI from "openai";
import { createGardener, pendingCalls } from "./assistantFixtures.ts";
import { randomNumbers, useRuntime, type Life } from "./killAnywhereClient.ts";
import { violationsOf, type Acknowledged } from "./killAnywhereInvariants.ts";
import { startRuntime, type RuntimeProcess } from "./runtimeProcess.ts";

const kills = 20;
const users = 6;
/** How many runs are begun in one life, at least and at most; then a moment more, so that a kill can hit anything. */
const runsInLife = [4, 20] as const;
const moment = 80;

test("the runtime is killed twenty times while six clients use it", async (context) => {
  const seed = Number(process.env["KILL_SEED"] ?? Date.now() % 1_000_000);
  context.diagnostic(`KILL_SEED=${seed}`);
  const random = randomNumbers(seed);
  const dataDir = mkdtempSync(join(tmpdir(), "runtime-kill-"));
  const known: Acknowledged = { threads: new Map() };
  let [assistant, runs, waited] = ["", 0, 0];
  let runtime: RuntimeProcess | undefined;
  try {
    for (let life = 0; life <= kills; life++) {
      runtime = await startRuntime({ dataDir, args: ["--pace", "1500"] });
      const { client } = runtime;
      const { beta } = client;
      if (life === 0) assistant = (await createGardener(client)).id;
      assert.equal((await beta.assistants.retrieve(assistant)).id, assistant);
      const threads = [...known.threads.keys()];
      const violations = (await Promise.all(threads.map((thread) => violationsOf(client, thread, known)))).flat();
      assert.deepEqual(violations, [], `after ${life} kills, KILL_SEED=${seed}`);
      waited += await countWaiting(client, threads);
      if (life === kills) {
        await everyThreadIsUsable(client, threads, assistant);
        await runtime.stop();
        break;
      }
      while (threads.length < users) {
        threads.push((await beta.threads.create()).id);
        known.threads.set(threads.at(-1)!, { messages: new Set(), runs: new Map() });
      }
      const current: Life = { begun: 0, waiting: 0, gone: false };
      const using = threads.map((thread) =>
        useRuntime(client, thread, assistant, known, randomNumbers(random() * 2 ** 32), current),
      );
      const wanted = runsInLife[0] + Math.floor(random() * (runsInLife[1] - runsInLife[0]));
      // A user that fails ends the wait, and then the test.
      const failed = Promise.all(using);
      const over = failed.then(
        () => true,
        () => true,
      );
      while (current.begun < wanted && current.waiting < users && !(await Promise.race([over, pause(5)])));
      await pause(random() * moment);
      current.gone = true;
      await runtime.kill();
      await failed;
      runs += current.begun;
    }
    context.diagnostic(`${runs} runs were begun; ${waited} of them waited through a kill`);
    assert.ok(runs > 100, `only ${runs} runs were begun`);
    assert.ok(waited > 0, "no run waited through a kill");
  } finally {
    await runtime?.kill();
    rmSync(dataDir, { recursive: true, force: true });
  }
});

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function countWaiting(client: OpenAI, threads: readonly string[]): Promise<number> {
  const pages = await Promise.all(threads.map((thread) => client.beta.threads.runs.list(thread, { limit: 1 })));
  return pages.filter((page) => page.data[0]?.status === "requires_action").length;
}

async function everyThreadIsUsable(client: OpenAI, threads: readonly string[], assistant: string): Promise<void> {
  for (const thread of threads) {
    const { runs, messages } = client.beta.threads;
    const [last] = (await runs.list(thread, { limit: 1 })).data;
    if (last?.status === "requires_action") {
      const outputs = pendingCalls(last).map(({ id }) => ({ tool_call_id: id, output: "dry" }));
      const ended = await runs.submitToolOutputsAndPoll(last.id, { thread_id: thread, tool_outputs: outputs });
      assert.equal(ended.status, "completed");
    }
    await messages.create(thread, { role: "user", content: "Good evening!" });
    assert.equal((await runs.createAndPoll(thread, { assistant_id: assistant })).status, "completed");
  }
}
