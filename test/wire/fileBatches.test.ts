import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { NotFoundError, toFile } from "openai";
import { uploadText } from "./fileFixtures.ts";
import { startRuntime, type RuntimeProcess } from "./runtimeProcess.ts";

let runtime: RuntimeProcess;

before(async () => {
  runtime = await startRuntime();
});
after(() => runtime.stop());

test("a batch of ids, polled: counts, the files, and what is shared by them", async () => {
  const { vectorStores } = runtime.client;
  const ids = await Promise.all(
    ["one.txt", "two.txt", "three.pdf"].map((name) => uploadText(runtime.client, name, name)),
  );
  const store = await vectorStores.create({});
  const begun = await vectorStores.fileBatches.create(store.id, { file_ids: ids, attributes: { shelf: 4 } });
  assert.match(begun.id, /^vsfb_/);
  assert.equal(begun.object, "vector_store.file_batch");
  assert.deepEqual(
    [begun.status, begun.file_counts],
    ["in_progress", { in_progress: 3, completed: 0, failed: 0, cancelled: 0, total: 3 }],
  );
  const done = await vectorStores.fileBatches.poll(store.id, begun.id);
  assert.deepEqual(
    [done.status, done.file_counts],
    ["completed", { in_progress: 0, completed: 2, failed: 1, cancelled: 0, total: 3 }],
  );
  const listed = await vectorStores.fileBatches.listFiles(begun.id, { vector_store_id: store.id, order: "asc" });
  assert.deepEqual(
    listed.data.map((file) => [file.id, file.attributes]),
    ids.map((id) => [id, { shelf: 4 }]),
  );
  const failed = await vectorStores.fileBatches.listFiles(begun.id, { vector_store_id: store.id, filter: "failed" });
  assert.deepEqual(
    failed.data.map((file) => file.id),
    [ids[2]],
  );
  const page = await vectorStores.fileBatches.listFiles(begun.id, {
    vector_store_id: store.id,
    order: "asc",
    limit: 1,
    after: ids[0] ?? "",
  });
  assert.deepEqual([page.data.map((file) => file.id), page.has_more], [[ids[1]], true]);
  // A batch that is done stays done.
  const cancelled = await vectorStores.fileBatches.cancel(begun.id, { vector_store_id: store.id });
  assert.deepEqual([cancelled.status, cancelled.file_counts], ["completed", done.file_counts]);
});

test("files with their own attributes and chunks; uploadAndPoll; a batch that failed whole", async () => {
  const { vectorStores } = runtime.client;
  const [a, b] = await Promise.all(["a.md", "b.md"].map((name) => uploadText(runtime.client, name, name)));
  const chunking = { type: "static", static: { max_chunk_size_tokens: 200, chunk_overlap_tokens: 0 } } as const;
  const store = await vectorStores.create({});
  await vectorStores.fileBatches.createAndPoll(store.id, {
    files: [{ file_id: a ?? "", attributes: { n: 1 }, chunking_strategy: chunking }, { file_id: b ?? "" }],
    attributes: { ignored: true },
  });
  const first = await vectorStores.files.retrieve(a ?? "", { vector_store_id: store.id });
  const second = await vectorStores.files.retrieve(b ?? "", { vector_store_id: store.id });
  assert.deepEqual([first.attributes, first.chunking_strategy, second.attributes], [{ n: 1 }, chunking, {}]);
  const uploaded = await vectorStores.fileBatches.uploadAndPoll(store.id, {
    files: [await toFile(Buffer.from("x"), "x.txt"), await toFile(Buffer.from("y"), "y.txt")],
    fileIds: [a ?? ""],
  });
  assert.deepEqual([uploaded.status, uploaded.file_counts.completed], ["completed", 3]);
  const pdf = await uploadText(runtime.client, "p.pdf", "p");
  assert.equal((await vectorStores.fileBatches.createAndPoll(store.id, { file_ids: [pdf] })).status, "failed");
});

test("a batch that is cancelled keeps what was read; the rest is cancelled and not found", async () => {
  const { vectorStores } = runtime.client;
  const long = Array.from({ length: 40_000 }, (_, at) => `cormorant line ${at}`).join("\n");
  const ids = await Promise.all(["1.txt", "2.txt", "3.txt"].map((name) => uploadText(runtime.client, name, long)));
  const store = await vectorStores.create({});
  const batch = await vectorStores.fileBatches.create(store.id, { file_ids: ids });
  const cancelled = await vectorStores.fileBatches.cancel(batch.id, { vector_store_id: store.id });
  assert.equal(cancelled.status, "cancelled");
  assert.equal(cancelled.file_counts.cancelled, 3 - cancelled.file_counts.completed);
  assert.ok(cancelled.file_counts.cancelled > 0);
  // What comes after goes through the same queue: when it has been read, nothing of the batch was still on its way.
  const after = await uploadText(runtime.client, "after.txt", "a cormorant, at last");
  await vectorStores.files.createAndPoll(store.id, { file_id: after });
  const again = await vectorStores.fileBatches.retrieve(batch.id, { vector_store_id: store.id });
  assert.deepEqual(again, cancelled);
  const found = await vectorStores.search(store.id, { query: "cormorant", max_num_results: 50 });
  const completed = (await vectorStores.files.list(store.id, { filter: "completed" })).data.map((file) => file.id);
  assert.deepEqual([...new Set(found.data.map((one) => one.file_id))].toSorted(), completed.toSorted());
  assert.ok(completed.includes(after));
});

test("what a batch may not be", async () => {
  const { vectorStores } = runtime.client;
  const store = await vectorStores.create({});
  const file = await uploadText(runtime.client, "a.txt", "x");
  const missing = "file-aaaaaaaaaaaaaaaaaaaaaaaa";
  for (const [body, message] of [
    [{}, /Exactly one of 'file_ids' and 'files'/],
    [{ file_ids: [file], files: [{ file_id: file }] }, /Exactly one of 'file_ids' and 'files'/],
    [{ file_ids: [] }, /minimum length 1/],
    [{ file_ids: Array.from({ length: 2001 }, () => file) }, /maximum length 2000/],
    [{ file_ids: [file, missing] }, /No such File object/],
    [{ files: [{ attributes: {} }] }, /Missing required parameter: 'files\[0\].file_id'/],
  ] as const)
    await assert.rejects(() => vectorStores.fileBatches.create(store.id, body as never), message);
  assert.deepEqual((await vectorStores.files.list(store.id)).data, [], "all or nothing");
  await assert.rejects(
    () => vectorStores.fileBatches.retrieve("vsfb_none", { vector_store_id: store.id }),
    (error) => error instanceof NotFoundError && /No file batch found with id 'vsfb_none'/.test(error.message),
  );
});
