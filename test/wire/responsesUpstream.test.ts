/** The responses upstream against a model server that other people wrote. */
import { LLMock } from "@copilotkit/aimock";
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import type { Run } from "openai/resources/beta/threads/runs/runs";
import { createGardener, pendingCalls, threadSaying } from "./assistantFixtures.ts";
import { startRuntime, type RuntimeProcess } from "./runtimeProcess.ts";

let server: LLMock;
let runtime: RuntimeProcess;
let assistantId: string;

before(async () => {
  server = await LLMock.create({ port: 0, logLevel: "silent", chunkSize: 4 });
  runtime = await startRuntime({ args: ["--upstream", "responses", "--upstream-url", `${server.url}/v1`] });
  // The name of a model that reasons: the server gives its answers a reasoning item then.
  assistantId = (await createGardener(runtime.client, "gpt-5")).id;
});
after(async () => {
  await runtime.stop();
  await server.stop();
});
beforeEach(() => server.reset());

async function ask(text: string): Promise<{ run: Run; text: string }> {
  const stream = runtime.client.beta.threads.runs.stream(await threadSaying(runtime.client, text), {
    assistant_id: assistantId,
  });
  const run = await stream.finalRun();
  const part = (await stream.finalMessages())[0]?.content[0];
  return { run, text: part?.type === "text" ? part.text.value : "" };
}

test("text, with the server's count of tokens", async () => {
  server.onMessage("morning", {
    content: "Good morning, gardener. 🌱",
    usage: { input_tokens: 20, output_tokens: 6, total_tokens: 26 },
  });
  const { run, text } = await ask("Good morning");
  assert.deepEqual([run.status, text], ["completed", "Good morning, gardener. 🌱"]);
  assert.deepEqual(run.usage, { prompt_tokens: 20, completion_tokens: 6, total_tokens: 26 });
});

test("one call, and parallel calls, answered from their outputs", async () => {
  for (const beds of [["BED-1"], ["BED-1", "BED-2"]]) {
    server.reset();
    server.on(
      { userMessage: "moisture", hasToolResult: false },
      { toolCalls: beds.map((bed) => ({ name: "get_soil_moisture", arguments: JSON.stringify({ bed_id: bed }) })) },
    );
    server.on({ hasToolResult: true }, { content: "It is dry." });
    const { run } = await ask("The moisture?");
    const calls = pendingCalls(run);
    assert.deepEqual(
      calls.map((call) => call.arguments),
      beds.map((bed) => ({ bed_id: bed })),
    );
    const stream = runtime.client.beta.threads.runs.submitToolOutputsStream(run.id, {
      thread_id: run.thread_id,
      tool_outputs: calls.map(({ id }, at) => ({ tool_call_id: id, output: `${at} %` })),
    });
    assert.equal((await stream.finalRun()).status, "completed");
    // The server hands on what it understood as chat messages.
    const sent = server.getLastRequest()?.body as { messages: { role: string; content: unknown }[] };
    assert.deepEqual(
      sent.messages.filter((one) => one.role === "tool").map((one) => one.content),
      beds.map((_, at) => `${at} %`),
    );
  }
});

test("text and then calls in one turn", async () => {
  server.onMessage("water", {
    content: "I'll water it.",
    toolCalls: [{ name: "water_bed", arguments: '{"bed_id":"BED-1","litres":5}' }],
  });
  const { run, text } = await ask("water BED-1");
  assert.equal(text, "I'll water it.");
  assert.deepEqual(
    pendingCalls(run).map((call) => call.arguments),
    [{ bed_id: "BED-1", litres: 5 }],
  );
});

test("429 with Retry-After is waited out; without an end it fails as a rate limit", async () => {
  server.on(
    { userMessage: "again", sequenceIndex: 0 },
    { error: { message: "slow down", type: "rate_limit_error" }, status: 429, retryAfter: 0 },
  );
  server.on({ userMessage: "again", sequenceIndex: 1 }, { content: "Now." });
  assert.equal((await ask("again")).text, "Now.");
  server.reset();
  server.onMessage("never", { error: { message: "slow down", type: "rate_limit_error" }, status: 429, retryAfter: 0 });
  const { run } = await ask("never");
  assert.equal(run.last_error?.code, "rate_limit_exceeded");
  assert.equal(server.getRequests().length, 3);
});

test("a connection that drops, and bytes that are not what they should be", async () => {
  server.onMessage("hi", { content: "Hello there, this is a long enough answer." });
  for (const [chaos, words] of [
    [{ disconnectRate: 1 }, /connection to the upstream .* broke/],
    [{ malformedRate: 1 }, /The upstream .*/],
    [{ dropRate: 1 }, /HTTP 500/],
  ] as const) {
    server.clearChaos();
    server.setChaos(chaos);
    const { run } = await ask("hi");
    assert.deepEqual([run.status, run.last_error?.code], ["failed", "server_error"], run.last_error?.message);
    assert.match(run.last_error?.message ?? "", words);
  }
  server.clearChaos();
  assert.equal((await ask("hi")).run.status, "completed");
});
