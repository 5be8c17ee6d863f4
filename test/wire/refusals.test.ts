import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import OpenAI, { AuthenticationError, BadRequestError, InternalServerError, NotFoundError } from "openai";
import type { APIError } from "openai";
import { createGardener, pendingCalls, threadSaying, untilStatus } from "./assistantFixtures.ts";
import { startRuntime, type RuntimeProcess } from "./runtimeProcess.ts";

let runtime: RuntimeProcess;
let slow: RuntimeProcess;
let assistantId: string;
let slowAssistantId: string;

before(async () => {
  [runtime, slow] = await Promise.all([startRuntime(), startRuntime({ args: ["--pace", "2"] })]);
  assistantId = (await createGardener(runtime.client)).id;
  slowAssistantId = (await createGardener(slow.client)).id;
});
after(() => Promise.all([runtime.stop(), slow.stop()]));

/** What a refused request says, without its number. */
async function refusal(
  request: Promise<unknown>,
  kind: new (...args: never[]) => APIError,
): Promise<{ message: string; param: unknown; code: unknown; type: unknown }> {
  const error: unknown = await request.then(
    () => assert.fail("was not refused"),
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof kind, String(error));
  assert.match(error.requestID ?? "", /^req_[0-9a-f]{32}$/);
  return { message: error.message.replace(/^\d+ /, ""), param: error.param, code: error.code, type: error.type };
}

const invalid = "invalid_request_error";

test("bodies that are wrong are refused in OpenAI's words", async () => {
  const { assistants, threads } = runtime.client.beta;
  const cases: readonly (readonly [unknown, string, string, string])[] = [
    [{}, "Missing required parameter: 'model'.", "model", "missing_required_parameter"],
    [{ model: "m", nmae: "x" }, "Unknown parameter: 'nmae'.", "nmae", "unknown_parameter"],
    [{ model: 7 }, "Invalid type for 'model': expected a string, but got an integer instead.", "model", "invalid_type"],
    [
      { model: "m", metadata: { modified: true } },
      "Invalid type for 'metadata.modified': expected a string, but got a boolean instead.",
      "metadata.modified",
      "invalid_type",
    ],
    [
      { model: "m", temperature: 3 },
      "Invalid 'temperature': integer above maximum value. Expected a value <= 2, but got 3 instead.",
      "temperature",
      "integer_above_max_value",
    ],
    [
      { model: "m", name: "x".repeat(257) },
      "Invalid 'name': string too long. Expected a string with maximum length 256, but got a string with length 257 instead.",
      "name",
      "string_above_max_length",
    ],
    [
      { model: "m", tools: [{ type: "browser" }] },
      "Invalid value: 'browser'. Supported values are: 'code_interpreter', 'file_search', and 'function'.",
      "tools[0].type",
      "invalid_value",
    ],
    [
      { model: "m", tools: [{ type: "function", function: { name: "f", paramters: {} } }] },
      "Unknown parameter: 'tools[0].function.paramters'.",
      "tools[0].function.paramters",
      "unknown_parameter",
    ],
    [
      { model: "m", metadata: Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`k${at}`, "v"])) },
      "Invalid 'metadata': too many properties. Expected an object with at most 16 properties, but got an object with 17 properties instead.",
      "metadata",
      "object_above_max_properties",
    ],
    [
      { model: "m", response_format: { type: "json_schema", json_schema: {} } },
      "Missing required parameter: 'response_format.json_schema.name'.",
      "response_format.json_schema.name",
      "missing_required_parameter",
    ],
    [
      { model: "m", response_format: "xml" },
      "Invalid value: 'xml'. Supported values are: 'auto'.",
      "response_format",
      "invalid_value",
    ],
  ];
  for (const [body, message, param, code] of cases) {
    assert.deepEqual(await refusal(assistants.create(body as never), BadRequestError), {
      message,
      param,
      code,
      type: invalid,
    });
  }
  const role = await refusal(
    threads.create({ messages: [{ role: "system" as never, content: "x" }] }),
    BadRequestError,
  );
  assert.equal(role.message, "Invalid value: 'system'. Supported values are: 'user' and 'assistant'.");
  assert.equal(role.param, "messages[0].role");
});

