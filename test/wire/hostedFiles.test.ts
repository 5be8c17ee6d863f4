/** `--hosted-files`: the upstream's own files, vector stores and file search, behind the runtime. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import OpenAI from "openai";
import type { AssistantCreateParams } from "openai/resources/beta/assistants";
import type { Message } from "openai/resources/beta/threads/messages";
import { startHostedServer, type HostedServer } from "./hostedServer.ts";
import { call, citing, fileSearch, message, response } from "./responsesScript.ts";
import { startRuntime, type RuntimeProcess } from "./runtimeProcess.ts";

const upstreamKey = "sk-upstream-0123456789";
let server: HostedServer;
let runtime: RuntimeProcess;
let client: OpenAI;

before(async () => {
  server = await startHostedServer();
  runtime = await startRuntime({
    args: ["--upstream", "responses", "--upstream-url", server.url, "--hosted-files"],
    env: { ASSISTANTS_UPSTREAM_KEY: upstreamKey },
  });
  client = runtime.client;
});
after(async () => {
  await runtime.stop();
  await server.close();
});
beforeEach(() => {
  server.requests.length = 0;
  server.responses.length = 0;
  server.readingFor(0);
});

const upload = async (text = "Moss likes shade."): Promise<string> =>
  (await client.files.create({ file: new File([text], "moss.md"), purpose: "assistants" })).id;

async function searcher(storeId: string, more: Partial<AssistantCreateParams> = {}): Promise<string> {
  const assistant = await client.beta.assistants.create({
    model: "gpt-5",
    tools: [{ type: "file_search" }],
    tool_resources: { file_search: { vector_store_ids: [storeId] } },
    ...more,
  });
  return assistant.id;
}

const textOf = (said: Message | undefined): OpenAI.Beta.Threads.Messages.Text => {
  const part = said?.content[0];
  assert.equal(part?.type, "text");
  return part.text;
};

const refusedWith = (status: number, words: RegExp) => (error: unknown) => {
  assert.ok(error instanceof OpenAI.APIError, String(error));
  assert.equal(error.status, status);
  assert.match(error.message, words);
  assert.deepEqual(Object.keys(error.error as object).toSorted(), ["code", "message", "param", "type"]);
  assert.doesNotMatch(error.message, /sk-/);
  return true;
};

test("files and stores are the upstream's: bodies, queries and bytes pass both ways, with its key", async () => {
  const big = "ä".repeat(3_000_000);
  const id = await upload(big);
  const [sent] = server.requests;
  assert.equal(sent?.authorization, `Bearer ${upstreamKey}`);
  assert.match(sent.contentType ?? "", /^multipart\/form-data; boundary=/);
  assert.ok(sent.body.includes(Buffer.from(big)));
  const content = Buffer.from(await (await client.files.content(id)).arrayBuffer());
  assert.ok(content.equals(sent.body));
  assert.equal((await client.files.retrieve(id)).id, id);
  assert.ok((await client.files.list({ purpose: "assistants", limit: 5 })).data.some((file) => file.id === id));
  assert.equal(server.requests.at(-1)?.url, "/v1/files?purpose=assistants&limit=5");

  const store = await client.vectorStores.create({ name: "Moss", file_ids: [id] });
  const polled = await client.vectorStores.files.createAndPoll(store.id, { file_id: await upload() });
  assert.equal(polled.status, "completed");
  const found = await client.vectorStores.search(store.id, { query: "shade" });
  assert.deepEqual(
    found.data.map((one) => one.file_id),
    [id],
  );
  assert.equal((await client.vectorStores.delete(store.id)).deleted, true);
  assert.equal((await client.files.delete(id)).deleted, true);
  assert.deepEqual(
    new Set(server.requests.map((request) => request.authorization)),
    new Set([`Bearer ${upstreamKey}`]),
  );
});

test("an upload in parts is the upstream's: parts go on in the order that completes it, and a cancelled one is no file", async () => {
  const begin = (): Promise<OpenAI.Uploads.Upload> =>
    client.uploads.create({ bytes: 8, filename: "moss.md", mime_type: "text/markdown", purpose: "assistants" });
  const { id } = await begin();
  assert.match(id, /^upload_hosted/);
  const part = async (text: string): Promise<string> =>
    (await client.uploads.parts.create(id, { data: new File([text], "part") })).id;
  const [last, first] = [await part("shade."), await part("Moss likes ")];
  const done = await client.uploads.complete(id, { part_ids: [first, last] });
  assert.deepEqual([done.status, done.file?.filename], ["completed", "moss.md"]);
  const text = await (await client.files.content(done.file?.id ?? "")).text();
  assert.ok(text.indexOf("Moss likes ") < text.indexOf("shade.") && text.includes("Moss likes "));
  assert.equal((await client.uploads.cancel((await begin()).id)).status, "cancelled");
  await assert.rejects(client.uploads.cancel("upload_nowhere"), refusedWith(404, /No such Upload: upload_nowhere/));
  assert.deepEqual(
    new Set(server.requests.map((request) => request.authorization)),
    new Set([`Bearer ${upstreamKey}`]),
  );
});

test("a run searches there; its step has the results, its message the citations, streamed and stored alike", async () => {
  const fileId = await upload();
  const store = await client.vectorStores.create({ file_ids: [fileId] });
  const assistantId = await searcher(store.id, {
    tools: [{ type: "file_search", file_search: { max_num_results: 7, ranking_options: { score_threshold: 0.25 } } }],
  });
  server.next(
    response([
      fileSearch(
        0,
        ["moss light"],
        [
          { file_id: "file-other", filename: "other.md", score: 0.9, text: "Ferns.", attributes: {} },
          { file_id: fileId, filename: "moss.md", score: 0.8, text: "Moss likes shade.", attributes: {} },
        ],
      ),
      citing(1, [
        "Moss 🌱 likes ",
        "shade",
        { fileId, filename: "moss.md" },
        ", always",
        { fileId: "file-new", filename: "new.md" },
        ".",
      ]),
    ]),
  );
  const thread = await client.beta.threads.create({ messages: [{ role: "user", content: "What does moss like?" }] });
  const names: string[] = [];
  const stream = client.beta.threads.runs.stream(thread.id, {
    assistant_id: assistantId,
    tool_choice: { type: "file_search" },
  });
  stream.on("event", ({ event }) => void names.push(event));
  const run = await stream.finalRun();
  assert.equal(run.status, "completed", run.last_error?.message);
  assert.deepEqual(
    names.filter((name) => !name.includes("message.delta")),
    [
      "thread.run.created",
      "thread.run.queued",
      "thread.run.in_progress",
      "thread.run.step.created",
      "thread.run.step.in_progress",
      "thread.run.step.delta",
      "thread.run.step.completed",
      "thread.run.step.created",
      "thread.message.created",
      "thread.message.in_progress",
      "thread.message.completed",
      "thread.run.step.completed",
      "thread.run.completed",
    ].toSpliced(8, 0, "thread.run.step.in_progress"),
  );

  const [asked] = server.responses;
  assert.deepEqual(asked?.["tools"], [
    {
      type: "file_search",
      vector_store_ids: [store.id],
      max_num_results: 7,
      ranking_options: { score_threshold: 0.25 },
    },
  ]);
  assert.deepEqual(asked["tool_choice"], { type: "file_search" });
  assert.deepEqual(asked["include"], ["reasoning.encrypted_content", "file_search_call.results"]);

  const streamed = textOf((await stream.finalMessages())[0]);
  const stored = textOf((await client.beta.threads.messages.list(thread.id)).data[0]);
  assert.equal(stored.value, "Moss 🌱 likes shade【0:1†moss.md】, always【0:2†new.md】.");
  assert.equal(streamed.value, stored.value);
  assert.deepEqual(
    stored.annotations.map((one) => one.type === "file_citation" && [one.text, one.file_citation.file_id]),
    [
      ["【0:1†moss.md】", fileId],
      ["【0:2†new.md】", "file-new"],
    ],
  );
  for (const annotations of [stored.annotations, streamed.annotations])
    for (const { start_index: start, end_index: end, text } of annotations)
      assert.equal(stored.value.slice(start, end), text);

  const place = { thread_id: thread.id };
  const steps = (
    await client.beta.threads.runs.steps.list(run.id, {
      ...place,
      order: "asc",
      include: ["step_details.tool_calls[*].file_search.results[*].content"],
    })
  ).data;
  assert.deepEqual(
    steps.map((step) => [step.type, step.status]),
    [
      ["tool_calls", "completed"],
      ["message_creation", "completed"],
    ],
  );
  const results = (details: OpenAI.Beta.Threads.Runs.RunStep["step_details"] | undefined): unknown => {
    const one = details?.type === "tool_calls" ? details.tool_calls[0] : undefined;
    assert.equal(one?.type, "file_search");
    return one.file_search.results;
  };
  assert.deepEqual(results(steps[0]?.step_details), [
    { file_id: "file-other", file_name: "other.md", score: 0.9, content: [{ type: "text", text: "Ferns." }] },
    { file_id: fileId, file_name: "moss.md", score: 0.8, content: [{ type: "text", text: "Moss likes shade." }] },
  ]);
  const bare = (await client.beta.threads.runs.steps.list(run.id, { ...place, order: "asc" })).data;
  assert.deepEqual(results(bare[0]?.step_details), [
    { file_id: "file-other", file_name: "other.md", score: 0.9 },
    { file_id: fileId, file_name: "moss.md", score: 0.8 },
  ]);

  // The next run's model does not see the marks: it would imitate them.
  server.next(response([message(0, ["Yes."])]));
  await client.beta.threads.runs.createAndPoll(thread.id, { assistant_id: assistantId }, { pollIntervalMs: 20 });
  assert.doesNotMatch(JSON.stringify(server.responses[1]?.["input"]), /【/);
  assert.equal(server.responses[1]?.["tool_choice"], undefined);
});

test("citations that only the finished message has, and those told before their text", async () => {
  const store = await client.vectorStores.create({});
  const assistantId = await searcher(store.id);
  const whole = citing(0, [
    "One",
    { fileId: "file-a", filename: "a.md" },
    " two",
    { fileId: "file-b", filename: "b.md" },
  ]);
  const early = citing(0, ["One two"]);
  const annotation = { type: "file_citation", file_id: "file-a", filename: "a.md", index: 3 };
  const told = {
    type: "response.output_text.annotation.added",
    item_id: "msg_0",
    output_index: 0,
    content_index: 0,
    annotation_index: 0,
    annotation,
  };
  for (const [script, expected] of [
    [{ ...whole, events: [] }, "One【0:0†a.md】 two【0:1†b.md】"],
    [whole, "One【0:0†a.md】 two【0:1†b.md】"],
    [{ ...early, events: early.events.toSpliced(1, 0, told) }, "One【0:0†a.md】 two"],
  ] as const) {
    server.next(response([script]));
    const run = await client.beta.threads.createAndRunPoll(
      { assistant_id: assistantId, thread: { messages: [{ role: "user", content: "Count." }] } },
      { pollIntervalMs: 20 },
    );
    const said = textOf((await client.beta.threads.messages.list(run.thread_id)).data[0]);
    assert.equal(said.value, expected);
    for (const { start_index: start, end_index: end, text } of said.annotations)
      assert.equal(said.value.slice(start, end), text);
    assert.equal(said.annotations.length, expected.split("【").length - 1);
  }
});

test("searches and functions in one turn; what was found goes back with the outputs", async () => {
  const store = await client.vectorStores.create({});
  const assistantId = await searcher(store.id, {
    tools: [{ type: "file_search" }, { type: "function", function: { name: "water_bed" } }],
  });
  const found = [{ file_id: "file-a", filename: "a.md", score: 0.5, text: "A." }];
  for (const order of ["search first", "function first"] as const) {
    server.responses.length = 0;
    const items =
      order === "search first"
        ? [fileSearch(0, ["a"], found), call(1, "call_w", "water_bed", ["{}"])]
        : [call(0, "call_w", "water_bed", ["{}"]), fileSearch(1, ["a"], found)];
    server.next(response(items), response([citing(0, ["Done", { fileId: "file-a", filename: "a.md" }, "."])]));
    const waiting = await client.beta.threads.createAndRunPoll(
      { assistant_id: assistantId, thread: { messages: [{ role: "user", content: "Water it." }] } },
      { pollIntervalMs: 20 },
    );
    assert.equal(waiting.status, "requires_action", waiting.last_error?.message);
    assert.deepEqual(
      waiting.required_action?.submit_tool_outputs.tool_calls.map((one) => one.function.name),
      ["water_bed"],
    );
    const run = await client.beta.threads.runs.submitToolOutputsAndPoll(
      waiting.id,
      { thread_id: waiting.thread_id, tool_outputs: [{ tool_call_id: "call_w", output: "ok" }] },
      { pollIntervalMs: 20 },
    );
    assert.equal(run.status, "completed", run.last_error?.message);
    const input = server.responses[1]?.["input"] as { type?: string; results?: unknown }[];
    assert.deepEqual(
      input.slice(1).map((item) => item.type),
      order === "search first"
        ? ["file_search_call", "function_call", "function_call_output"]
        : ["function_call", "file_search_call", "function_call_output"],
    );
    const said = textOf((await client.beta.threads.messages.list(run.thread_id)).data[0]);
    assert.equal(said.value, "Done【0:0†a.md】.");
    const steps = (await client.beta.threads.runs.steps.list(run.id, { thread_id: run.thread_id, order: "asc" })).data;
    assert.ok(steps.every((step) => step.status === "completed"));
    assert.equal(steps.length, order === "search first" ? 3 : 2);
  }
});

test("a search that failed is a failed step, and the run goes on", async () => {
  const store = await client.vectorStores.create({});
  server.next(response([fileSearch(0, ["a"], null, "failed"), message(1, ["I could not look."])]));
  const run = await client.beta.threads.createAndRunPoll(
    { assistant_id: await searcher(store.id), thread: { messages: [{ role: "user", content: "Look." }] } },
    { pollIntervalMs: 20 },
  );
  assert.equal(run.status, "completed", run.last_error?.message);
  const steps = (await client.beta.threads.runs.steps.list(run.id, { thread_id: run.thread_id, order: "asc" })).data;
  assert.deepEqual(
    steps.map((step) => [step.status, step.last_error?.code]),
    [
      ["failed", "server_error"],
      ["completed", undefined],
    ],
  );
});

test("attachments and stores made by the way are made there, and a run waits until they are read", async () => {
  const [first, second] = [await upload(), await upload()];
  const attached = (id: string): OpenAI.Beta.Threads.MessageCreateParams => ({
    role: "user",
    content: "See the file.",
    attachments: [{ file_id: id, tools: [{ type: "file_search" }] }],
  });
  const thread = await client.beta.threads.create({ messages: [attached(first)] });
  const [storeId = ""] = thread.tool_resources?.file_search?.vector_store_ids ?? [];
  const listed = async (): Promise<string[]> =>
    (await client.vectorStores.files.list(storeId)).data.map((file) => file.id);
  assert.deepEqual(await listed(), [first]);
  const made = server.requests.find((one) => one.method === "POST" && one.url === "/v1/vector_stores");
  assert.deepEqual(JSON.parse(made?.body.toString() ?? ""), {
    file_ids: [first],
    expires_after: { anchor: "last_active_at", days: 7 },
  });
  await client.beta.threads.messages.create(thread.id, attached(second));
  assert.deepEqual(await listed(), [first, second]);

  const assistant = await client.beta.assistants.create({
    model: "gpt-5",
    tools: [{ type: "file_search" }],
    tool_resources: { file_search: { vector_stores: [{ file_ids: [first] }] } },
  });
  const [own = ""] = assistant.tool_resources?.file_search?.vector_store_ids ?? [];
  assert.notEqual(own, storeId);
  server.readingFor(2);
  server.requests.length = 0;
  server.next(response([message(0, ["Read."])]));
  const run = await client.beta.threads.runs.createAndPoll(
    thread.id,
    {
      assistant_id: assistant.id,
      additional_messages: [attached(first)] as OpenAI.Beta.Threads.RunCreateParams.AdditionalMessage[],
    },
    { pollIntervalMs: 20 },
  );
  assert.equal(run.status, "completed", run.last_error?.message);
  assert.equal(server.requests.filter(({ method, url }) => method === "GET" && url.includes(storeId)).length, 3);
  const [tool] = (server.responses[0]?.["tools"] ?? []) as { vector_store_ids: string[] }[];
  assert.deepEqual(tool?.vector_store_ids, [own, storeId]);

  // A store that was deleted is replaced.
  await client.vectorStores.delete(storeId);
  await client.beta.threads.messages.create(thread.id, attached(second));
  const [next] = (await client.beta.threads.retrieve(thread.id)).tool_resources?.file_search?.vector_store_ids ?? [];
  assert.notEqual(next, storeId);
});

test("what does not exist there, and what the runtime cannot do with files that are there, is refused", async () => {
  await assert.rejects(searcher("vs_nothing"), refusedWith(404, /No such vector store: vs_nothing/));
  const attach = (id: string, type: "file_search" | "code_interpreter"): Promise<unknown> =>
    client.beta.threads.create({
      messages: [{ role: "user", content: "a", attachments: [{ file_id: id, tools: [{ type }] }] }],
    });
  await assert.rejects(attach("file-nothing", "file_search"), refusedWith(404, /No such File object: file-nothing/));
  const id = await upload();
  await assert.rejects(
    attach(id, "code_interpreter"),
    refusedWith(400, /content cannot be had for the code interpreter/),
  );
  await assert.rejects(
    client.beta.threads.create({
      messages: [{ role: "user", content: [{ type: "image_file", image_file: { file_id: id } }] }],
    }),
    refusedWith(400, /give the image as an image_url/),
  );
  await assert.rejects(
    client.beta.assistants.create({
      model: "m",
      tool_resources: { code_interpreter: { file_ids: [id] } },
    }),
    refusedWith(400, /content cannot be had/),
  );
  const thread = await client.beta.threads.create();
  await assert.rejects(
    client.beta.threads.update(thread.id, { tool_resources: { file_search: { vector_store_ids: ["vs_no"] } } }),
    refusedWith(404, /vs_no/),
  );
});

test("a file that the runtime has itself stays its own", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "hosted-"));
  const before = await startRuntime({ dataDir });
  const file = new File(["ours"], "ours.md");
  const { id } = await before.client.files.create({ file, purpose: "assistants" });
  await before.stop();
  const args = ["--upstream", "responses", "--upstream-url", server.url, "--hosted-files"];
  const now = await startRuntime({ dataDir, args });
  try {
    assert.equal(await (await now.client.files.content(id)).text(), "ours");
    assert.equal((await now.client.files.retrieve(id)).filename, "ours.md");
    const message = (type: "code_interpreter" | "file_search"): OpenAI.Beta.Threads.MessageCreateParams => ({
      role: "user",
      content: "a",
      attachments: [{ file_id: id, tools: [{ type }] }],
    });
    const thread = await now.client.beta.threads.create({ messages: [message("code_interpreter")] });
    assert.deepEqual(thread.tool_resources?.code_interpreter?.file_ids, [id]);
    await assert.rejects(
      now.client.beta.threads.messages.create(thread.id, message("file_search")),
      refusedWith(400, /is the runtime's own/),
    );
    assert.deepEqual(server.requests, []);
    assert.equal((await now.client.files.delete(id)).deleted, true);
    await assert.rejects(now.client.files.retrieve(id), refusedWith(404, /No such File object/));
    assert.equal(server.requests.length, 1);
  } finally {
    await now.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
});

test("refusals of the upstream come in the shape of this protocol, without its key", async () => {
  const error = { message: "x", type: "invalid_request_error", param: null, code: null };
  server.refuse(401, { error: { ...error, message: `Incorrect API key: ${upstreamKey}`, code: "invalid_api_key" } });
  await assert.rejects(client.files.list(), refusedWith(401, /refused the key.*ASSISTANTS_UPSTREAM_KEY/));
  server.refuse(429, { error: { ...error, message: "Slow down." } }, { "retry-after": "7" });
  await assert.rejects(client.vectorStores.list(), (thrown) => {
    refusedWith(429, /Slow down/)(thrown);
    assert.ok(thrown instanceof OpenAI.APIError);
    assert.equal((thrown.headers as Headers).get("retry-after"), "7");
    return true;
  });
  await assert.rejects(client.vectorStores.retrieve("vs_none"), refusedWith(404, /No such vector store: vs_none/));
  server.refuse(500, "<html><body>Bad gateway</body></html>");
  await assert.rejects(client.files.list(), refusedWith(500, /failed \(HTTP 500\).*Bad gateway/));
  server.refuse(200, "<html><body>Log in</body></html>");
  await assert.rejects(client.files.list(), refusedWith(502, /not JSON/));
  server.refuse(302, {}, { location: "https://elsewhere.example/v1/files?secret=1" });
  await assert.rejects(client.files.list(), refusedWith(502, /points elsewhere/));
  // The same while a thread is made: nothing of it is kept.
  server.refuse(429, { error: { ...error, message: "Slow down." } });
  await assert.rejects(
    client.beta.threads.create({ tool_resources: { file_search: { vector_stores: [{}] } } }),
    refusedWith(429, /Slow down/),
  );
  assert.doesNotMatch(runtime.log(), /sk-upstream/);
});

test("an upstream that is down is told in words", async () => {
  const gone = await startHostedServer();
  const other = await startRuntime({
    args: ["--upstream", "responses", "--upstream-url", gone.url, "--hosted-files"],
    env: { ASSISTANTS_UPSTREAM_KEY: upstreamKey },
  });
  await gone.close();
  try {
    await assert.rejects(other.client.files.list(), refusedWith(500, /Cannot reach the upstream/));
    await assert.rejects(
      other.client.files.create({ file: new File(["x"], "x.md"), purpose: "assistants" }),
      refusedWith(500, /Cannot reach the upstream|broke/),
    );
    await assert.rejects(
      other.client.beta.threads.create({ tool_resources: { file_search: { vector_store_ids: ["vs_1"] } } }),
      refusedWith(500, /Cannot reach the upstream/),
    );
  } finally {
    await other.stop();
  }
});
