import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Run } from "openai/resources/beta/threads/runs/runs";
import type { RunCreateParamsNonStreaming } from "openai/resources/beta/threads/runs/runs";
import { createGardener, eventNames, pendingCalls, threadSaying } from "./assistantFixtures.ts";
import { startRuntime, type RuntimeProcess } from "./runtimeProcess.ts";
import {
  chunks,
  delta,
  lines,
  startScriptedModelServer,
  status,
  type ScriptedModelServer,
} from "./scriptedModelServer.ts";

const key = "sk-upstream-secret-0123456789";
let server: ScriptedModelServer;
let runtime: RuntimeProcess;
let assistantId: string;

before(async () => {
  server = await startScriptedModelServer(["small", "large"]);
  runtime = await startRuntime({
    args: ["--upstream", "chat", "--upstream-url", server.url],
    env: { ASSISTANTS_UPSTREAM_KEY: key, OPENAI_API_KEY: "sk-not-for-you" },
  });
  assistantId = (await createGardener(runtime.client, "small")).id;
});
after(async () => {
  await runtime.stop();
  await server.close();
});

async function run(
  settings: Partial<RunCreateParamsNonStreaming> = {},
  text = "Hi",
): Promise<{ run: Run; text: string; thread: string }> {
  const thread = await threadSaying(runtime.client, text);
  const ended = await runtime.client.beta.threads.runs.createAndPoll(thread, {
    assistant_id: assistantId,
    ...settings,
  });
  const [message] = (await runtime.client.beta.threads.messages.list(thread, { run_id: ended.id })).data;
  const part = message?.content[0];
  return {
    run: ended,
    text: part?.type === "text" ? part.text.value : part?.type === "refusal" ? `refusal: ${part.refusal}` : "",
    thread,
  };
}

const call = (parts: object): object => delta({ tool_calls: [parts] });

test("the request: system text, plain strings, tools, and the key that was meant for this server", async () => {
  server.next(chunks([delta({ content: "Yes" }, "stop")]));
  await run({ temperature: 0.25, max_completion_tokens: 300 });
  const { messages, tools, ...rest } = server.bodies.at(-1) ?? {};
  assert.deepEqual(messages, [
    { role: "system", content: "Help in the greenhouse." },
    { role: "user", content: "Hi" },
  ]);
  assert.ok(Array.isArray(tools) && tools.length === 2);
  assert.deepEqual(rest, {
    model: "small",
    stream: true,
    stream_options: { include_usage: true },
    temperature: 0.25,
    max_tokens: 300,
  });
  assert.equal(server.authorizations.at(-1), `Bearer ${key}`);
});

for (const [name, script] of [
  [
    "comments, an empty usage chunk, roles on every chunk",
    lines([
      ": PROCESSING",
      `data: ${JSON.stringify(delta({ role: "assistant", content: "" }))}`,
      `data: ${JSON.stringify(delta({ role: "assistant", content: "All " }))}`,
      `data: ${JSON.stringify(delta({ role: "assistant", content: "well" }, "stop"))}`,
      'data: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2}}',
      "data: [DONE]",
    ]),
  ],
  [
    "usage on the finish chunk, no [DONE]",
    chunks(
      [
        delta({ content: "All well" }),
        { ...delta({}, "stop"), usage: { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 } },
      ],
      [],
    ),
  ],
  [
    "reasoning beside and inside the answer",
    chunks([
      delta({ reasoning_content: "hm" }),
      delta({ content: "<thi" }),
      delta({ content: "nk>secret</think>\n\nAll" }),
      delta({ content: " well", reasoning: "x" }),
      { ...delta({}, "stop"), usage: { prompt_tokens: 7, completion_tokens: 2 } },
    ]),
  ],
  [
    "content null and content in parts",
    chunks([
      delta({ content: null }),
      delta({ content: [{ type: "text", text: "All well" }] }),
      { ...delta({ content: null }, "stop"), usage: { prompt_tokens: 7, completion_tokens: 2 } },
    ]),
  ],
  [
    "no stream at all",
    status(200, {
      choices: [{ message: { role: "assistant", content: "All well" }, finish_reason: "stop" }],
      usage: { prompt_tokens: 7, completion_tokens: 2 },
    }),
  ],
  [
    "CRLF and no blank at the end",
    lines([
      `data:${JSON.stringify(delta({ content: "All well" }))}\r\n\r\ndata:${JSON.stringify({ ...delta({}, "stop"), usage: { prompt_tokens: 7, completion_tokens: 2 } })}`,
    ]),
  ],
] as const) {
  test(`an answer with ${name}`, async () => {
    server.next(script);
    const { run: ended, text } = await run();
    assert.deepEqual([ended.status, text], ["completed", "All well"]);
    assert.deepEqual(ended.usage, { prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 });
  });
}