test("lenient servers ignore what they do not know, at any depth", async () => {
  const lenient = await startRuntime({ args: ["--lenient"] });
  try {
    const made = await lenient.client.beta.assistants.create({
      model: "m",
      nmae: "x",
      tools: [{ type: "function", function: { name: "f", paramters: {} } }],
    } as never);
    assert.deepEqual(made.tools, [{ type: "function", function: { name: "f" } }]);
    assert.equal(
      (await refusal(lenient.client.beta.assistants.create({ nmae: "x" } as never), BadRequestError)).param,
      "model",
    );
  } finally {
    await lenient.stop();
  }
});

test("unknown and malformed ids", async () => {
  const { beta, files } = runtime.client;
  const thread = await threadSaying(runtime.client, "Hi");
  const cases: readonly (readonly [() => Promise<unknown>, typeof NotFoundError | typeof BadRequestError, string])[] = [
    [() => beta.threads.retrieve("thread_none"), NotFoundError, "No thread found with id 'thread_none'."],
    [() => beta.assistants.retrieve("asst_none"), NotFoundError, "No assistant found with id 'asst_none'."],
    [
      () => beta.threads.runs.retrieve("run_none", { thread_id: thread }),
      NotFoundError,
      "No run found with id 'run_none'.",
    ],
    [
      () => beta.threads.messages.retrieve("msg_none", { thread_id: thread }),
      NotFoundError,
      "No message found with id 'msg_none'.",
    ],
    [
      () => beta.threads.runs.create(thread, { assistant_id: "asst_none" }),
      NotFoundError,
      "No assistant found with id 'asst_none'.",
    ],
    [() => runtime.client.vectorStores.retrieve("vs_none"), NotFoundError, "No vector store found with id 'vs_none'."],
    [() => files.retrieve("file-none"), NotFoundError, "No such File object: file-none"],
    [
      () => beta.threads.retrieve("undefined"),
      BadRequestError,
      "Invalid 'thread_id': 'undefined'. Expected an ID that begins with 'thread'.",
    ],
    [
      () => beta.threads.messages.list(thread, { after: "msg_none" }),
      NotFoundError,
      "No message found with id 'msg_none'.",
    ],
    [
      () =>
        beta.threads.messages.create(thread, { role: "user", content: "x", attachments: [{ file_id: "file-none" }] }),
      NotFoundError,
      "No such File object: file-none",
    ],
  ];
  for (const [request, kind, message] of cases) assert.equal((await refusal(request(), kind)).message, message);
  assert.equal((await beta.threads.messages.list(thread)).data.length, 1);
});

test("a thread without anything to answer", async () => {
  const { beta } = runtime.client;
  const bare = await beta.assistants.create({ model: "offline" });
  const thread = await beta.threads.create();
  assert.deepEqual(await refusal(beta.threads.runs.create(thread.id, { assistant_id: bare.id }), BadRequestError), {
    message: "Run creation requires a Thread with a user message or an assistant with instructions.",
    code: "invalid_thread",
    param: null,
    type: invalid,
  });
  const run = await beta.threads.runs.createAndPoll(thread.id, { assistant_id: assistantId });
  assert.equal(run.status, "completed");
});

