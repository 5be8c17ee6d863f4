import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createGardener, eventNames, pendingCalls, threadSaying, untilStatus } from "./assistantFixtures.ts";
import { startRuntime, type RuntimeProcess } from "./runtimeProcess.ts";

let runtime: RuntimeProcess;
let assistantId: string;

before(async () => {
  runtime = await startRuntime();
  assistantId = (await createGardener(runtime.client)).id;
});
after(() => runtime.stop());

const begun = ["thread.run.created", "thread.run.queued", "thread.run.in_progress"];
const message = [
  "thread.run.step.created",
  "thread.run.step.in_progress",
  "thread.message.created",
  "thread.message.in_progress",
  "thread.message.delta",
  "thread.message.completed",
  "thread.run.step.completed",
];

test("a plain run streams in the published order, and what was streamed is what is stored", async () => {
  const { beta } = runtime.client;
  const thread = await threadSaying(runtime.client, "Good morning!");
  const stream = beta.threads.runs.stream(thread, { assistant_id: assistantId });
  const names = eventNames(stream);
  let deltas = "";
  stream.on("textDelta", (delta) => (deltas += delta.value ?? ""));
  const run = await stream.finalRun();
  assert.deepEqual(names, [...begun, ...message, "thread.run.completed"]);
  assert.equal(run.status, "completed");
  assert.equal(run.expires_at, null);
  assert.ok(
    run.usage !== null &&
      run.usage.prompt_tokens > 0 &&
      run.usage.total_tokens === run.usage.prompt_tokens + run.usage.completion_tokens,
  );
  const stored = (await beta.threads.messages.list(thread, { run_id: run.id })).data;
  assert.deepEqual(await stream.finalMessages(), stored);
  const part = stored[0]?.content[0];
  assert.ok(part?.type === "text");
  assert.equal(part.text.value, deltas);
  assert.match(deltas, /offline model/);
  const steps = (await beta.threads.runs.steps.list(run.id, { thread_id: thread })).data;
  assert.deepEqual(await stream.finalRunSteps(), steps);
  assert.deepEqual(
    steps.map((step) => step.usage),
    [run.usage],
  );
});

test("a function run waits, takes the output by stream, and answers from it", async () => {
  const { beta } = runtime.client;
  const thread = await threadSaying(runtime.client, "How moist is the soil in BED-12?");
  const first = beta.threads.runs.stream(thread, { assistant_id: assistantId });
  const names = eventNames(first);
  const waiting = await first.finalRun();
  assert.deepEqual(names, [
    ...begun,
    "thread.run.step.created",
    "thread.run.step.in_progress",
    "thread.run.step.delta",
    "thread.run.requires_action",
  ]);
  const calls = pendingCalls(waiting);
  assert.deepEqual(
    calls.map(({ name, arguments: args }) => ({ name, args })),
    [{ name: "get_soil_moisture", args: { bed_id: "BED-12" } }],
  );
  assert.equal(waiting.usage, null);

  const second = beta.threads.runs.submitToolOutputsStream(waiting.id, {
    thread_id: thread,
    tool_outputs: calls.map(({ id }) => ({ tool_call_id: id, output: '{"moisture":"31%","probe":"north"}' })),
  });
  const later = eventNames(second);
  const run = await second.finalRun();
  assert.deepEqual(later, [
    "thread.run.step.completed",
    "thread.run.queued",
    "thread.run.in_progress",
    ...message,
    "thread.run.completed",
  ]);
  const text = (await second.finalMessages())[0]?.content[0];
  assert.ok(text?.type === "text");
  assert.match(text.text.value, /moisture: 31%/);
  assert.match(text.text.value, /probe: north/);

  const steps = (await beta.threads.runs.steps.list(run.id, { thread_id: thread, order: "asc" })).data;
  assert.deepEqual(
    steps.map((step) => [step.type, step.status]),
    [
      ["tool_calls", "completed"],
      ["message_creation", "completed"],
    ],
  );
  const details = steps[0]?.step_details;
  assert.ok(details?.type === "tool_calls" && details.tool_calls[0]?.type === "function");
  assert.equal(details.tool_calls[0].function.output, '{"moisture":"31%","probe":"north"}');
  const sum = steps.reduce((total, step) => total + (step.usage?.total_tokens ?? 0), 0);
  assert.equal(sum, run.usage?.total_tokens);
});

