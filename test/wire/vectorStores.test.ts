import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { BadRequestError, NotFoundError, toFile } from "openai";
import { docx, pdf, pptx } from "./documentFixtures.ts";
import { uploadText } from "./fileFixtures.ts";
import { startRuntime, type RuntimeProcess } from "./runtimeProcess.ts";

let runtime: RuntimeProcess;

before(async () => {
  runtime = await startRuntime();
});
after(() => runtime.stop());

test("files.create, vectorStores.create, files.createAndPoll: the whole way of the guide", async () => {
  const { files, vectorStores } = runtime.client;
  const file = await files.create({
    file: await toFile(Buffer.from("Tulips open in April."), "tulips.txt"),
    purpose: "assistants",
  });
  const store = await vectorStores.create({ name: "garden", description: "what grows", metadata: { a: "1" } });
  const { id, created_at, ...rest } = store;
  assert.match(id, /^vs_/);
  assert.deepEqual(rest, {
    object: "vector_store",
    name: "garden",
    description: "what grows",
    status: "completed",
    usage_bytes: 0,
    file_counts: { in_progress: 0, completed: 0, failed: 0, cancelled: 0, total: 0 },
    last_active_at: created_at,
    metadata: { a: "1" },
    expires_at: null,
  });
  const created = await vectorStores.files.create(store.id, {
    file_id: file.id,
    attributes: { season: "spring", rank: 1 },
  });
  assert.deepEqual(
    [created.id, created.object, created.status, created.usage_bytes, created.last_error, created.vector_store_id],
    [file.id, "vector_store.file", "in_progress", 0, null, store.id],
  );
  const { response } = await vectorStores.files.retrieve(file.id, { vector_store_id: store.id }).withResponse();
  assert.equal(response.headers.get("openai-poll-after-ms"), "200");
  const read = await vectorStores.files.createAndPoll(store.id, {
    file_id: file.id,
    attributes: { season: "spring", rank: 1 },
  });
  assert.equal(read.status, "completed");
  assert.equal(read.usage_bytes, 21);
  assert.deepEqual(read.attributes, { season: "spring", rank: 1 });
  assert.deepEqual(read.chunking_strategy, {
    type: "static",
    static: { max_chunk_size_tokens: 800, chunk_overlap_tokens: 400 },
  });
  const now = await vectorStores.retrieve(store.id);
  assert.deepEqual(
    [now.status, now.file_counts.completed, now.file_counts.total, now.usage_bytes],
    ["completed", 1, 1, 21],
  );
  const uploaded = await vectorStores.files.uploadAndPoll(
    store.id,
    await toFile(Buffer.from("Roses follow."), "roses.md"),
  );
  assert.equal(uploaded.status, "completed");
  assert.equal((await files.retrieve(uploaded.id)).filename, "roses.md");
});

test("attributes are replaced, and the key is required", async () => {
  const { vectorStores } = runtime.client;
  const file = await uploadText(runtime.client, "a.txt", "x");
  const store = await vectorStores.create({});
  await vectorStores.files.createAndPoll(store.id, { file_id: file, attributes: { a: 1 } });
  const changed = await vectorStores.files.update(file, { vector_store_id: store.id, attributes: { b: true, c: "x" } });
  assert.deepEqual(changed.attributes, { b: true, c: "x" });
  assert.deepEqual(await vectorStores.files.retrieve(file, { vector_store_id: store.id }), changed);
  const cleared = await vectorStores.files.update(file, { vector_store_id: store.id, attributes: null });
  assert.equal(cleared.attributes, null);
  await assert.rejects(
    () => vectorStores.files.update(file, { vector_store_id: store.id } as never),
    /Missing required parameter: 'attributes'/,
  );
  for (const [attributes, message] of [
    [
      Object.fromEntries(Array.from({ length: 17 }, (_, at) => [`k${at}`, at])),
      /too many properties. Expected an object with at most 16/,
    ],
    [{ a: "x".repeat(513) }, /maximum length 512/],
    [{ ["k".repeat(65)]: 1 }, /maximum length 64/],
    [{ a: [1] }, /Invalid type for 'attributes.a'/],
  ] as const)
    await assert.rejects(
      () => vectorStores.files.update(file, { vector_store_id: store.id, attributes: attributes as never }),
      message,
    );
});

