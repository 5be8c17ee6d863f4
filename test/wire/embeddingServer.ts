import { createHash } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A server whose embeddings are honest and simple: how often each run of letters occurs, hashed into `dims` numbers. */
export interface EmbeddingServer {
  /** Base URL, with `/v1`. */
  readonly url: string;
  /** The texts of each request that was answered. */
  readonly batches: string[][];
  /** Answers the next requests instead, one each. */
  refuse(...answers: ((response: ServerResponse) => void)[]): void;
  close(): Promise<void>;
}

export async function startEmbeddingServer(dims = 256): Promise<EmbeddingServer> {
  const batches: string[][] = [];
  const refusals: ((response: ServerResponse) => void)[] = [];
  const server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk: Buffer) => (text += chunk.toString()));
    request.on("end", () => {
      const refusal = refusals.shift();
      if (refusal !== undefined) return refusal(response);
      const { input } = JSON.parse(text) as { input: string[] };
      batches.push(input);
      // Last first: the order is told by the index.
      const data = input
        .map((one, index) => ({ object: "embedding", index, embedding: ngrams(one, dims) }))
        .toReversed();
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ object: "list", data, model: "ngrams" }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    batches,
    refuse: (...answers) => void refusals.push(...answers),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const places = new Map<string, number>();

/** Runs of three to five letters of each word, with its ends marked; each counts by the root of how often it occurs. */
export function ngrams(text: string, dims: number): number[] {
  const counts = new Map<number, number>();
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []) {
    const marked = `<${word}>`;
    for (let length = 3; length <= 5; length++)
      for (let at = 0; at + length <= marked.length; at++) {
        const run = marked.slice(at, at + length);
        const place = placeOf(run);
        counts.set(place, (counts.get(place) ?? 0) + 1);
      }
  }
  const vector = Array.from({ length: dims }, () => 0);
  for (const [place, count] of counts) {
    const sign = place % 2 === 0 ? 1 : -1;
    vector[(place >> 1) % dims] = (vector[(place >> 1) % dims] ?? 0) + sign * Math.sqrt(count);
  }
  return vector;
}

function placeOf(run: string): number {
  let place = places.get(run);
  if (place === undefined) places.set(run, (place = createHash("md5").update(run).digest().readUInt32LE() >>> 1));
  return place;
}
