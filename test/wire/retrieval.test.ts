/** The port that retrieval is looked into with, over the official SDK, on the real runtime; and servers that have less than it. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, test } from "node:test";

import { ProviderError } from "../../src/core/provider.ts";
import type { Provider } from "../../src/core/provider.ts";
import { everyUpload, isOrphan, readFileUses, useWords } from "../../src/core/retrieval/fileUses.ts";
import type { SearchParams } from "../../src/core/retrieval/retrieval.ts";
import type { StoredFile } from "../../src/core/wire.ts";
import { createAssistantsProvider } from "../../src/provider/assistants/assistantsProvider.ts";
import { cookbook, uploadText } from "./fileFixtures.ts";
import { startRuntime, type RuntimeProcess } from "./runtimeProcess.ts";

let runtime: RuntimeProcess;
let provider: Provider;
let book: Awaited<ReturnType<typeof cookbook>>;

before(async () => {
  runtime = await startRuntime();
  provider = createAssistantsProvider({ baseUrl: runtime.url, apiKey: runtime.key, label: "the runtime" });
  book = await cookbook(runtime.client);
});
after(async () => {
  await runtime.stop();
});

function asking(query: string, more: Partial<SearchParams> = {}): SearchParams {
  return {
    query,
    rewrite_query: false,
    max_num_results: 10,
    filters: null,
    ranking_options: { ranker: "auto", score_threshold: 0 },
    ...more,
  };
}

test("search: what was asked, results with their place, filters of the whole grammar", async () => {
  const { retrieval } = provider;
  const answer = await retrieval.searchVectorStore(book.id, asking("sour cream"));
  assert.deepEqual(answer.queries, ["sour cream"]);
  assert.deepEqual(answer.results.map(({ filename }) => filename).toSorted(), ["cake.txt", "soup.txt"]);
  const bread = (await retrieval.searchVectorStore(book.id, asking("rye crust"))).results[0];
  assert.ok(bread !== undefined && bread.score > 0);
  assert.match(bread.text, /^# Rye bread\nKnead/);
  assert.deepEqual(bread.attributes, { course: "side", minutes: 90, vegan: true });
  assert.deepEqual([bread.place.startLine, bread.place.endLine, bread.place.heading], [1, 2, "Rye bread"]);
  const filtered = await retrieval.searchVectorStore(
    book.id,
    asking("sour cream", {
      filters: {
        type: "and",
        filters: [
          { type: "lt", key: "minutes", value: 100 },
          { type: "or", filters: [{ type: "nin", key: "course", value: ["side"] }] },
        ],
      },
    }),
  );
  assert.deepEqual(
    filtered.results.map(({ file_id: id }) => id),
    [book.soup],
  );
});

test("a search that is given up, a store that is gone, settings that are refused: an error of the port's own kind", async () => {
  const stop = new AbortController();
  stop.abort();
  await assert.rejects(provider.retrieval.searchVectorStore(book.id, asking("x"), stop.signal), ProviderError);
  await assert.rejects(
    provider.retrieval.searchVectorStore("vs_nothing", asking("x")),
    (error) => error instanceof ProviderError && error.kind === "not_found",
  );
  await assert.rejects(
    provider.retrieval.searchVectorStore(book.id, asking("x", { max_num_results: 99 })),
    (error) => error instanceof ProviderError && error.kind === "invalid",
  );
});

test("what a store has of a file: its attributes, its text, its chunks page by page", async () => {
  const { retrieval } = provider;
  assert.deepEqual((await retrieval.retrieveVectorStoreFile(book.id, book.cake)).attributes, {
    course: "dessert",
    minutes: 120,
  });
  const words = Array.from({ length: 1200 }, (_, index) => `word${index}`).join(" ");
  const id = await uploadText(runtime.client, "long.txt", words);
  await runtime.client.vectorStores.files.createAndPoll(book.id, {
    file_id: id,
    chunking_strategy: { type: "static", static: { max_chunk_size_tokens: 200, chunk_overlap_tokens: 50 } },
  });
  assert.equal((await retrieval.readVectorStoreFile(book.id, id)).join(""), words);
  const read: number[] = [];
  let next: string | null = null;
  do {
    const page = await retrieval.listChunks(book.id, id, { limit: 4, after: next });
    for (const chunk of page.chunks) {
      read.push(chunk.index);
      assert.equal(words.slice(chunk.place.start ?? -1, chunk.place.end ?? -1), chunk.text);
      assert.equal(chunk.repeated > 0, chunk.index > 0);
      assert.ok(chunk.tokens !== null && chunk.tokens <= 200);
    }
    next = page.next;
  } while (next !== null);
  assert.ok(read.length > 8);
  assert.deepEqual(
    read,
    read.map((_, index) => index),
  );
  await assert.rejects(
    retrieval.listChunks(book.id, "file-nothing", { limit: 4, after: null }),
    (error) => error instanceof ProviderError && error.kind === "not_found",
  );
});

test("where files are used: stores, assistants, threads; what nothing uses is an orphan", async () => {
  const { client } = runtime;
  const [ofAssistant, ofThread, orphan] = await Promise.all(
    ["a.csv", "t.csv", "o.txt"].map((name) => uploadText(client, name, name)),
  );
  const image = await client.files.create({ file: new File(["x"], "x.png"), purpose: "vision" });
  await client.vectorStores.create({ name: "second", file_ids: [book.bread] });
  await client.beta.assistants.create({
    model: "offline",
    name: "Analyst",
    tool_resources: { code_interpreter: { file_ids: [ofAssistant ?? ""] } },
  });
  await client.beta.threads.create({ tool_resources: { code_interpreter: { file_ids: [ofThread ?? ""] } } });
  const read: number[] = [];
  const uses = await readFileUses(provider, new AbortController().signal, (count) => read.push(count));
  assert.deepEqual(read, [1, 2, 3, 4]);
  assert.equal(uses.threadsKnown, true);
  assert.equal(useWords(uses.of(book.bread)), "in second and 1 more store");
  assert.equal(useWords(uses.of(ofAssistant ?? "")), "used by Analyst");
  assert.equal(useWords(uses.of(ofThread ?? "")), "in 1 thread");
  const files: StoredFile[] = [];
  for await (const file of everyUpload(provider, new AbortController().signal)) files.push(file);
  assert.deepEqual(
    files.filter((file) => isOrphan(file, uses)).map(({ id }) => id),
    [orphan],
  );
  assert.ok(
    files.some(({ id }) => id === image.id),
    "files of every purpose are listed",
  );
  const stopped = new AbortController();
  stopped.abort();
  await assert.rejects(readFileUses(provider, stopped.signal));
});

test("a file is downloaded and deleted, which takes it out of its stores", async () => {
  const { retrieval } = provider;
  const id = await uploadText(runtime.client, "größe.txt", "12 cm");
  await runtime.client.vectorStores.files.createAndPoll(book.id, { file_id: id });
  assert.equal((await retrieval.retrieveFile(id)).filename, "größe.txt");
  assert.equal(new TextDecoder().decode(await retrieval.downloadFile(id)), "12 cm");
  await retrieval.deleteFile(id);
  const gone: readonly (() => Promise<unknown>)[] = [
    () => retrieval.retrieveFile(id),
    () => retrieval.downloadFile(id),
    () => retrieval.deleteFile(id),
    () => retrieval.retrieveVectorStoreFile(book.id, id),
  ];
  for (const ask of gone)
    await assert.rejects(ask, (error) => error instanceof ProviderError && error.kind === "not_found");
});

test("a server of the published protocol: no chunks, no threads, no places, one search query as a text", async () => {
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://localhost").pathname;
    const json = (status: number, body: object): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    if (path === "/v1/vector_stores/vs_1/search") {
      const result = { file_id: "file-1", filename: "a.md", score: 0.5, attributes: null };
      const content = [
        { type: "text", text: "one" },
        { type: "text", text: "two" },
      ];
      json(200, { object: "page", search_query: "rewritten", data: [{ ...result, content }], has_more: false });
    } else if (path === "/v1/vector_stores" || path === "/v1/assistants") {
      json(200, { object: "list", data: [], has_more: false });
    } else {
      json(404, { error: { message: "Invalid URL", type: "invalid_request_error", param: null, code: null } });
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`;
    const other = createAssistantsProvider({ baseUrl, apiKey: "k", label: "it" });
    const answer = await other.retrieval.searchVectorStore("vs_1", asking("q"));
    assert.deepEqual(answer.queries, ["rewritten"]);
    assert.deepEqual(
      [answer.results[0]?.text, answer.results[0]?.place.start, answer.results[0]?.scores],
      ["one\ntwo", null, null],
    );
    await assert.rejects(
      other.retrieval.listChunks("vs_1", "file-1", { limit: 10, after: null }),
      (error) => error instanceof ProviderError && error.kind === "unsupported",
    );
    assert.equal((await readFileUses(other, new AbortController().signal)).threadsKnown, false);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});