test("without usage and without a finish reason: tokens are counted here", async () => {
  server.next(chunks([delta({ content: "one two three" })], []));
  const { run: ended } = await run();
  assert.equal(ended.status, "completed");
  assert.equal(ended.usage?.completion_tokens, 3);
  assert.ok((ended.usage?.prompt_tokens ?? 0) > 50, "instructions and tools count");
});

const moisture = (bed: string): { name: string; arguments: unknown } => ({
  name: "get_soil_moisture",
  arguments: { bed_id: bed },
});
const fn = (bed: string): object => ({ name: "get_soil_moisture", arguments: JSON.stringify({ bed_id: bed }) });

for (const [name, deltas] of [
  [
    "in fragments that alternate",
    [
      call({ index: 0, id: "a", function: { name: "get_soil_moisture", arguments: '{"bed_' } }),
      call({ index: 1, id: "b", function: { name: "get_soil_moisture", arguments: "" } }),
      call({ index: 0, function: { arguments: 'id":"BED-1"}' } }),
      call({ index: 1, function: { arguments: '{"bed_id":"BED-2"}' } }),
    ],
  ],
  ["whole, without an index", [call({ id: "a", function: fn("BED-1") }), call({ id: "b", function: fn("BED-2") })]],
  [
    "whole, all with the index 0",
    [call({ index: 0, id: "a", function: fn("BED-1") }), call({ index: 0, id: "b", function: fn("BED-2") })],
  ],
  ["without ids", [call({ index: 0, function: fn("BED-1") }), call({ index: 0, function: fn("BED-2") })]],
  [
    "with one id for both",
    [call({ index: 0, id: "call_0", function: fn("BED-1") }), call({ index: 1, id: "call_0", function: fn("BED-2") })],
  ],
  [
    "with arguments as objects",
    [
      call({ index: 0, id: "a", function: { name: "get_soil_moisture", arguments: { bed_id: "BED-1" } } }),
      call({ index: 1, id: "b", function: { name: "get_soil_moisture", arguments: { bed_id: "BED-2" } } }),
    ],
  ],
] as const) {
  test(`two calls ${name}`, async () => {
    server.next(chunks([...deltas, delta({}, "stop")]));
    const { run: waiting, thread } = await run();
    assert.equal(waiting.status, "requires_action");
    const calls = pendingCalls(waiting);
    assert.deepEqual(
      calls.map((made) => ({ name: made.name, arguments: made.arguments })),
      [moisture("BED-1"), moisture("BED-2")],
    );
    assert.equal(new Set(calls.map(({ id }) => id)).size, 2);

    server.next(chunks([delta({ content: "Both dry" }, "stop")]));
    const ended = await runtime.client.beta.threads.runs.submitToolOutputsAndPoll(waiting.id, {
      thread_id: thread,
      tool_outputs: calls.map(({ id }, at) => ({ tool_call_id: id, output: `out ${at}` })),
    });
    assert.equal(ended.status, "completed");
    const messages = server.bodies.at(-1)?.["messages"] as { role: string; tool_call_id?: string; content: unknown }[];
    assert.deepEqual(
      messages.map((one) => one.role),
      ["system", "user", "assistant", "tool", "tool"],
    );
    assert.deepEqual(
      messages.slice(3).map((one) => [one.tool_call_id, one.content]),
      calls.map(({ id }, at) => [id, `out ${at}`]),
    );
  });
}

test("text, then a call: the message ends before the call's step begins; text after a call is told later", async () => {
  server.next(
    chunks([
      delta({ content: "Let me look. " }),
      call({ index: 0, id: "a", function: fn("BED-1") }),
      delta({ content: "\n" }),
      delta({ content: "Looking." }),
      delta({}, "tool_calls"),
    ]),
  );
  const thread = await threadSaying(runtime.client, "Hi");
  const stream = runtime.client.beta.threads.runs.stream(thread, { assistant_id: assistantId });
  const names = eventNames(stream);
  const waiting = await stream.finalRun();
  assert.deepEqual(names.slice(3), [
    "thread.run.step.created",
    "thread.run.step.in_progress",
    "thread.message.created",
    "thread.message.in_progress",
    "thread.message.delta",
    "thread.message.completed",
    "thread.run.step.completed",
    "thread.run.step.created",
    "thread.run.step.in_progress",
    "thread.run.step.delta",
    "thread.run.requires_action",
  ]);
  server.next(chunks([delta({ content: "Dry." }, "stop")]));
  const second = runtime.client.beta.threads.runs.submitToolOutputsStream(waiting.id, {
    thread_id: thread,
    tool_outputs: pendingCalls(waiting).map(({ id }) => ({ tool_call_id: id, output: "3%" })),
  });
  await second.finalRun();
  const texts = (await runtime.client.beta.threads.messages.list(thread, { order: "asc" })).data.map((message) =>
    message.content[0]?.type === "text" ? message.content[0].text.value : "",
  );
  assert.deepEqual(texts, ["Hi", "Let me look. ", "\nLooking.", "Dry."]);
  const messages = server.bodies.at(-1)?.["messages"] as { role: string; content: unknown; tool_calls?: unknown[] }[];
  assert.deepEqual(messages.map((one) => [one.role, one.content]).slice(2), [
    ["assistant", "Let me look. "],
    ["tool", "3%"],
    ["assistant", "\nLooking."],
  ]);
});