test("what cannot be read fails, and says why", async () => {
  const { vectorStores, files } = runtime.client;
  const store = await vectorStores.create({});
  for (const [name, content, code, message] of [
    ["a.pdf", "%PDF-1.7", "invalid_file", /no PDF that can be read/],
    ["a.docx", "PK", "invalid_file", /no Word document: parts of one are missing/],
    ["table.csv", "a,b", "unsupported_file", /extension \.csv are not supported for file search/],
    ["photo.png", "\x89PNG", "unsupported_file", /extension \.png/],
    ["README", "text", "unsupported_file", /without an extension/],
    ["empty.txt", "", "invalid_file", /is empty/],
    ["blank.txt", " \n\t ", "invalid_file", /no text/],
    ["binary.txt", Buffer.from([0x50, 0x4b, 0, 3, 0, 0, 1]), "invalid_file", /zero bytes/],
    ["damaged.md", Buffer.from([0x68, 0xff, 0xfe, 0x80]), "invalid_file", /not text in UTF-8/],
    ["script.html", "<script>let a = 1;</script>", "invalid_file", /no text/],
  ] as const) {
    const file = await files.create({ file: await toFile(Buffer.from(content), name), purpose: "assistants" });
    const read = await vectorStores.files.createAndPoll(store.id, { file_id: file.id });
    assert.deepEqual([name, read.status, read.last_error?.code], [name, "failed", code]);
    assert.match(read.last_error?.message ?? "", message);
    assert.equal(read.usage_bytes, 0);
  }
  const { status, file_counts: counts } = await vectorStores.retrieve(store.id);
  assert.deepEqual([status, counts.failed, counts.completed, counts.total], ["completed", 10, 0, 10]);
});

test("documents are read in the thread, with their pages", async () => {
  const { vectorStores, files } = runtime.client;
  const store = await vectorStores.create({});
  for (const [name, content, query, pages] of [
    ["birds.pdf", pdf(["Herons fish.", "Curlews call at dusk."]), "curlews", [1, 2]],
    ["trees.docx", docx(["# Larch", "It sheds its needles."]), "needles", null],
    ["fish.pptx", pptx([{ title: "Pike", text: "It waits in the reeds." }]), "reeds", [1, 1]],
  ] as const) {
    const file = await files.create({ file: await toFile(content, name), purpose: "assistants" });
    const read = await vectorStores.files.createAndPoll(store.id, { file_id: file.id });
    assert.equal(read.status, "completed", read.last_error?.message);
    const [found] = (await vectorStores.search(store.id, { query })).data;
    assert.equal(found?.file_id, file.id);
    assert.deepEqual((found as unknown as { x_chunk: { pages: unknown } }).x_chunk.pages, pages);
  }
});

test("text in every encoding that is text, and HTML, come out as they read", async () => {
  const { vectorStores, files } = runtime.client;
  const store = await vectorStores.create({});
  const words = "Zwölf Boxkämpfer, 十二名, 🥊";
  const utf16 = Buffer.from(`\ufeff${words}`, "utf16le");
  for (const [name, content, text] of [
    ["utf8.txt", Buffer.from(words), words],
    ["bom.txt", Buffer.from(`\ufeff${words}`), words],
    ["utf16le.txt", utf16, words],
    ["utf16be.txt", Buffer.from(utf16).swap16(), words],
    ["nobom.txt", Buffer.from("plain words, no mark", "utf16le"), "plain words, no mark"],
    ["data.json", Buffer.from('{"a":"<b>&amp;"}'), '{"a":"<b>&amp;"}'],
    [
      "page.html",
      Buffer.from(
        "<title>T</title><style>p{}</style><p>Fish &amp; <b>ch</b>ips &#8364;5 &lt;6</p><!-- no --><script>x<y</script>",
      ),
      "T\nFish & chips €5 <6",
    ],
  ] as const) {
    const file = await files.create({ file: await toFile(content, name), purpose: "assistants" });
    const read = await vectorStores.files.createAndPoll(store.id, { file_id: file.id });
    assert.equal(read.status, "completed", `${name}: ${read.last_error?.message}`);
    const { data } = await vectorStores.files.content(file.id, { vector_store_id: store.id });
    assert.equal(
      data
        .map((part) => part.text)
        .join("")
        .trim(),
      text,
      name,
    );
  }
});

