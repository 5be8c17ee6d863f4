import assert from "node:assert/strict";
import { after, before, test } from "node:test";

import { createAssistantsProvider } from "../../src/provider/assistants/assistantsProvider.ts";
import { createGardener, pendingCalls, threadSaying, untilStatus } from "./assistantFixtures.ts";
import { startRuntime, type RuntimeProcess } from "./runtimeProcess.ts";

let runtime: RuntimeProcess;
before(async () => {
  runtime = await startRuntime();
});
after(() => runtime.stop());

test("a run that waits may be held: ten minutes from now; others may not", async () => {
  const { client } = runtime;
  const provider = createAssistantsProvider({ baseUrl: runtime.url, apiKey: runtime.key, label: "test" });
  const assistant = await createGardener(client);
  const thread = await threadSaying(client, "How moist is BED-07?");
  const run = await client.beta.threads.runs.create(thread, { assistant_id: assistant.id });
  const waiting = await untilStatus(client, thread, run.id, "requires_action");
  const held = await provider.holdRun(thread, run.id);
  assert.equal(held.status, "requires_action");
  assert.ok((held.expires_at ?? 0) >= (waiting.expires_at ?? 0));
  assert.ok((held.expires_at ?? 0) <= Math.ceil(Date.now() / 1000) + 600);
  const outputs = pendingCalls(waiting).map(({ id }) => ({ tool_call_id: id, output: "42 %" }));
  await client.beta.threads.runs.submitToolOutputs(run.id, { thread_id: thread, tool_outputs: outputs });
  await untilStatus(client, thread, run.id, "completed");
  await assert.rejects(provider.holdRun(thread, run.id), /status "completed" wait for nothing/);
  await assert.rejects(provider.holdRun(thread, "run_none"), { kind: "unsupported" });
});
