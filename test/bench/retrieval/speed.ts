import { percentile, print } from "../runtime/report.ts";
import { dims, makeCollection, randomFrom, unitVector, wordFrom, type Collection } from "./collection.ts";

const rounds = 40;

/** One search by words and meaning, in milliseconds. */
function search({ index, storeId }: Collection, query: string, vector: Float32Array): number {
  const started = performance.now();
  const found = index.search(
    { storeIds: [storeId], queries: [query], maxResults: 20, scoreThreshold: 0, ranker: "auto" },
    [vector],
  );
  const took = performance.now() - started;
  if (found.length !== 20) throw new Error(`found ${found.length} chunks`);
  return took;
}

/** The same product of matrix and query, and nothing else, in milliseconds. */
function product(matrix: Float32Array, query: Float32Array): number {
  const started = performance.now();
  let best = -1;
  for (let from = 0; from < matrix.length; from += dims) {
    let [a, b, c, d] = [0, 0, 0, 0];
    for (let at = 0; at < dims; at += 4) {
      a += (matrix[from + at] as number) * (query[at] as number);
      b += (matrix[from + at + 1] as number) * (query[at + 1] as number);
      c += (matrix[from + at + 2] as number) * (query[at + 2] as number);
      d += (matrix[from + at + 3] as number) * (query[at + 3] as number);
    }
    best = Math.max(best, a + b + c + d);
  }
  if (best < 0) throw new Error("no best");
  return performance.now() - started;
}

/** Search of 100,000 chunks beside the flat product; and what a chunk costs among 100,000 and among 1,000. */
export async function measureSpeed(): Promise<void> {
  const [small, large] = [await makeCollection(1_000), await makeCollection(100_000)];
  try {
    const random = randomFrom(7);
    const times = { ours: [] as number[], peer: [] as number[], small: [] as number[] };
    for (let round = -3; round < rounds; round++) {
      const query = Array.from({ length: 6 }, () => wordFrom(random)).join(" ");
      const vector = unitVector(random);
      const ours = search(large, query, vector);
      const peer = product(large.matrix, vector);
      const few = search(small, query, vector);
      // The first rounds load and warm up.
      if (round < 0) continue;
      times.ours.push(ours);
      times.peer.push(peer);
      times.small.push(few);
    }
    const [ours, peer, few] = [times.ours, times.peer, times.small].map((list) => percentile(list, 0.5)) as [
      number,
      number,
      number,
    ];
    const line = (name: string, mine: number, other: number, peerName: string, unit: string, limit: number): void =>
      print(
        { case: name, ours: mine, peer: other, peerName, unit, aim: `ratio <= ${limit}`, met: mine / other <= limit },
        "retrieval",
      );
    line(
      "hybrid search, 100,000 chunks x 384, median of 40",
      ours,
      peer,
      "flat matrix product of the same vectors",
      "ms",
      2,
    );
    line(
      "search, cost per chunk at 100,000",
      (ours / 100_000) * 1000,
      (few / 1_000) * 1000,
      "cost per chunk at 1,000",
      "us",
      1.5,
    );
    line(
      "storing a chunk with its words, at 100,000",
      large.storeMs * 1000,
      small.storeMs * 1000,
      "at 1,000",
      "us",
      1.5,
    );
  } finally {
    small.close();
    large.close();
  }
}