test("static chunks have the size that was asked for", async () => {
  const { vectorStores } = runtime.client;
  const file = await uploadText(runtime.client, "n.txt", Array.from({ length: 300 }, (_, at) => `w${at}`).join(" "));
  const chunking = { type: "static", static: { max_chunk_size_tokens: 100, chunk_overlap_tokens: 50 } } as const;
  const store = await vectorStores.create({ file_ids: [file], chunking_strategy: chunking });
  const read = await vectorStores.files.poll(store.id, file);
  assert.deepEqual(read.chunking_strategy, chunking);
  const found = await vectorStores.search(store.id, { query: "w120", max_num_results: 50 });
  assert.equal(found.data.length, 2, "an overlap of a half has every word twice");
  for (const strategy of [
    { max_chunk_size_tokens: 99, chunk_overlap_tokens: 0 },
    { max_chunk_size_tokens: 4097, chunk_overlap_tokens: 0 },
    { max_chunk_size_tokens: 100, chunk_overlap_tokens: 51 },
    { max_chunk_size_tokens: 100 },
  ])
    await assert.rejects(
      () =>
        vectorStores.files.create(store.id, {
          file_id: file,
          chunking_strategy: { type: "static", static: strategy as never },
        }),
      BadRequestError,
    );
  await assert.rejects(
    () => vectorStores.create({ chunking_strategy: { type: "auto" } }),
    /'chunking_strategy' can only be set together with 'file_ids'/,
  );
});

test("the list of a store's files: filter, both directions, and every page once", async () => {
  const { vectorStores } = runtime.client;
  const { client } = runtime;
  const ids: string[] = [];
  for (let at = 0; at < 7; at++) ids.push(await uploadText(client, at === 3 ? "bad.pdf" : `${at}.txt`, `text ${at}`));
  const store = await vectorStores.create({ file_ids: ids });
  for (const id of ids) await vectorStores.files.poll(store.id, id);
  const idsOf = (page: { data: { id: string }[] }): string[] => page.data.map((file) => file.id);
  assert.deepEqual(idsOf(await vectorStores.files.list(store.id, { order: "asc" })), ids);
  assert.deepEqual(idsOf(await vectorStores.files.list(store.id, { filter: "failed" })), [ids[3]]);
  assert.equal((await vectorStores.files.list(store.id, { filter: "completed", limit: 2 })).data.length, 2);
  assert.deepEqual(idsOf(await vectorStores.files.list(store.id, { filter: "cancelled" })), []);
  const [, , third, , fifth] = ids;
  assert.deepEqual(idsOf(await vectorStores.files.list(store.id, { order: "asc", after: third ?? "", limit: 2 })), [
    ids[3],
    ids[4],
  ]);
  assert.deepEqual(idsOf(await vectorStores.files.list(store.id, { order: "asc", before: fifth ?? "", limit: 2 })), [
    ids[2],
    ids[3],
  ]);
  const walked: string[] = [];
  for await (const file of vectorStores.files.list(store.id, { limit: 2 })) walked.push(file.id);
  assert.deepEqual(walked, ids.toReversed());
  await assert.rejects(
    () => vectorStores.files.list(store.id, { filter: "done" as "failed" }),
    /Invalid value: 'done'/,
  );
  const removed = await vectorStores.files.delete(ids[0] ?? "", { vector_store_id: store.id });
  assert.deepEqual(removed, { id: ids[0], object: "vector_store.file.deleted", deleted: true });
  assert.equal((await runtime.client.files.retrieve(ids[0] ?? "")).id, ids[0], "the file itself is kept");
  await assert.rejects(() => vectorStores.files.retrieve(ids[0] ?? "", { vector_store_id: store.id }), NotFoundError);
});