test("a waiting run locks its thread until it is answered", async () => {
  const { beta } = runtime.client;
  const thread = await threadSaying(runtime.client, "Soil moisture of BED-1 and BED-2?");
  const run = await beta.threads.runs.createAndPoll(thread, { assistant_id: assistantId });
  assert.equal(run.status, "requires_action");
  const add = await refusal(beta.threads.messages.create(thread, { role: "user", content: "x" }), BadRequestError);
  assert.equal(add.message, `Can't add messages to ${thread} while a run ${run.id} is active.`);
  const second = await refusal(
    beta.threads.runs.create(thread, {
      assistant_id: assistantId,
      additional_messages: [{ role: "user", content: "x" }],
    }),
    BadRequestError,
  );
  assert.equal(second.message, `Thread ${thread} already has an active run ${run.id}.`);
  assert.equal((await beta.threads.messages.list(thread)).data.length, 1, "the refused run left no message");

  const [a = "", b = ""] = pendingCalls(run).map((call) => call.id);
  const partial = await refusal(
    beta.threads.runs.submitToolOutputs(run.id, {
      thread_id: thread,
      tool_outputs: [{ tool_call_id: a, output: "1" }],
    }),
    BadRequestError,
  );
  assert.equal(partial.message, `Expected tool outputs for call_ids ['${a}', '${b}'], got ['${a}']`);
  const strange = await refusal(
    beta.threads.runs.submitToolOutputs(run.id, {
      thread_id: thread,
      tool_outputs: [a, b, "call_x"].map((id) => ({ tool_call_id: id, output: "" })),
    }),
    BadRequestError,
  );
  assert.match(strange.message, /^Expected tool outputs for call_ids/);

  await beta.threads.runs.submitToolOutputsAndPoll(run.id, {
    thread_id: thread,
    tool_outputs: [{ tool_call_id: a, output: "1" }, { tool_call_id: b }],
  });
  const late = await refusal(
    beta.threads.runs.submitToolOutputs(run.id, { thread_id: thread, tool_outputs: [] }),
    BadRequestError,
  );
  assert.equal(late.message, 'Runs in status "completed" do not accept tool outputs.');
  await beta.threads.messages.create(thread, { role: "user", content: "Now it goes" });
});

test("of many runs at once on a thread, one is made", async () => {
  const { beta } = slow.client;
  const thread = await threadSaying(slow.client, "Hello");
  const made = await Promise.allSettled(
    Array.from({ length: 8 }, () => beta.threads.runs.create(thread, { assistant_id: slowAssistantId })),
  );
  assert.equal(made.filter((one) => one.status === "fulfilled").length, 1);
  assert.equal((await beta.threads.runs.list(thread)).data.length, 1);
});

test("cancelling: in progress, while waiting, and after the end", async () => {
  const { beta } = slow.client;
  const thread = await threadSaying(slow.client, "Hello");
  const stream = beta.threads.runs.stream(thread, { assistant_id: slowAssistantId });
  const names: string[] = [];
  stream.on("event", ({ event }) => names.push(event));
  const runId = await new Promise<string>((resolve) =>
    stream.on("event", (event) => event.event === "thread.message.delta" && resolve(stream.currentRun()?.id ?? "")),
  );
  const answer = await beta.threads.runs.cancel(runId, { thread_id: thread });
  assert.equal(answer.status, "cancelling");
  const run = await stream.finalRun();
  assert.deepEqual(names.slice(names.indexOf("thread.run.cancelling")), [
    "thread.run.cancelling",
    "thread.message.incomplete",
    "thread.run.step.cancelled",
    "thread.run.cancelled",
  ]);
  assert.ok(run.cancelled_at !== null);
  const [last] = (await beta.threads.messages.list(thread)).data;
  assert.deepEqual([last?.status, last?.incomplete_details], ["incomplete", { reason: "run_cancelled" }]);
  const part = last?.content[0];
  assert.ok(part?.type === "text" && part.text.value !== "", "what had been said is kept");
  assert.equal(
    (await refusal(beta.threads.runs.cancel(runId, { thread_id: thread }), BadRequestError)).message,
    "Cannot cancel run with status 'cancelled'.",
  );

  const waitingThread = await threadSaying(runtime.client, "Soil moisture of BED-9?");
  const waiting = await runtime.client.beta.threads.runs.createAndPoll(waitingThread, { assistant_id: assistantId });
  assert.equal(
    (await runtime.client.beta.threads.runs.cancel(waiting.id, { thread_id: waitingThread })).status,
    "cancelled",
  );
  const [step] = (await runtime.client.beta.threads.runs.steps.list(waiting.id, { thread_id: waitingThread })).data;
  assert.equal(step?.status, "cancelled");
  await runtime.client.beta.threads.messages.create(waitingThread, { role: "user", content: "free again" });

  const done = await runtime.client.beta.threads.runs.createAndPoll(waitingThread, {
    assistant_id: assistantId,
    tool_choice: "none",
  });
  assert.equal(
    (await refusal(runtime.client.beta.threads.runs.cancel(done.id, { thread_id: waitingThread }), BadRequestError))
      .message,
    "Cannot cancel run with status 'completed'.",
  );
});