test("parallel calls share one step, with dense indexes and each id once", async () => {
  const { beta } = runtime.client;
  const thread = await threadSaying(runtime.client, "Compare the soil moisture of BED-03 and BED-04.");
  const stream = beta.threads.runs.stream(thread, { assistant_id: assistantId });
  const ids: (string | undefined)[] = [];
  const indexes = new Set<number>();
  stream.on("event", (event) => {
    if (event.event !== "thread.run.step.delta" || event.data.delta.step_details?.type !== "tool_calls") return;
    for (const call of event.data.delta.step_details.tool_calls ?? []) {
      indexes.add(call.index);
      if (call.id !== undefined) ids.push(call.id);
    }
  });
  const run = await stream.finalRun();
  const calls = pendingCalls(run);
  assert.deepEqual(
    calls.map((call) => call.arguments),
    [{ bed_id: "BED-03" }, { bed_id: "BED-04" }],
  );
  assert.deepEqual(
    ids,
    calls.map((call) => call.id),
  );
  assert.deepEqual([...indexes], [0, 1]);
  const done = await beta.threads.runs.submitToolOutputsAndPoll(run.id, {
    thread_id: thread,
    tool_outputs: calls.toReversed().map(({ id }, at) => ({ tool_call_id: id, output: `${at}` })),
  });
  assert.equal(done.status, "completed");
});

test("without parallel calls, they come one after the other", async () => {
  const { beta } = runtime.client;
  const thread = await threadSaying(runtime.client, "Soil moisture of BED-03 and BED-04?");
  let run = await beta.threads.runs.createAndPoll(thread, { assistant_id: assistantId, parallel_tool_calls: false });
  const asked: unknown[] = [];
  while (run.status === "requires_action") {
    const calls = pendingCalls(run);
    assert.equal(calls.length, 1);
    asked.push(calls[0]?.arguments);
    run = await beta.threads.runs.submitToolOutputsAndPoll(run.id, {
      thread_id: thread,
      tool_outputs: [{ tool_call_id: calls[0]?.id ?? "", output: "ok" }],
    });
  }
  assert.equal(run.status, "completed");
  assert.deepEqual(asked, [{ bed_id: "BED-03" }, { bed_id: "BED-04" }]);
});

test("a thread and a run in one request: thread.created comes first", async () => {
  const stream = runtime.client.beta.threads.createAndRunStream({
    assistant_id: assistantId,
    thread: { messages: [{ role: "user", content: "Hi" }] },
  });
  const names = eventNames(stream);
  const run = await stream.finalRun();
  assert.deepEqual(names, ["thread.created", ...begun, ...message, "thread.run.completed"]);
  assert.equal((await runtime.client.beta.threads.messages.list(run.thread_id)).data.length, 2);
});

test("a client that leaves does not end the run", async () => {
  const slow = await startRuntime({ args: ["--pace", "400"] });
  try {
    const assistant = await createGardener(slow.client);
    const thread = await threadSaying(slow.client, "Hello");
    let runId = "";
    for await (const event of await slow.client.beta.threads.runs.create(thread, {
      assistant_id: assistant.id,
      stream: true,
    })) {
      if (event.event === "thread.run.created") runId = event.data.id;
      // Leaving the loop closes the connection.
      if (event.event === "thread.message.delta") break;
    }
    assert.equal(
      (await untilStatus(slow.client, thread, runId, "completed", "failed", "cancelled")).status,
      "completed",
    );
  } finally {
    await slow.stop();
  }
});

test("a run keeps the assistant's configuration of its creation, with overrides and additions", async () => {
  const { beta } = runtime.client;
  const thread = await threadSaying(runtime.client, "Hi");
  const run = await beta.threads.runs.createAndPoll(thread, {
    assistant_id: assistantId,
    instructions: "Be brief.",
    additional_instructions: "Be kind.",
    additional_messages: [{ role: "user", content: "More" }],
    model: "another/model:tag",
    temperature: 0.5,
    tools: [],
    metadata: { why: "test" },
  });
  assert.equal(run.instructions, "Be brief.\n\nBe kind.");
  assert.deepEqual(
    [run.model, run.temperature, run.tools, run.metadata],
    ["another/model:tag", 0.5, [], { why: "test" }],
  );
  const texts = (await beta.threads.messages.list(thread, { order: "asc" })).data.map((one) => [one.role, one.run_id]);
  assert.deepEqual(texts, [
    ["user", null],
    ["user", null],
    ["assistant", run.id],
  ]);
});

