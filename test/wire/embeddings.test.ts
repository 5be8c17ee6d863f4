/** Search by meaning, with embeddings from the upstream; the server's are simple ones, made of letters. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { startEmbeddingServer, type EmbeddingServer } from "./embeddingServer.ts";
import { until, uploadText } from "./fileFixtures.ts";
import { startRuntime, type RuntimeProcess } from "./runtimeProcess.ts";

let server: EmbeddingServer;
let runtime: RuntimeProcess;
const upstream = (): string[] => ["--upstream", "chat", "--upstream-url", server.url, "--embedding-model", "ngrams"];

before(async () => {
  server = await startEmbeddingServer();
  runtime = await startRuntime({ args: upstream() });
});
after(async () => {
  await runtime.stop();
  await server.close();
});

interface Found {
  readonly file_id: string;
  readonly score: number;
  readonly x_scores: { readonly words: number | null; readonly meaning: number | null };
}

async function search(
  storeId: string,
  query: string,
  ranking: object = {},
  where: RuntimeProcess = runtime,
): Promise<Found[]> {
  const page = await where.client.vectorStores.search(storeId, { query, ranking_options: ranking });
  return page.data as unknown as Found[];
}

async function storeWith(
  texts: Readonly<Record<string, string>>,
  where: RuntimeProcess = runtime,
): Promise<{ id: string; files: string[] }> {
  const { client } = where;
  const store = await client.vectorStores.create({});
  const files = await Promise.all(Object.entries(texts).map(([name, text]) => uploadText(client, name, text)));
  for (const id of files) {
    const file = await client.vectorStores.files.createAndPoll(store.id, { file_id: id });
    assert.equal(file.status, "completed", file.last_error?.message);
  }
  return { id: store.id, files };
}

test("what shares no word is found by meaning; what is best by both comes first, with more", async () => {
  const { id, files } = await storeWith({
    "leaf.txt": "Photosynthesis happens in leaves.",
    "boat.txt": "The harbour master counts the boats.",
    "soup.txt": "Lentil soup needs cumin.",
  });
  const [first] = await search(id, "photosynthesizing leafs");
  assert.deepEqual([first?.file_id, first?.x_scores.words], [files[0], null]);
  assert.ok(first !== undefined && (first.x_scores.meaning ?? 0) > 0 && first.score === 0.5);
  const [both] = await search(id, "counts boats in the harbour");
  assert.equal(both?.file_id, files[1]);
  assert.ok(both !== undefined && both.score > 0.8 && both.score <= 1, String(both?.score));
  assert.deepEqual(await search(id, "counts boats in the harbour", { score_threshold: 0.8 }), [both]);
  const [alone] = await search(id, "counts boats in the harbour", { ranker: "none" });
  assert.deepEqual([alone?.file_id, alone?.x_scores.words, alone?.score], [files[1], null, alone?.x_scores.meaning]);
});

test("the same text is embedded once, in whatever file and store it is", async () => {
  const text = "Otters hold hands while they sleep.";
  await storeWith({ "a.txt": text });
  const before = server.batches.length;
  const { id } = await storeWith({ "b.txt": text, "c.md": text });
  assert.equal(server.batches.length, before);
  assert.equal((await search(id, "otter")).length, 2);
});

test("a storm of refusals is waited out", async () => {
  const busy = (response: Parameters<Parameters<EmbeddingServer["refuse"]>[0]>[0]): void => {
    response.writeHead(429, { "retry-after-ms": "1", "content-type": "application/json" });
    response.end('{"error":{"message":"slow down"}}');
  };
  server.refuse(
    busy,
    busy,
    (response) => void response.writeHead(503).end(),
    (response) => response.destroy(),
    busy,
  );
  const { id, files } = await storeWith({ "storm.txt": "Waves break over the breakwater." });
  assert.deepEqual(
    (await search(id, "wavebreaking")).map((one) => [one.file_id, one.x_scores.words]),
    [[files[0], null]],
  );
});

test("without the server, files are read and found by their words; the next start embeds them", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "embeddings-"));
  const first = await startRuntime({ args: upstream(), dataDir });
  let storeId = "";
  try {
    server.refuse((response) => void response.writeHead(401).end("{}"));
    const { id } = await storeWith({ "kite.txt": "Kites need steady wind." }, first);
    storeId = id;
    assert.match(first.log(), /words alone.*refused the key|words alone.*asks for a key/);
    server.refuse((response) => void response.writeHead(401).end("{}"));
    assert.equal((await search(id, "kites", {}, first))[0]?.x_scores.meaning, null);
    assert.equal(first.log().includes("Kites need"), false);
  } finally {
    await first.kill();
  }
  const second = await startRuntime({ args: upstream(), dataDir });
  try {
    await until(async () => (await search(storeId, "windsteadiness kiting", {}, second)).length > 0);
  } finally {
    await second.stop();
    rmSync(dataDir, { recursive: true, force: true });
  }
});

test("a store that is deleted while its file is embedded takes nothing along", async () => {
  const { client } = runtime;
  const file = await uploadText(client, "gone.txt", "Nobody will read this.");
  const store = await client.vectorStores.create({});
  const waiting = new Promise<() => void>((resolve) => {
    server.refuse((response) => resolve(() => void response.writeHead(429, { "retry-after-ms": "1" }).end("{}")));
  });
  await client.vectorStores.files.create(store.id, { file_id: file });
  const refuse = await waiting;
  await client.vectorStores.delete(store.id);
  refuse();
  const { id, files } = await storeWith({ "next.txt": "The next file is read." });
  assert.equal((await search(id, "next file"))[0]?.file_id, files[0]);
});

test("answers that are none are told in words, and files complete all the same", async () => {
  for (const body of [
    "{}",
    '{"data":[{"index":0,"embedding":[]}]}',
    '{"data":[{"index":7,"embedding":[1]}]}',
    "<html>",
  ]) {
    server.refuse((response) => void response.writeHead(200, { "content-type": "application/json" }).end(body));
    await storeWith({ "odd.txt": `Odd number ${body.length}.` });
  }
  assert.match(runtime.log(), /was asked for 1 embeddings and gave 0/);
});
