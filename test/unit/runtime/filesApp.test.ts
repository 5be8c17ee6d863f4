/** Files and vector stores where time or a limit has to be moved: the server as a function, with a clock of the test's. */
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import type { Clock } from "../../../src/runtime/clock.ts";
import { RunEngine } from "../../../src/runtime/engine/runEngine.ts";
import { openFiles } from "../../../src/runtime/files/fileServices.ts";
import { createApp } from "../../../src/runtime/http/app.ts";
import type { FileObject, Run, RunStep, Thread, VectorStore } from "../../../src/runtime/objects.ts";
import { openDatabase } from "../../../src/runtime/store/database.ts";
import { ObjectStore } from "../../../src/runtime/store/objectStore.ts";
import { OfflineUpstream } from "../../../src/runtime/upstream/offline/offlineUpstream.ts";

const folder = mkdtempSync(join(tmpdir(), "files-app-"));
after(() => rmSync(folder, { recursive: true, force: true }));

const day = 86_400_000;
let servers = 0;

interface Harness {
  readonly store: ObjectStore;
  readonly directory: string;
  /** How many chunks are in the database, found by search or not. */
  chunkRows(): number;
  /** Time that a test moves; timers fire when it passes them. */
  advance(ms: number): void;
  call<T>(
    method: string,
    path: string,
    body?: object | FormData,
  ): Promise<T & { error?: { message: string; code: string } }>;
  upload(
    name: string,
    text: string,
    more?: Record<string, string>,
  ): Promise<FileObject & { error?: { message: string; code: string } }>;
}