test("a call without arguments gets an empty object", async () => {
  server.next(chunks([call({ index: 0, id: "a", function: { name: "get_soil_moisture" } }), delta({}, "tool_calls")]));
  const { run: waiting } = await run();
  assert.equal(waiting.required_action?.submit_tool_outputs.tool_calls[0]?.function.arguments, "{}");
});

test("a parameter that the server refuses is left out or renamed, once, and remembered", async () => {
  const picky = await runtime.client.beta.assistants.create({
    model: "large",
    instructions: "x",
    temperature: 0.5,
    tools: (await runtime.client.beta.assistants.retrieve(assistantId)).tools,
  });
  const refuse = (message: string, param: string | null = null) =>
    status(400, { error: { message, type: "invalid_request_error", param, code: null } });
  server.next(
    refuse(
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      "max_tokens",
    ),
    status(400, { detail: "stream_options: extra fields not permitted" }),
    refuse("'temperature' does not support 0.5 with this model"),
    refuse("unknown field parallel_tool_calls"),
    chunks([delta({ content: "fine" }, "stop")]),
  );
  const settings = { assistant_id: picky.id, max_completion_tokens: 50, parallel_tool_calls: false };
  const first = await run(settings);
  assert.deepEqual([first.run.status, first.text], ["completed", "fine"]);
  server.next(chunks([delta({ content: "again" }, "stop")]));
  const before = server.bodies.length;
  assert.equal((await run(settings)).text, "again");
  assert.equal(server.bodies.length, before + 1);
  const { messages: _m, tools: _t, ...sent } = server.bodies.at(-1) ?? {};
  assert.deepEqual(sent, { model: "large", stream: true, max_completion_tokens: 50 });
});

test("failures end the run with words that say what to do", async () => {
  const host = new URL(server.url).host;
  const cases = [
    [
      [status(401, { error: { message: `Incorrect API key: ${key}` } })],
      "server_error",
      new RegExp(`^The upstream ${host} refused the key \\(HTTP 401\\)\\. .*ASSISTANTS_UPSTREAM_KEY`),
    ],
    [
      [status(404, { error: { message: "model 'small' not found", code: "model_not_found" } })],
      "invalid_prompt",
      /has no model 'small'\. It offers small, large\./,
    ],
    [
      [status(400, { error: "plain words about a wrong thing" })],
      "invalid_prompt",
      /refused the request \(HTTP 400\)\. It says: plain words about a wrong thing/,
    ],
    [
      [status(429, { error: { message: "You exceeded your current quota", code: "insufficient_quota" } })],
      "rate_limit_exceeded",
      /no credit or quota left/,
    ],
    [[status(402, "pay")], "rate_limit_exceeded", /no credit or quota left/],
    [
      [lines(["data: {oops"]), lines(["data: {oops"]), lines(["data: {oops"])],
      "server_error",
      /a chunk that is not JSON/,
    ],
    [
      [chunks([delta({ content: "Half" }), { error: { message: "overloaded", code: 503 } }])],
      "server_error",
      /failed \(HTTP 503\)\. It says: overloaded/,
    ],
    [
      [chunks([delta({ content: "Half" }), { object: "error", message: "boom" }])],
      "server_error",
      /failed while it answered\. It says: boom/,
    ],
    [
      [lines([`data: ${JSON.stringify(delta({ content: "Half" }))}`], "cut")],
      "server_error",
      /connection to the upstream .* broke/,
    ],
    [[status(400, { error: { message: `bad ${key}` } })], "invalid_prompt", /bad \[key\]/],
  ] as const;
  for (const [scripts, code, message] of cases) {
    server.next(...scripts);
    const { run: ended } = await run();
    assert.equal(ended.status, "failed");
    assert.equal(ended.last_error?.code, code, ended.last_error?.message);
    assert.match(ended.last_error?.message ?? "", message);
    assert.doesNotMatch(ended.last_error?.message ?? "", /secret/);
  }
  assert.doesNotMatch(runtime.log(), /secret/);
});