test("tool_choice: none asks for nothing, a named function is called whatever was said", async () => {
  const { beta } = runtime.client;
  const thread = await threadSaying(runtime.client, "Soil moisture of BED-01?");
  const none = await beta.threads.runs.createAndPoll(thread, { assistant_id: assistantId, tool_choice: "none" });
  assert.equal(none.status, "completed");
  const named = await beta.threads.runs.createAndPoll(thread, {
    assistant_id: assistantId,
    tool_choice: { type: "function", function: { name: "water_bed" } },
  });
  assert.deepEqual(
    pendingCalls(named).map((call) => call.name),
    ["water_bed"],
  );
  const ended = await beta.threads.runs.submitToolOutputsAndPoll(named.id, {
    thread_id: thread,
    tool_outputs: pendingCalls(named).map(({ id }) => ({ tool_call_id: id, output: "done" })),
  });
  // The force is over after the first turn; then the words count again.
  assert.deepEqual(
    pendingCalls(ended).map((call) => call.name),
    ["get_soil_moisture"],
  );
});

test("a completion budget cuts the answer: message, step, run, in this order", async () => {
  const thread = await threadSaying(runtime.client, "Hello");
  const stream = runtime.client.beta.threads.runs.stream(thread, {
    assistant_id: assistantId,
    max_completion_tokens: 5,
  });
  const names = eventNames(stream);
  const run = await stream.finalRun();
  assert.deepEqual(names.slice(-3), [
    "thread.message.incomplete",
    "thread.run.step.completed",
    "thread.run.incomplete",
  ]);
  assert.equal(run.incomplete_details?.reason, "max_completion_tokens");
  assert.equal(run.usage?.completion_tokens, 5);
  assert.equal((await stream.finalMessages())[0]?.incomplete_details?.reason, "max_tokens");
});

test("a prompt budget that nothing fits into ends the run before the model is asked", async () => {
  const thread = await threadSaying(runtime.client, "word ".repeat(300));
  const run = await runtime.client.beta.threads.runs.createAndPoll(thread, {
    assistant_id: assistantId,
    max_prompt_tokens: 256,
  });
  assert.deepEqual([run.status, run.incomplete_details], ["incomplete", { reason: "max_prompt_tokens" }]);
  assert.equal((await runtime.client.beta.threads.messages.list(thread, { run_id: run.id })).data.length, 0);
});

test("tools that the runtime does not execute do not fail a run, and stay on it", async () => {
  const { beta } = runtime.client;
  const assistant = await beta.assistants.create({
    model: "offline",
    tools: [{ type: "code_interpreter" }, { type: "file_search" }],
  });
  const run = await beta.threads.runs.createAndPoll(await threadSaying(runtime.client, "Plot it"), {
    assistant_id: assistant.id,
  });
  assert.equal(run.status, "completed");
  assert.deepEqual(
    run.tools.map((tool) => tool.type),
    ["code_interpreter", "file_search"],
  );
});

test("a JSON schema gives JSON of that schema", async () => {
  const { beta } = runtime.client;
  const schema = {
    type: "object",
    properties: { verdict: { enum: ["dry", "wet"] }, litres: { type: "integer", minimum: 3 } },
    required: ["verdict", "litres"],
    additionalProperties: false,
  };
  const thread = await threadSaying(runtime.client, "All is wet");
  const run = await beta.threads.runs.createAndPoll(thread, {
    assistant_id: assistantId,
    response_format: { type: "json_schema", json_schema: { name: "v", schema } },
  });
  const part = (await beta.threads.messages.list(thread, { run_id: run.id })).data[0]?.content[0];
  assert.ok(part?.type === "text");
  assert.deepEqual(JSON.parse(part.text.value), { verdict: "wet", litres: 3 });
});
