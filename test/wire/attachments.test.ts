/** Files that come with messages and threads, and the runs that need them. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BadRequestError, NotFoundError, toFile } from "openai";
import { uploadText } from "./fileFixtures.ts";
import { startRuntime, type RuntimeProcess } from "./runtimeProcess.ts";
import { chunks, delta, startScriptedModelServer } from "./scriptedModelServer.ts";

let runtime: RuntimeProcess;

before(async () => {
  runtime = await startRuntime();
});
after(() => runtime.stop());

const search = [{ type: "file_search" }] as const;
const interpreter = [{ type: "code_interpreter" }] as const;

test("a message with a file for search makes the thread's store; the next one adds to it", async () => {
  const { beta, vectorStores } = runtime.client;
  const [first, second] = [
    await uploadText(runtime.client, "a.txt", "walrus"),
    await uploadText(runtime.client, "b.txt", "narwhal"),
  ];
  const thread = await beta.threads.create();
  const message = await beta.threads.messages.create(thread.id, {
    role: "user",
    content: "Read this",
    attachments: [{ file_id: first, tools: [...search] }],
  });
  assert.deepEqual(message.attachments, [{ file_id: first, tools: [...search] }]);
  const resources = (await beta.threads.retrieve(thread.id)).tool_resources;
  const [storeId = ""] = resources?.file_search?.vector_store_ids ?? [];
  const store = await vectorStores.retrieve(storeId);
  assert.deepEqual(store.expires_after, { anchor: "last_active_at", days: 7 });
  assert.equal(store.file_counts.total, 1);
  await beta.threads.messages.create(thread.id, {
    role: "user",
    content: "And this",
    attachments: [
      { file_id: second, tools: [...search, ...interpreter] },
      { file_id: first, tools: [...search] },
    ],
  });
  assert.deepEqual((await beta.threads.retrieve(thread.id)).tool_resources, {
    file_search: { vector_store_ids: [storeId] },
    code_interpreter: { file_ids: [second] },
  });
  assert.deepEqual(
    (await vectorStores.files.list(storeId, { order: "asc" })).data.map((file) => file.id),
    [first, second],
  );
  await vectorStores.files.poll(storeId, second);
  assert.equal((await vectorStores.search(storeId, { query: "narwhal" })).data[0]?.file_id, second);
  // Deleting the thread leaves its store, as the guide says.
  await beta.threads.delete(thread.id);
  assert.equal((await vectorStores.retrieve(storeId)).id, storeId);
  assert.equal((await vectorStores.search(storeId, { query: "walrus" })).data[0]?.file_id, first);
});

test("attachments of a thread's first messages and of a run's additional messages do the same", async () => {
  const { beta, vectorStores } = runtime.client;
  const ids = await Promise.all(["1.txt", "2.txt", "3.txt"].map((name) => uploadText(runtime.client, name, name)));
  const [a = "", b = "", c = ""] = ids;
  const own = await vectorStores.create({});
  const thread = await beta.threads.create({
    tool_resources: { file_search: { vector_store_ids: [own.id] } },
    messages: [
      { role: "user", content: "x", attachments: [{ file_id: a, tools: [...search] }] },
      { role: "user", content: "y", attachments: [{ file_id: b, tools: [...interpreter] }] },
    ],
  });
  assert.deepEqual(thread.tool_resources, {
    file_search: { vector_store_ids: [own.id] },
    code_interpreter: { file_ids: [b] },
  });
  const assistant = await beta.assistants.create({ model: "offline", tools: [...search] });
  const run = await beta.threads.runs.createAndPoll(thread.id, {
    assistant_id: assistant.id,
    additional_messages: [{ role: "user", content: "z", attachments: [{ file_id: c, tools: [...search] }] }],
  });
  assert.equal(run.status, "completed", run.last_error?.message);
  const store = await vectorStores.retrieve(own.id);
  assert.deepEqual(
    [store.status, store.file_counts.completed],
    ["completed", 2],
    "the run began when the store had been read",
  );
  const made = await beta.threads.createAndRunPoll({
    assistant_id: assistant.id,
    thread: { messages: [{ role: "user", content: "x", attachments: [{ file_id: a, tools: [...search] }] }] },
  });
  assert.equal(made.status, "completed");
});

test("the helper that makes a store takes files, chunks and metadata; resources must exist", async () => {
  const { beta, vectorStores } = runtime.client;
  const file = await uploadText(runtime.client, "a.txt", "x");
  const chunking = { type: "static", static: { max_chunk_size_tokens: 300, chunk_overlap_tokens: 10 } } as const;
  const helper = { vector_stores: [{ file_ids: [file], chunking_strategy: chunking, metadata: { k: "v" } }] };
  const assistant = await beta.assistants.create({
    model: "m",
    tools: [...search],
    tool_resources: { file_search: helper },
  });
  const thread = await beta.threads.create({ tool_resources: { file_search: helper } });
  for (const made of [assistant, thread]) {
    const [id = "", ...none] = made.tool_resources?.file_search?.vector_store_ids ?? [];
    assert.deepEqual(none, []);
    const store = await vectorStores.retrieve(id);
    assert.deepEqual(store.metadata, { k: "v" });
    assert.equal(store.expires_after?.days, made.object === "thread" ? 7 : undefined);
    assert.deepEqual((await vectorStores.files.poll(id, file)).chunking_strategy, chunking);
  }
  const noFile = "file-aaaaaaaaaaaaaaaaaaaaaaaa";
  const stores = { file_search: { vector_store_ids: ["vs_none"] } };
  const files = { code_interpreter: { file_ids: [noFile] } };
  for (const [work, kind, message] of [
    [
      () => beta.assistants.create({ model: "m", tool_resources: stores }),
      NotFoundError,
      /No vector store found with id 'vs_none'/,
    ],
    [() => beta.assistants.update(assistant.id, { tool_resources: stores }), NotFoundError, /vs_none/],
    [() => beta.threads.create({ tool_resources: files }), NotFoundError, /No such File object: file-a/],
    [() => beta.threads.update(thread.id, { tool_resources: files }), NotFoundError, /No such File object/],
    [
      () => beta.threads.createAndRun({ assistant_id: assistant.id, tool_resources: stores }),
      NotFoundError,
      /No vector store found/,
    ],
    [
      () => beta.threads.create({ tool_resources: { file_search: { ...helper, vector_store_ids: ["vs_none"] } } }),
      BadRequestError,
      /Only one of .*vector_store_ids.* and .*vector_stores/,
    ],
    [
      () => beta.threads.create({ tool_resources: { file_search: { vector_stores: [{ file_ids: [noFile] }] } } }),
      NotFoundError,
      /No such File object/,
    ],
    [
      () =>
        beta.threads.messages.create(thread.id, {
          role: "user",
          content: [{ type: "image_file", image_file: { file_id: noFile } }],
        }),
      NotFoundError,
      /No such File object/,
    ],
  ] as const)
    await assert.rejects(work, (error) => error instanceof kind && message.test(error.message));
  const before = (await vectorStores.list({ limit: 100 })).data.length;
  await assert.rejects(() =>
    beta.threads.create({
      messages: [{ role: "user", content: "x", attachments: [{ file_id: noFile, tools: [...search] }] }],
      tool_resources: { file_search: helper },
    }),
  );
  assert.equal((await vectorStores.list({ limit: 100 })).data.length, before, "what is refused makes nothing");
});

test("a code interpreter takes twenty files, and the message with the twenty-first is refused", async () => {
  const { threads } = runtime.client.beta;
  const ids = await Promise.all(Array.from({ length: 21 }, (_, at) => uploadText(runtime.client, `${at}.csv`, "a")));
  const attach = (some: string[]): Promise<unknown> =>
    threads.messages.create(thread.id, {
      role: "user",
      content: "x",
      attachments: some.map((id) => ({ file_id: id, tools: [...interpreter] })),
    });
  const thread = await threads.create();
  await attach(ids.slice(0, 20));
  await assert.rejects(() => attach(ids.slice(20)), /at most 20 files; with these attachments it would have 21/);
  assert.equal((await threads.messages.list(thread.id)).data.length, 1);
});

test("a run whose files are gone goes on without them", async () => {
  const { beta, files, vectorStores } = runtime.client;
  const file = await uploadText(runtime.client, "a.txt", "x");
  const assistant = await beta.assistants.create({ model: "offline", tools: [...search, ...interpreter] });
  const thread = await beta.threads.create({
    messages: [{ role: "user", content: "Hi", attachments: [{ file_id: file, tools: [...search, ...interpreter] }] }],
  });
  const [store = ""] = thread.tool_resources?.file_search?.vector_store_ids ?? [];
  await files.delete(file);
  assert.equal((await beta.threads.runs.createAndPoll(thread.id, { assistant_id: assistant.id })).status, "completed");
  await vectorStores.delete(store);
  assert.equal((await beta.threads.runs.createAndPoll(thread.id, { assistant_id: assistant.id })).status, "completed");
});

test("the model is told of attached files, and is sent images", async () => {
  const server = await startScriptedModelServer();
  server.next(chunks([delta({ content: "A picture." }), delta({}, "stop")]));
  const chat = await startRuntime({ args: ["--upstream", "chat", "--upstream-url", server.url] });
  try {
    const { beta, files } = chat.client;
    const png = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");
    const image = await files.create({ file: await toFile(png, "shot.png"), purpose: "vision" });
    const fake = await files.create({ file: await toFile(Buffer.from("text"), "fake.png"), purpose: "vision" });
    const data = await uploadText(chat.client, "a [odd] name.csv", "1,2");
    const assistant = await beta.assistants.create({ model: "m" });
    const thread = await beta.threads.create({
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "What is this?" },
            { type: "image_file", image_file: { file_id: image.id, detail: "low" } },
            { type: "image_file", image_file: { file_id: fake.id } },
          ],
          attachments: [{ file_id: data, tools: [...interpreter] }],
        },
      ],
    });
    const run = await beta.threads.runs.createAndPoll(thread.id, { assistant_id: assistant.id });
    assert.equal(run.status, "completed", run.last_error?.message);
    const { messages } = server.bodies[0] as { messages: { role: string; content: unknown }[] };
    assert.deepEqual(messages.find((message) => message.role === "user")?.content, [
      { type: "text", text: "What is this?" },
      { type: "image_url", image_url: { url: `data:image/png;base64,${png.toString("base64")}`, detail: "low" } },
      { type: "text", text: "[file fake.png, which is not a PNG, JPEG, GIF or WebP image]" },
      { type: "text", text: "[attached file: a odd name.csv]" },
    ]);
  } finally {
    await chat.stop();
    await server.close();
  }
});

test("include[]: one value is known, on runs and on steps", async () => {
  const { beta } = runtime.client;
  const assistant = await beta.assistants.create({ model: "offline", instructions: "x" });
  const thread = await beta.threads.create({ messages: [{ role: "user", content: "Hi" }] });
  const include = ["step_details.tool_calls[*].file_search.results[*].content" as const];
  const wrong = ["step_details" as never];
  const run = await beta.threads.runs.createAndPoll(thread.id, { assistant_id: assistant.id, include });
  assert.equal(run.status, "completed");
  const [step] = (await beta.threads.runs.steps.list(run.id, { thread_id: thread.id, include })).data;
  assert.ok(step !== undefined);
  const place = { thread_id: thread.id, run_id: run.id };
  assert.deepEqual(await beta.threads.runs.steps.retrieve(step.id, { ...place, include }), step);
  for (const work of [
    () => beta.threads.runs.create(thread.id, { assistant_id: assistant.id, include: wrong }),
    () => beta.threads.runs.steps.list(run.id, { thread_id: thread.id, include: wrong }),
    () => beta.threads.runs.steps.retrieve(step.id, { ...place, include: wrong }),
  ])
    await assert.rejects(work, /Invalid value: 'step_details'. Supported values are: 'step_details.tool_calls\[\*\]/);
});
