/** Rules of the protocol that no schema shows: each was gone through by hand, and is held here. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createGardener, pendingCalls, threadSaying, untilStatus } from "./assistantFixtures.ts";
import { startRuntime, type RuntimeProcess } from "./runtimeProcess.ts";

let runtime: RuntimeProcess;
let assistantId: string;

before(async () => {
  runtime = await startRuntime();
  assistantId = (await createGardener(runtime.client)).id;
});
after(() => runtime.stop());

test("outputs: one too few, one unknown, one twice, none are refused, and the run goes on waiting", async () => {
  const { runs } = runtime.client.beta.threads;
  const thread_id = await threadSaying(runtime.client, "How moist is the soil in BED-03 and BED-04?");
  const run = await runs.createAndPoll(thread_id, { assistant_id: assistantId });
  const [a = "", b = ""] = pendingCalls(run).map((call) => call.id);
  for (const ids of [[a], [a, "call_x"], [a, a], [a, b, b], []]) {
    const tool_outputs = ids.map((tool_call_id) => ({ tool_call_id, output: "1" }));
    const got = `[${ids.map((id) => `'${id}'`).join(", ")}]`;
    await assert.rejects(
      () => runs.submitToolOutputs(run.id, { thread_id, tool_outputs }),
      new RegExp(`400 Expected tool outputs for call_ids \\['${a}', '${b}'\\], got ${got.replace(/[[\]]/g, "\\$&")}$`),
    );
  }
  const waiting = await runs.retrieve(run.id, { thread_id });
  assert.deepEqual(waiting, run);
  await runs.cancel(run.id, { thread_id });
  const late = { thread_id, tool_outputs: [a, b].map((tool_call_id) => ({ tool_call_id, output: "1" })) };
  await assert.rejects(
    () => runs.submitToolOutputs(run.id, late),
    /Runs in status "cancelled" do not accept tool outputs/,
  );
});

test("metadata: replaced by a map, cleared by null, left alone when absent; 16 pairs, keys of 64, values of 512", async () => {
  const { assistants, threads } = runtime.client.beta;
  const assistant = await assistants.create({ model: "m", metadata: { a: "1", b: "2" } });
  assert.deepEqual((await assistants.update(assistant.id, { name: "x" })).metadata, { a: "1", b: "2" });
  assert.deepEqual((await assistants.update(assistant.id, { metadata: { c: "3" } })).metadata, { c: "3" });
  assert.deepEqual((await assistants.update(assistant.id, { metadata: null })).metadata, {});
  const most = Object.fromEntries(Array.from({ length: 16 }, (_, at) => [`${at}`.padEnd(64, "k"), "v".repeat(512)]));
  assert.deepEqual((await threads.create({ metadata: most })).metadata, most);
  await assert.rejects(() => threads.create({ metadata: { ...most, one: "more" } }), /400 .*too many properties/);
  await assert.rejects(() => threads.create({ metadata: { ["k".repeat(65)]: "v" } }), /400 .*too long/);
  await assert.rejects(() => threads.create({ metadata: { k: "v".repeat(513) } }), /400 .*too long/);
});

test("cancel: a queued or waiting run ends, an ended one is refused with its status, others can begin at once", async () => {
  const { runs } = runtime.client.beta.threads;
  const thread_id = await threadSaying(runtime.client, "Hello");
  const done = await runs.createAndPoll(thread_id, { assistant_id: assistantId });
  await assert.rejects(() => runs.cancel(done.id, { thread_id }), /400 Cannot cancel run with status 'completed'\./);
  const cut = await runs.createAndPoll(thread_id, { assistant_id: assistantId, max_completion_tokens: 1 });
  await assert.rejects(() => runs.cancel(cut.id, { thread_id }), /400 Cannot cancel run with status 'incomplete'\./);
  const waits = await threadSaying(runtime.client, "How moist is the soil in BED-12?");
  const { id } = await runs.createAndPoll(waits, { assistant_id: assistantId });
  const cancelled = await runs.cancel(id, { thread_id: waits });
  assert.deepEqual([cancelled.status, cancelled.required_action], ["cancelled", null]);
  assert.ok((cancelled.cancelled_at ?? 0) >= cancelled.created_at);
  assert.equal(
    (await runs.createAndPoll(waits, { assistant_id: assistantId, tool_choice: "none" })).status,
    "completed",
  );
});

test("a run's times and fields in each state", async () => {
  const { runs } = runtime.client.beta.threads;
  const thread_id = await threadSaying(runtime.client, "How moist is the soil in BED-12?");
  const queued = await runs.create(thread_id, { assistant_id: assistantId });
  assert.deepEqual(
    [queued.status, queued.started_at, queued.completed_at, queued.usage, queued.required_action],
    ["queued", null, null, null, null],
  );
  assert.equal(queued.expires_at, queued.created_at + 600);
  assert.deepEqual(queued.truncation_strategy, { type: "auto", last_messages: null });
  assert.deepEqual([queued.tool_choice, queued.parallel_tool_calls, queued.response_format], ["auto", true, "auto"]);
  const waiting = await untilStatus(runtime.client, thread_id, queued.id, "requires_action");
  assert.deepEqual([waiting.expires_at, waiting.usage], [queued.expires_at, null]);
  assert.ok((waiting.started_at ?? 0) >= queued.created_at);
  const tool_outputs = pendingCalls(waiting).map(({ id }) => ({ tool_call_id: id }));
  const again = await runs.submitToolOutputs(waiting.id, { thread_id, tool_outputs });
  assert.deepEqual([again.status, again.required_action], ["queued", null]);
  const done = await untilStatus(runtime.client, thread_id, queued.id, "completed", "failed");
  assert.deepEqual(
    [done.status, done.expires_at, done.last_error, done.incomplete_details],
    ["completed", null, null, null],
  );
  assert.ok((done.completed_at ?? 0) >= done.created_at);
  assert.deepEqual(Object.keys(done.usage ?? {}), ["prompt_tokens", "completion_tokens", "total_tokens"]);
});

test("a cursor of another kind is a wrong one, of another thread an unknown one; other threads' runs made no messages here", async () => {
  const { threads } = runtime.client.beta;
  const [thread, other] = [await threadSaying(runtime.client, "Hello"), await threadSaying(runtime.client, "Hi")];
  const [elsewhere] = (await threads.messages.list(other)).data;
  await assert.rejects(
    () => threads.messages.list(thread, { after: assistantId }),
    new RegExp(`400 Invalid 'message_id': '${assistantId}'. Expected an ID that begins with 'msg'.`),
  );
  for (const cursor of ["after", "before"])
    await assert.rejects(
      () => threads.messages.list(thread, { [cursor]: elsewhere?.id ?? "" }),
      /404 No message found/,
    );
  assert.deepEqual((await threads.messages.list(thread, { run_id: "run_none" })).data, []);
});

test("a truncation strategy is always told whole", async () => {
  const { runs } = runtime.client.beta.threads;
  for (const [given, told] of [
    [{ type: "auto" }, { type: "auto", last_messages: null }],
    [
      { type: "last_messages", last_messages: 3 },
      { type: "last_messages", last_messages: 3 },
    ],
    [null, { type: "auto", last_messages: null }],
  ] as const) {
    const thread = await threadSaying(runtime.client, "Hello");
    const run = await runs.create(thread, { assistant_id: assistantId, truncation_strategy: given });
    assert.deepEqual(run.truncation_strategy, told);
  }
});
