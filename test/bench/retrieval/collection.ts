import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { hashOf } from "../../../src/runtime/retrieval/chunkVectors.ts";
import { StoreIndex } from "../../../src/runtime/retrieval/storeIndex.ts";
import { openDatabase } from "../../../src/runtime/store/database.ts";
import { ChunkStore, type Chunk } from "../../../src/runtime/store/chunkStore.ts";
import { ObjectStore } from "../../../src/runtime/store/objectStore.ts";

export const dims = 384;
export const model = "bench";

/** A store of chunks in a database on disk, open for a reader. */
export interface Collection {
  readonly storeId: string;
  readonly index: StoreIndex;
  /** The same vectors, in one array. */
  readonly matrix: Float32Array;
  /** Milliseconds for storing one chunk: its row, its words. */
  readonly storeMs: number;
  close(): void;
}

/** So many chunks are in a file. */
const perFile = 100;

/** A collection of `size` chunks of some 60 words, drawn from a vocabulary as words are: few of them often, most rarely. */
export async function makeCollection(size: number): Promise<Collection> {
  const directory = mkdtempSync(join(tmpdir(), "retrieval-bench-"));
  const path = join(directory, "runtime.db");
  const database = await openDatabase(path);
  const [store, chunks] = [new ObjectStore(database), new ChunkStore(database)];
  const storeId = "vs_bench";
  const matrix = new Float32Array(size * dims);
  const random = randomFrom(size);
  const insert = database.prepare("INSERT OR REPLACE INTO vectors (model, hash, vector) VALUES (?, ?, ?)");
  let storeMs = 0;
  for (let from = 0; from < size; from += perFile) {
    const id = `file-${from}`;
    const file = {
      id,
      object: "vector_store.file",
      usage_bytes: 0,
      created_at: 1,
      vector_store_id: storeId,
      status: "completed",
      last_error: null,
      attributes: {},
    } as const;
    store.insert("vector_store_file", file, { parent: storeId });
    const owner = Number(database.prepare("SELECT seq FROM objects WHERE id = ?").get(id)?.["seq"]);
    const some = Array.from({ length: Math.min(perFile, size - from) }, (_, at) => chunkOf(at, random));
    const started = performance.now();
    store.transaction(() => chunks.add(owner, some));
    storeMs += performance.now() - started;
    store.transaction(() => {
      for (const [at, chunk] of some.entries()) {
        const vector = unitVector(random);
        matrix.set(vector, (from + at) * dims);
        insert.run(model, hashOf(chunk.text), new Uint8Array(vector.buffer));
      }
    });
  }
  const reader = new DatabaseSync(path, { readOnly: true });
  // As the thread that searches has it.
  reader.exec("PRAGMA cache_size = -65536;");
  return {
    storeId,
    index: new StoreIndex(reader, model, true),
    matrix,
    storeMs: storeMs / size,
    close() {
      reader.close();
      store.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function chunkOf(index: number, random: () => number): Chunk {
  const text = Array.from({ length: 60 }, () => wordFrom(random)).join(" ");
  return {
    text,
    repeated: 0,
    place: { index, start: 0, end: text.length, lines: null, pages: null, heading: null, tokens: 80 },
  };
}

/** A word of rank r comes about 1/r as often as the first. */
export function wordFrom(random: () => number): string {
  return `word${Math.floor(50_000 ** random())}`;
}

export function unitVector(random: () => number): Float32Array {
  const vector = Float32Array.from({ length: dims }, () => random() - 0.5);
  const length = Math.hypot(...vector);
  return vector.map((one) => one / length);
}

/** The same numbers from 0 to 1 every time. */
export function randomFrom(seed: number): () => number {
  let state = seed + 0x9e3779b9;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
