import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, test } from "node:test";
import { UpstreamEmbedder } from "../../../src/runtime/retrieval/upstreamEmbedder.ts";

let server: Server | undefined;
afterEach(async () => {
  server?.closeAllConnections();
  await new Promise((resolve) => server?.close(resolve) ?? resolve(undefined));
});

/** A server that answers so many texts at once and no more; `onHang` is called when it is asked for more. */
async function startSlowServer(most: number, onHang: () => void): Promise<{ url: string; batches: string[][] }> {
  const batches: string[][] = [];
  server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      const { input } = JSON.parse(body) as { input: string[] };
      batches.push(input);
      if (input.length > most) return onHang();
      const data = input.map((text, index) => ({ index, embedding: [text.length, 0] }));
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ data }));
    });
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, batches };
}

function embedderAt(url: string, deadline: () => AbortSignal): UpstreamEmbedder {
  const target = {
    url,
    key: undefined,
    keyName: "KEY",
    server: "other",
    apiVersion: undefined,
    model: undefined,
  } as const;
  return new UpstreamEmbedder(target, "slow", { deadline, firstPauseMs: 1 });
}

/** A deadline that passes when the server says so. */
function passingDeadline(): { readonly deadline: () => AbortSignal; readonly pass: () => void } {
  let current = new AbortController();
  return {
    deadline: () => (current = new AbortController()).signal,
    pass: () => current.abort(new DOMException("too late", "TimeoutError")),
  };
}

test("a server that is too slow for many texts is asked for half as many, and that is kept in mind", async () => {
  const { deadline, pass } = passingDeadline();
  const { url, batches } = await startSlowServer(2, pass);
  const embedder = embedderAt(url, deadline);
  const texts = ["one", "two", "three", "four", "five"];
  const vectors = await embedder.embed(texts, "documents");
  assert.equal(vectors.length, 5);
  assert.deepEqual(
    batches.map((batch) => batch.length),
    [5, 3, 2, 2, 1],
  );
  await embedder.embed(texts, "documents");
  assert.deepEqual(
    batches.slice(5).map((batch) => batch.length),
    [2, 2, 1],
  );
});

test("a server that is too slow for one text is told in words", async () => {
  const { deadline, pass } = passingDeadline();
  const { url, batches } = await startSlowServer(0, pass);
  await assert.rejects(
    embedderAt(url, deadline).embed(["one"], "question"),
    /no embeddings of a text within 60 seconds/,
  );
  assert.equal(batches.length, 1);
});
