import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { threadSaying } from "./assistantFixtures.ts";
import { startRuntime, type RuntimeProcess } from "./runtimeProcess.ts";

let runtime: RuntimeProcess;

before(async () => {
  runtime = await startRuntime();
});
after(() => runtime.stop());

test("an assistant: defaults, changes by key, null clears, lists are replaced, deletion", async () => {
  const { assistants } = runtime.client.beta;
  const made = await assistants.create({ model: "m" });
  const { id, created_at, ...rest } = made;
  assert.match(id, /^asst_[A-Za-z0-9]{24}$/);
  assert.ok(Math.abs(created_at - Date.now() / 1000) < 60);
  assert.deepEqual(rest, {
    object: "assistant",
    name: null,
    description: null,
    model: "m",
    instructions: null,
    tools: [],
    tool_resources: {},
    metadata: {},
    temperature: 1,
    top_p: 1,
    response_format: "auto",
    reasoning_effort: null,
  });
  await assistants.update(id, {
    name: "A",
    instructions: "B",
    metadata: { a: "1", b: "2" },
    tools: [{ type: "file_search" }, { type: "code_interpreter" }],
  });
  const changed = await assistants.update(id, {
    instructions: null,
    metadata: { c: "3" },
    tools: [{ type: "code_interpreter" }],
  });
  assert.deepEqual(
    [changed.name, changed.instructions, changed.metadata, changed.tools],
    ["A", null, { c: "3" }, [{ type: "code_interpreter" }]],
  );
  assert.deepEqual(await assistants.retrieve(id), changed);
  assert.deepEqual(await assistants.delete(id), { id, object: "assistant.deleted", deleted: true });
  await assert.rejects(() => assistants.retrieve(id), /No assistant found/);
});

test("function parameters go out as they came in, whatever is in them", async () => {
  const parameters = {
    type: "object",
    properties: { größe: { type: ["string", "null"], "x-of-mine": [1, { "§": null }] } },
    $defs: { a: { const: 0 } },
  };
  const made = await runtime.client.beta.assistants.create({
    model: "m",
    tools: [{ type: "function", function: { name: "f", strict: null, parameters } }],
  });
  const [tool] = (await runtime.client.beta.assistants.retrieve(made.id)).tools;
  assert.deepEqual(tool, { type: "function", function: { name: "f", strict: null, parameters } });
});

test("messages: a plain string and parts come back as text with a value; only metadata changes", async () => {
  const { threads } = runtime.client.beta;
  const thread = await threadSaying(runtime.client, "plain");
  const message = await threads.messages.create(thread, {
    role: "user",
    content: [
      { type: "text", text: "part 🌱" },
      { type: "image_url", image_url: { url: "https://example.com/a.png", detail: "low" } },
    ],
  });
  assert.deepEqual(message.content, [
    { type: "text", text: { value: "part 🌱", annotations: [] } },
    { type: "image_url", image_url: { url: "https://example.com/a.png", detail: "low" } },
  ]);
  assert.deepEqual(
    [message.status, message.run_id, message.assistant_id, message.attachments],
    ["completed", null, null, []],
  );
  const changed = await threads.messages.update(message.id, { thread_id: thread, metadata: { seen: "yes" } });
  assert.deepEqual(changed, { ...message, metadata: { seen: "yes" } });
  assert.deepEqual(await threads.messages.delete(message.id, { thread_id: thread }), {
    id: message.id,
    object: "thread.message.deleted",
    deleted: true,
  });
  assert.equal((await threads.messages.list(thread)).data.length, 1);
});

test("threads and runs: metadata is replaced", async () => {
  const { threads, assistants } = runtime.client.beta;
  const thread = await threads.create({ metadata: { a: "1" } });
  assert.deepEqual((await threads.update(thread.id, { metadata: { b: "2" } })).metadata, { b: "2" });
  const assistant = await assistants.create({ model: "offline", instructions: "x" });
  const run = await threads.runs.createAndPoll(thread.id, { assistant_id: assistant.id, metadata: { r: "1" } });
  assert.deepEqual((await threads.runs.update(run.id, { thread_id: thread.id, metadata: { s: "2" } })).metadata, {
    s: "2",
  });
});

test("vector stores can be kept and changed", async () => {
  const { vectorStores } = runtime.client;
  const made = await vectorStores.create({ name: "docs", expires_after: { anchor: "last_active_at", days: 2 } });
  assert.deepEqual([made.status, made.file_counts.total, made.usage_bytes], ["completed", 0, 0]);
  assert.equal(made.expires_at, made.created_at + 2 * 86_400);
  const changed = await vectorStores.update(made.id, { name: "papers", expires_after: null });
  assert.deepEqual([changed.name, changed.expires_at], ["papers", null]);
  assert.deepEqual((await vectorStores.list()).data, [changed]);
  assert.deepEqual((await vectorStores.files.list(made.id)).data, []);
  await assert.rejects(() => vectorStores.create({ file_ids: ["file-1"] }), /No such File object: file-1/);
  assert.equal((await vectorStores.delete(made.id)).deleted, true);
  assert.deepEqual((await vectorStores.list()).data, []);
  assert.deepEqual((await runtime.client.files.list()).data, []);
});

test("the helper that makes a vector store with an assistant or a thread", async () => {
  const { beta, vectorStores } = runtime.client;
  const thread = await beta.threads.create({
    tool_resources: { file_search: { vector_stores: [{ metadata: { for: "test" } }] } },
  });
  const [id = ""] = thread.tool_resources?.file_search?.vector_store_ids ?? [];
  assert.deepEqual((await vectorStores.retrieve(id)).metadata, { for: "test" });
});

test("the offline model is the one on the list", async () => {
  const { models } = runtime.client;
  assert.deepEqual(
    (await models.list()).data.map((model) => model.id),
    ["offline"],
  );
  assert.equal((await models.retrieve("offline")).object, "model");
  await assert.rejects(() => models.retrieve("org/other:tag"), /The model 'org\/other:tag' does not exist/);
});