test("asked again while nothing was said: Retry-After, an overloaded server, a broken chunk", async () => {
  for (const first of [
    status(429, { error: { message: "slow down" } }, { "retry-after-ms": "5" }),
    status(503, "loading", { "retry-after": "0" }),
    lines(["data: {oops"]),
  ]) {
    server.next(first, chunks([delta({ content: "second try" }, "stop")]));
    const { run: ended, text } = await run();
    assert.deepEqual([ended.status, text], ["completed", "second try"]);
  }
});

test("not asked again once something was said", async () => {
  server.next(lines([`data: ${JSON.stringify(delta({ content: "Half" }))}`], "cut"));
  const before = server.bodies.length;
  const { run: ended, text } = await run();
  assert.deepEqual([ended.status, text, server.bodies.length], ["failed", "Half", before + 1]);
});

test("a wait that is asked for and too long fails the run at once", async () => {
  server.next(status(429, { error: { message: "come back tomorrow" } }, { "retry-after": "86400" }));
  assert.equal((await run()).run.last_error?.code, "rate_limit_exceeded");
});

test("a conversation that is too long loses its middle, and is asked again", async () => {
  const { beta } = runtime.client;
  const thread = (
    await beta.threads.create({
      messages: ["first", ...Array.from({ length: 12 }, (_, at) => `middle ${at} ${"filler ".repeat(40)}`), "last"].map(
        (content) => ({ role: "user" as const, content }),
      ),
    })
  ).id;
  server.next(
    status(400, {
      error: { message: "This model's maximum context length is 512 tokens.", code: "context_length_exceeded" },
    }),
    chunks([delta({ content: "ok" }, "stop")]),
  );
  const ended = await beta.threads.runs.createAndPoll(thread, { assistant_id: assistantId });
  assert.equal(ended.status, "completed");
  const messages = server.bodies.at(-1)?.["messages"] as { content: string }[];
  const sent = messages.map((one) => one.content);
  assert.deepEqual([sent[1], sent.at(-1)], ["first", "last"]);
  assert.ok(sent.length < 15 && !sent.some((one) => one.startsWith("middle 0 ")));
});

test("length and content_filter", async () => {
  server.next(chunks([delta({ content: "cut" }, "length")]));
  const cut = await run();
  assert.deepEqual(
    [cut.run.status, cut.run.incomplete_details, cut.text],
    ["incomplete", { reason: "max_completion_tokens" }, "cut"],
  );
  server.next(chunks([delta({ content: "no" }, "content_filter")]));
  const filtered = await run();
  assert.deepEqual([filtered.run.status, filtered.run.last_error?.code], ["failed", "invalid_prompt"]);
  const [message] = (await runtime.client.beta.threads.messages.list(filtered.thread, { run_id: filtered.run.id }))
    .data;
  assert.equal(message?.incomplete_details?.reason, "content_filter");
});

test("a refusal is a part of its own", async () => {
  server.next(chunks([delta({ refusal: "I " }), delta({ refusal: "won't" }, "stop")]));
  assert.equal((await run()).text, "refusal: I won't");
});

test("cancelling ends the upstream's request too", async () => {
  const closed = new Promise<void>((resolve) => {
    server.next((response) => {
      response.on("close", resolve);
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(`data: ${JSON.stringify(delta({ content: "Once upon a time" }))}\n\n`);
    });
  });
  const stream = runtime.client.beta.threads.runs.stream(await threadSaying(runtime.client, "Hi"), {
    assistant_id: assistantId,
  });
  stream.on("textCreated", () => {
    const current = stream.currentRun();
    if (current !== undefined)
      void runtime.client.beta.threads.runs.cancel(current.id, { thread_id: current.thread_id });
  });
  assert.equal((await stream.finalRun()).status, "cancelled");
  await closed;
});

test("models come from the server; one that is not running is named", async () => {
  assert.deepEqual(
    (await runtime.client.models.list()).data.map((model) => model.id),
    ["small", "large"],
  );
  const gone = await startScriptedModelServer();
  const alone = await startRuntime({ args: ["--upstream", "chat", "--upstream-url", gone.url, "--model", "mine"] });
  try {
    assert.deepEqual(
      (await alone.client.models.list()).data.map((model) => model.id),
      ["mine"],
    );
    await gone.close();
    const words = new RegExp(
      `Cannot reach the upstream at ${new URL(gone.url).host} \\(ECONNREFUSED\\)\\. Is the server running`,
    );
    await assert.rejects(() => alone.client.models.list(), words);
    const assistant = await createGardener(alone.client, "mine");
    const ended = await alone.client.beta.threads.runs.createAndPoll(await threadSaying(alone.client, "Hi"), {
      assistant_id: assistant.id,
    });
    assert.equal(ended.last_error?.code, "server_error");
    assert.match(ended.last_error?.message ?? "", words);
  } finally {
    await alone.stop();
  }
});