async function harness(maxFileBytes?: number): Promise<Harness> {
  let now = Date.now();
  let timers: { at: number; run: () => void }[] = [];
  const clock: Clock = {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
  };
  const directory = join(folder, String(servers++));
  const database = await openDatabase(":memory:");
  const store = new ObjectStore(database);
  const log = (line: string): never => assert.fail(line);
  const opened = openFiles({ database, store, directory, clock, log });
  const services = {
    store,
    clock,
    log,
    files: maxFileBytes === undefined ? opened : { ...opened, maxFileBytes },
    upstream: new OfflineUpstream(0),
    lenient: false,
  };
  const app = createApp({ ...services, engine: new RunEngine(services) }, { key: "k", port: () => 1 });
  const call: Harness["call"] = async (method, path, body) => {
    const isForm = body instanceof FormData;
    const response = await app.request(`http://127.0.0.1:1/v1${path}`, {
      method,
      headers: {
        host: "127.0.0.1:1",
        authorization: "Bearer k",
        ...(isForm ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    });
    return (await response.json()) as never;
  };
  return {
    store,
    directory,
    call,
    chunkRows: () => Number(database.prepare("SELECT COUNT(*) AS n FROM chunks").get()?.["n"]),
    advance(ms) {
      now += ms;
      const due = timers.filter((timer) => timer.at <= now);
      timers = timers.filter((timer) => timer.at > now);
      for (const timer of due) timer.run();
    },
    upload(name, text, more = {}) {
      const form = new FormData();
      form.set("file", new File([text], name));
      for (const [key, value] of Object.entries({ purpose: "assistants", ...more })) form.set(key, value);
      return call("POST", "/files", form);
    },
  };
}

async function until(done: () => boolean | Promise<boolean>): Promise<void> {
  const patience = AbortSignal.timeout(20_000);
  while (!(await done())) {
    assert.ok(!patience.aborted, `never came true: ${String(done)}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

async function readStore(server: Harness, fileId: string, more: object = {}): Promise<string> {
  const { id } = await server.call<VectorStore>("POST", "/vector_stores", { file_ids: [fileId], ...more });
  await until(async () => (await server.call<VectorStore>("GET", `/vector_stores/${id}`)).status !== "in_progress");
  return id;
}

test("a file is gone when its time is over, out of stores and from the disk", async () => {
  const server = await harness();
  const kept = await server.upload("kept.txt", "kept words");
  const short = await server.upload("short.txt", "short words", {
    "expires_after[anchor]": "created_at",
    "expires_after[seconds]": "3600",
  });
  const store = await readStore(server, short.id);
  server.advance(3_599_000);
  assert.equal((await server.call<FileObject>("GET", `/files/${short.id}`)).id, short.id);
  server.advance(1000);
  assert.match((await server.call("GET", `/files/${short.id}`)).error?.message ?? "", /No such File object/);
  assert.deepEqual(
    (await server.call<{ data: FileObject[] }>("GET", "/files")).data.map((file) => file.id),
    [kept.id],
  );
  assert.equal((await server.call<VectorStore>("GET", `/vector_stores/${store}`)).file_counts.total, 0);
  assert.deepEqual(
    (await server.call<{ data: [] }>("POST", `/vector_stores/${store}/search`, { query: "words" })).data,
    [],
  );
  await until(() => readdirSync(server.directory).length === 1);
  assert.deepEqual(readdirSync(server.directory), [kept.id]);
});

test("a file of exactly the limit is taken; one byte more is refused and leaves nothing", async () => {
  const server = await harness(1000);
  const full = await server.upload("full.txt", "x".repeat(1000));
  assert.equal(full.bytes, 1000);
  for (const length of [1001, 50_000]) {
    const { error } = await server.upload("more.txt", "x".repeat(length));
    assert.equal(error?.code, "file_too_large", `${length} bytes`);
  }
  assert.deepEqual(readdirSync(server.directory), [full.id]);
});

test("text that nobody can find any more is removed, however it came to that", async () => {
  const server = await harness();
  const sentence = "A curlew calls over the marsh at dusk. ";
  const [first, second] = [
    await server.upload("1.txt", sentence.repeat(4000)),
    await server.upload("2.txt", sentence.repeat(4000)),
  ];
  const store = await readStore(server, first.id);
  const one = server.chunkRows();
  assert.ok(one > 50);
  const other = await readStore(server, second.id);
  assert.equal(server.chunkRows(), 2 * one);
  await server.call("POST", `/vector_stores/${store}/files`, { file_id: first.id });
  await until(async () => (await server.call<VectorStore>("GET", `/vector_stores/${store}`)).status === "completed");
  await until(() => server.chunkRows() === 2 * one);
  await server.call("DELETE", `/vector_stores/${store}/files/${first.id}`);
  await until(() => server.chunkRows() === one);
  await server.call("DELETE", `/vector_stores/${other}`);
  await until(() => server.chunkRows() === 0);
  const batch = await server.call<{ id: string }>("POST", `/vector_stores/${store}/file_batches`, {
    file_ids: [first.id],
  });
  await until(() => server.chunkRows() > 0);
  await server.call("POST", `/vector_stores/${store}/file_batches/${batch.id}/cancel`);
  await until(() => server.chunkRows() === 0);
});

test("a store expires when it was not used, is refused then, and does not come back", async () => {
  const server = await harness();
  const file = await server.upload("a.txt", "gannet");
  const id = await readStore(server, file.id, { expires_after: { anchor: "last_active_at", days: 2 } });
  const search = (): Promise<{ data?: unknown[]; error?: { message: string } }> =>
    server.call("POST", `/vector_stores/${id}/search`, { query: "gannet" });
  server.advance(1.5 * day);
  assert.equal((await search()).data?.length, 1);
  server.advance(1.5 * day);
  // The search was use: two more days from there.
  assert.equal((await server.call<VectorStore>("GET", `/vector_stores/${id}`)).status, "completed");
  server.advance(0.5 * day);
  assert.equal((await server.call<VectorStore>("GET", `/vector_stores/${id}`)).status, "expired");
  assert.match((await search()).error?.message ?? "", /has expired/);
  for (const [path, body] of [
    [`/vector_stores/${id}/files`, { file_id: file.id }],
    [`/vector_stores/${id}/file_batches`, { file_ids: [file.id] }],
    [`/vector_stores/${id}`, { expires_after: null }],
  ] as const)
    assert.match((await server.call("POST", path, body)).error?.message ?? "", /has expired/, path);
  const renamed = await server.call<VectorStore>("POST", `/vector_stores/${id}`, { name: "old" });
  assert.deepEqual([renamed.name, renamed.status], ["old", "expired"]);
  assert.equal((await server.call<{ data: VectorStore[] }>("GET", "/vector_stores")).data[0]?.status, "expired");
});

test("a run that needs an expired store fails in words; one without file search does not need it", async () => {
  const server = await harness();
  const file = await server.upload("a.txt", "x");
  const thread = await server.call<Thread>("POST", "/threads", {
    messages: [{ role: "user", content: "Hi", attachments: [{ file_id: file.id, tools: [{ type: "file_search" }] }] }],
  });
  const [storeId = ""] = thread.tool_resources?.file_search?.vector_store_ids ?? [];
  await until(async () => (await server.call<VectorStore>("GET", `/vector_stores/${storeId}`)).status === "completed");
  const run = async (tools: object[]): Promise<Run> => {
    const assistant = await server.call<{ id: string }>("POST", "/assistants", { model: "m", tools });
    const { id } = await server.call<Run>("POST", `/threads/${thread.id}/runs`, { assistant_id: assistant.id });
    const now = (): Promise<Run> => server.call<Run>("GET", `/threads/${thread.id}/runs/${id}`);
    await until(async () => ["completed", "failed"].includes((await now()).status));
    return now();
  };
  server.advance(6 * day);
  assert.equal((await run([{ type: "file_search" }])).status, "completed");
  server.advance(6 * day);
  assert.equal((await run([{ type: "file_search" }])).status, "completed", "the run before was use");
  server.advance(7 * day);
  const failed = await run([{ type: "file_search" }]);
  assert.deepEqual([failed.status, failed.last_error?.code], ["failed", "server_error"]);
  assert.match(failed.last_error?.message ?? "", new RegExp(`${storeId} has expired.*attach it to the thread`));
  assert.equal((await run([])).status, "completed");
});

test("a run waits for its thread's store, a minute at most, and can be cancelled while it waits", async () => {
  const server = await harness();
  const { store } = server;
  const file = await server.upload("a.txt", "x");
  const { id: storeId } = await server.call<VectorStore>("POST", "/vector_stores", {});
  const assistant = await server.call<{ id: string }>("POST", "/assistants", {
    model: "m",
    tools: [{ type: "file_search" }],
  });
  const waiting = async (): Promise<{ thread: string; run: string }> => {
    const thread = await server.call<Thread>("POST", "/threads", {
      tool_resources: { file_search: { vector_store_ids: [storeId] } },
      messages: [{ role: "user", content: "Hi" }],
    });
    const run = await server.call<Run>("POST", `/threads/${thread.id}/runs`, { assistant_id: assistant.id });
    return { thread: thread.id, run: run.id };
  };
  const statusOf = ({ run }: { run: string }): string | undefined => store.get("run", run)?.status;
  // A file that no queue was told of stays in progress.
  store.insert(
    "vector_store_file",
    {
      id: file.id,
      object: "vector_store.file",
      created_at: 1,
      vector_store_id: storeId,
      status: "in_progress",
      usage_bytes: 0,
      last_error: null,
    },
    { parent: storeId },
  );
  const [patient, impatient] = [await waiting(), await waiting()];
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual([statusOf(patient), statusOf(impatient)], ["queued", "queued"]);
  await server.call("POST", `/threads/${impatient.thread}/runs/${impatient.run}/cancel`);
  await until(() => statusOf(impatient) === "cancelled");
  server.advance(59_999);
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(statusOf(patient), "queued");
  server.advance(1);
  await until(() => statusOf(patient) === "completed");
  const third = await waiting();
  for (let turn = 0; turn < 50; turn++) await new Promise((resolve) => setImmediate(resolve));
  assert.equal(statusOf(third), "queued");
  await server.call("DELETE", `/vector_stores/${storeId}/files/${file.id}`);
  await until(() => statusOf(third) === "completed");
});

test("the text of file search results is in steps that are asked for it, and in no others", async () => {
  const server = await harness();
  const result = { file_id: "file-1", file_name: "a.md", score: 0.5 };
  const step = {
    id: "step_1",
    object: "thread.run.step",
    created_at: 1,
    run_id: "run_1",
    assistant_id: "asst_1",
    thread_id: "thread_1",
    type: "tool_calls",
    status: "completed",
    step_details: {
      type: "tool_calls",
      tool_calls: [
        { id: "call_0", type: "file_search", file_search: {} },
        {
          id: "call_1",
          type: "file_search",
          file_search: {
            ranking_options: { ranker: "default_2024_08_21", score_threshold: 0 },
            results: [{ ...result, content: [{ type: "text", text: "the chunk" }] }],
          },
        },
        { id: "call_2", type: "function", function: { name: "f", arguments: "{}", output: "content" } },
      ],
    },
  } as unknown as RunStep;
  server.store.insert("thread", { id: "thread_1", object: "thread", created_at: 1, tool_resources: {}, metadata: {} });
  server.store.insert("run", { id: "run_1", object: "thread.run", created_at: 1, status: "completed" } as Run, {
    parent: "thread_1",
  });
  server.store.insert("step", step, { parent: "run_1" });
  const bare = JSON.parse(
    JSON.stringify(step).replace(',"content":[{"type":"text","text":"the chunk"}]', ""),
  ) as RunStep;
  assert.notDeepEqual(bare, step);
  const path = "/threads/thread_1/runs/run_1/steps";
  const asked = encodeURIComponent("step_details.tool_calls[*].file_search.results[*].content");
  for (const [query, expected] of [
    ["", bare],
    [`?include[]=${asked}`, step],
    [`?include=${asked}`, step],
    [`?include%5B%5D=${asked}&include%5B%5D=${asked}`, step],
    [`?include[0]=${asked}`, step],
  ] as const) {
    assert.deepEqual(await server.call("GET", `${path}/step_1${query}`), expected, query);
    assert.deepEqual((await server.call<{ data: RunStep[] }>("GET", `${path}${query}`)).data, [expected], query);
  }
  const refused = await server.call("GET", `${path}?include=everything`);
  assert.match(refused.error?.message ?? "", /Invalid value: 'everything'/);
});
