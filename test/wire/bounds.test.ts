/** Much of everything: streams, messages, bytes, clients that leave or never read. The runtime goes on, in bounded memory. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { createGardener, pendingCalls, threadSaying, untilStatus } from "./assistantFixtures.ts";
import { watchMemory } from "./boundsMemory.ts";
import { startRuntime, type RuntimeProcess } from "./runtimeProcess.ts";

/** What the runtime may have in use under every load of this file, in megabytes. */
const memoryBound = 512;

let runtime: RuntimeProcess;
let assistantId: string;
let memory: ReturnType<typeof watchMemory>;

before(async () => {
  runtime = await startRuntime({ args: ["--pace", "400"] });
  assistantId = (await createGardener(runtime.client)).id;
  memory = watchMemory(runtime.child);
});
after(() => runtime.stop());

test("200 runs stream at once, and every one completes", async () => {
  const { beta } = runtime.client;
  const threads = await Promise.all(
    Array.from({ length: 200 }, (_, at) => threadSaying(runtime.client, `Hello ${at}`)),
  );
  const runs = await Promise.all(
    threads.map((thread) => beta.threads.runs.stream(thread, { assistant_id: assistantId }).finalRun()),
  );
  assert.deepEqual([...new Set(runs.map((run) => run.status))], ["completed"]);
  assert.equal(new Set(runs.map((run) => run.id)).size, 200);
});

test("a tool output of 10 MB is kept whole, and the run goes on", async () => {
  const { beta } = runtime.client;
  const thread = await threadSaying(runtime.client, "How moist is the soil in BED-12?");
  const run = await beta.threads.runs.createAndPoll(thread, { assistant_id: assistantId });
  const output = JSON.stringify({ moisture: "31%", log: "drip ".repeat(2_000_000) });
  const [call] = pendingCalls(run);
  // By stream: the step with its output, whole, is the first event.
  const submitted = beta.threads.runs.submitToolOutputsStream(run.id, {
    thread_id: thread,
    tool_outputs: [{ tool_call_id: call?.id ?? "", output }],
  });
  const done = await submitted.finalRun();
  assert.equal(done.status, "completed");
  const [, step] = (await beta.threads.runs.steps.list(run.id, { thread_id: thread })).data;
  assert.ok(step?.step_details.type === "tool_calls" && step.step_details.tool_calls[0]?.type === "function");
  assert.equal(step.step_details.tool_calls[0].function.output?.length, output.length);
});

test("a client that leaves in the middle catches up by polling: nothing of the answer is missing", async () => {
  const { beta } = runtime.client;
  const thread = await threadSaying(runtime.client, "Hello");
  let [runId, seen] = ["", ""];
  for await (const event of await beta.threads.runs.create(thread, { assistant_id: assistantId, stream: true })) {
    if (event.event === "thread.run.created") runId = event.data.id;
    if (event.event !== "thread.message.delta") continue;
    const [part] = event.data.delta.content ?? [];
    seen += part?.type === "text" ? (part.text?.value ?? "") : "";
    if (seen.length > 20) break;
  }
  const run = await untilStatus(runtime.client, thread, runId, "completed", "failed", "cancelled");
  assert.equal(run.status, "completed");
  const part = (await beta.threads.messages.list(thread, { run_id: runId })).data[0]?.content[0];
  assert.ok(part?.type === "text");
  assert.ok(part.text.value.startsWith(seen) && part.text.value.length > seen.length);
  await beta.threads.messages.create(thread, { role: "user", content: "The thread is usable." });
});

test("a client that never reads its stream does not hold its run", async () => {
  const thread = await threadSaying(runtime.client, "How moist is the soil in BED-12?");
  const { runs } = runtime.client.beta.threads;
  const socket = await openUnreadStream(`/v1/threads/${thread}/runs`, { assistant_id: assistantId, stream: true });
  let waiting;
  do [waiting] = (await runs.list(thread)).data;
  while (waiting?.status !== "requires_action");
  const [call] = pendingCalls(waiting);
  // The old step, whole, is the first event of this stream: more than the system's buffers hold.
  const outputs = [{ tool_call_id: call?.id, output: "x".repeat(12_000_000) }];
  const path = `/v1/threads/${thread}/runs/${waiting.id}/submit_tool_outputs`;
  const second = await openUnreadStream(path, { tool_outputs: outputs, stream: true });
  assert.equal((await untilStatus(runtime.client, thread, waiting.id, "completed", "failed")).status, "completed");
  for (const one of [socket, second]) one.destroy();
});

test("a thread of 10,000 messages is listed to its end, and a run on it works", async () => {
  const { beta } = runtime.client;
  const thread = (await beta.threads.create()).id;
  for (let block = 0; block < 10; block++) {
    const messages = Array.from({ length: 1000 }, (_, at) => ({
      role: "user" as const,
      content: `${block * 1000 + at}`,
    }));
    // Messages that come with a run are the quickest way in; the run is refused its budget and ends at once.
    await beta.threads.runs.createAndPoll(thread, {
      assistant_id: assistantId,
      additional_messages: messages,
      max_prompt_tokens: 256,
      truncation_strategy: { type: "last_messages", last_messages: 1 },
      tool_choice: "none",
      max_completion_tokens: 1,
    });
  }
  const numbers: string[] = [];
  for await (const message of beta.threads.messages.list(thread, { limit: 100, order: "asc" })) {
    if (message.role === "user" && message.content[0]?.type === "text") numbers.push(message.content[0].text.value);
  }
  assert.deepEqual(
    numbers,
    Array.from({ length: 10_000 }, (_, at) => `${at}`),
  );
  const run = await beta.threads.runs.createAndPoll(thread, { assistant_id: assistantId });
  assert.equal(run.status, "completed");
});

test("nothing of all this took more memory than is stated, and nothing was told to the log", (context) => {
  const most = memory.stop();
  context.diagnostic(`${Math.round(most)} MB at most`);
  assert.ok(most < memoryBound, `${Math.round(most)} MB`);
  assert.equal(runtime.log(), "");
});

/** Sends a request on a bare connection, waits for the head of its answer, and never reads again. */
function openUnreadStream(path: string, body: object): Promise<ReturnType<typeof connect>> {
  const text = JSON.stringify(body);
  const { hostname, port } = new URL(runtime.url);
  const socket = connect(Number(port), hostname);
  socket.write(
    `POST ${path} HTTP/1.1\r\nhost: ${hostname}:${port}\r\nauthorization: Bearer ${runtime.key}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    socket.once("readable", () => {
      assert.match(String(socket.read(12)), /^HTTP\/1.1 200/);
      resolve(socket);
    });
  });
}