test("stores: lists, changes, and what does not exist", async () => {
  const { vectorStores } = runtime.client;
  const made: string[] = [];
  for (let at = 0; at < 3; at++) made.push((await vectorStores.create({ name: `list ${at}` })).id);
  assert.deepEqual(
    (await vectorStores.list({ limit: 3 })).data.map((store) => store.id),
    made.toReversed(),
  );
  const [first = ""] = made;
  const dated = await vectorStores.update(first, { expires_after: { anchor: "last_active_at", days: 3 }, name: null });
  assert.equal(dated.name, null);
  assert.equal(dated.expires_at, (dated.last_active_at ?? 0) + 3 * 86_400);
  assert.equal((await vectorStores.update(first, { expires_after: null })).expires_at, null);
  assert.deepEqual(await vectorStores.delete(first), { id: first, object: "vector_store.deleted", deleted: true });
  const missing = "file-aaaaaaaaaaaaaaaaaaaaaaaa";
  for (const [work, message] of [
    [() => vectorStores.retrieve(first), /No vector store found with id/],
    [() => vectorStores.search(first, { query: "x" }), /No vector store found with id/],
    [() => vectorStores.files.create(made[1] ?? "", { file_id: missing }), /No such File object: file-a/],
    [() => vectorStores.create({ file_ids: [missing] }), /No such File object: file-a/],
    [() => vectorStores.files.retrieve(missing, { vector_store_id: made[1] ?? "" }), /No file found with id/],
    [() => vectorStores.files.create(made[1] ?? "", { file_id: "x" }), /Expected an ID that begins with 'file'/],
    [() => vectorStores.create({ file_ids: Array.from({ length: 501 }, () => missing) }), /maximum length 500/],
    [() => vectorStores.update(made[1] ?? "", { expires_after: { anchor: "last_active_at", days: 366 } }), /<= 365/],
  ] as const)
    await assert.rejects(work, message);
  assert.equal(
    (await vectorStores.list({ limit: 100 })).data.some(
      (store) => store.name === null && store.file_counts.total > 0 && store.status === "in_progress",
    ),
    false,
  );
});

test("the chunks of a file, page by page, with where they stand; joined, they are the text", async () => {
  const sections = Array.from({ length: 40 }, (_, at) => `## Part ${at}\n\n${`Words of part ${at}. `.repeat(40)}\n\n`);
  const text = `# Book\n\n${sections.join("")}`;
  const file = await uploadText(runtime.client, "book.md", text);
  const store = await runtime.client.vectorStores.create({});
  await runtime.client.vectorStores.files.createAndPoll(store.id, {
    file_id: file,
    chunking_strategy: { type: "static", static: { max_chunk_size_tokens: 200, chunk_overlap_tokens: 50 } },
  });
  interface Chunk {
    readonly id: string;
    readonly index: number;
    readonly text: string;
    readonly repeated: number;
    readonly start: number;
    readonly end: number;
    readonly lines: readonly [number, number];
    readonly heading: string;
    readonly tokens: number;
  }
  const chunks: Chunk[] = [];
  for (let more = true; more;) {
    const last = chunks.at(-1)?.id;
    const page: { data: Chunk[]; has_more: boolean } = await runtime.client.get(
      `/vector_stores/${store.id}/files/${file}/chunks`,
      { query: { limit: 7, ...(last === undefined ? {} : { after: last }) } },
    );
    chunks.push(...page.data);
    more = page.has_more;
  }
  assert.ok(chunks.length > 40);
  assert.equal(chunks.map((chunk) => chunk.text.slice(chunk.repeated)).join(""), text);
  for (const [at, chunk] of chunks.entries()) {
    assert.deepEqual([chunk.index, chunk.id], [at, `chunk_${at}`]);
    assert.equal(text.slice(chunk.start, chunk.end), chunk.text);
    assert.equal(text.slice(0, chunk.start).split("\n").length, chunk.lines[0]);
    assert.equal(text.slice(0, chunk.start + chunk.text.trimEnd().length).split("\n").length, chunk.lines[1]);
    assert.ok(chunk.tokens <= 200);
    const above = /## (Part \d+)(?![^]*## )/.exec(text.slice(0, chunk.start + chunk.repeated + 12))?.[1];
    assert.equal(chunk.heading, above === undefined ? "Book" : `Book › ${above}`);
  }
  const path = `/vector_stores/${store.id}/files/${file}/chunks`;
  await assert.rejects(() => runtime.client.get(path, { query: { limit: 0 } }), /limit/);
  await assert.rejects(() => runtime.client.get(path, { query: { after: "x" } }), /begins with 'chunk'/);
});