test("deleting a thread ends its run, and everything on it is gone", async () => {
  const { beta } = slow.client;
  const thread = await threadSaying(slow.client, "Hello");
  const stream = beta.threads.runs.stream(thread, { assistant_id: slowAssistantId });
  await new Promise<void>((resolve) =>
    stream.on("event", (event) => event.event === "thread.message.delta" && resolve()),
  );
  assert.deepEqual(await beta.threads.delete(thread), { id: thread, object: "thread.deleted", deleted: true });
  assert.equal((await stream.finalRun()).status, "cancelled");
  assert.equal(
    (await refusal(beta.threads.retrieve(thread), NotFoundError)).message,
    `No thread found with id '${thread}'.`,
  );
  assert.doesNotMatch(slow.log(), /Error/);
});

test("keys, hosts, origins, broken JSON, wrong paths, large bodies", async () => {
  const wrongKey = new OpenAI({ baseURL: runtime.url, apiKey: "wrong", maxRetries: 0 });
  assert.deepEqual(await refusal(wrongKey.beta.assistants.list(), AuthenticationError), {
    message: "Incorrect API key provided. This runtime's key is printed on its standard output when it starts.",
    code: "invalid_api_key",
    param: null,
    type: invalid,
  });
  const authorization = `Bearer ${runtime.key}`;
  const ask = async (
    path: string,
    init: RequestInit,
  ): Promise<[number, { error: { message: string; code: string | null } }]> => {
    const response = await fetch(`${runtime.url}${path}`, init);
    return [response.status, (await response.json()) as { error: { message: string; code: string | null } }];
  };
  const status = async (path: string, headers: Record<string, string>): Promise<number> =>
    (await ask(path, { headers }))[0];
  assert.equal(await status("/assistants", {}), 401);
  assert.equal(await status("/assistants", { authorization, origin: "https://example.com" }), 403);
  assert.equal(await status("/assistants", { authorization, origin: "null" }), 403);
  assert.equal(await status("/assistants", { authorization, "openai-beta": "assistants=v1" }), 400);
  const [code, body] = await ask("/nothing", { headers: { authorization } });
  assert.deepEqual([code, body.error.message], [404, "Unknown request URL: GET /v1/nothing."]);
  const post = (text: string): RequestInit => ({
    method: "POST",
    body: text,
    headers: { authorization, "content-type": "application/json" },
  });
  assert.match(
    (await ask("/assistants", post("{oops")))[1].error.message,
    /^We could not parse the JSON body of your request/,
  );
  const large = await ask(
    "/assistants",
    post(JSON.stringify({ model: "m", instructions: "x".repeat(17 * 1024 * 1024) })),
  );
  assert.deepEqual([large[0], large[1].error.code], [413, "request_too_large"]);
  assert.doesNotMatch(runtime.log(), new RegExp(runtime.key));
});

test("what is not there says so", async () => {
  const upload = await refusal(
    runtime.client.uploads.create({ bytes: 1, filename: "a.txt", mime_type: "text/plain", purpose: "assistants" }),
    InternalServerError,
  );
  assert.equal(upload.message, "This runtime does not implement uploads in parts yet.");
  assert.equal(upload.code, "not_implemented");
});

test("a run's status is asked for at a short interval by the SDK's helpers", async () => {
  const thread = await threadSaying(runtime.client, "Hi");
  const run = await runtime.client.beta.threads.runs.create(thread, { assistant_id: assistantId });
  assert.equal(run.status, "queued");
  await untilStatus(runtime.client, thread, run.id, "completed");
  const { response } = await runtime.client.beta.threads.runs.retrieve(run.id, { thread_id: thread }).withResponse();
  assert.equal(response.headers.get("openai-poll-after-ms"), "200");
  assert.equal(response.headers.get("openai-version"), "2020-10-01");
});
