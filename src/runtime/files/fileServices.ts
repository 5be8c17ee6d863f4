import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../clock.ts";
import { IngestQueue } from "../ingest/ingestQueue.ts";
import type { Log } from "../log.ts";
import { ChunkVectors } from "../retrieval/chunkVectors.ts";
import type { Embedder } from "../retrieval/embedder.ts";
import type { StoreSearch } from "../retrieval/search.ts";
import { SearchService } from "../retrieval/searchService.ts";
import { ChunkStore } from "../store/chunkStore.ts";
import type { ObjectStore } from "../store/objectStore.ts";
import { FileBytes } from "./fileBytes.ts";

/** What files and vector stores are made of, beside their objects. */
export interface FileServices {
  readonly bytes: FileBytes;
  readonly chunks: ChunkStore;
  readonly ingest: IngestQueue;
  readonly search: StoreSearch;
  /** The largest file, in bytes. */
  readonly maxFileBytes: number;
  /** Ends the threads. What is being read waits for the next process. */
  stop(): Promise<void>;
}

/** OpenAI's limit for one file. */
const maxFileBytes = 512 * 1024 * 1024;

/** Opens the files in `directory`, removes what a killed process left half done, and goes on reading files into vector stores. */
export function openFiles(around: {
  readonly database: DatabaseSync;
  /** Where the database is, for other threads; `undefined` when it is in memory. */
  readonly databasePath?: string;
  readonly store: ObjectStore;
  readonly directory: string;
  /** For search by meaning; without one, search is by words. */
  readonly embedder?: Embedder | undefined;
  readonly clock: Clock;
  readonly log: Log;
}): FileServices {
  const { store, log } = around;
  const bytes = new FileBytes(around.directory);
  const orphans = bytes.removeOrphans((id) => store.get("file", id, "") !== undefined);
  if (orphans > 0) log(`removed the content of ${orphans} uploads that were never finished, or of deleted files`);
  const chunks = new ChunkStore(around.database);
  const vectors = around.embedder === undefined ? undefined : new ChunkVectors(around.database, around.embedder);
  vectors?.sweep();
  const ingest = new IngestQueue({ store, chunks, bytes, vectors, log });
  ingest.wake();
  const search = new SearchService({ ...around, databasePath: around.databasePath, embedder: around.embedder });
  const stop = async (): Promise<void> => {
    await ingest.stop();
    await search.stop();
  };
  return { bytes, chunks, ingest, search, maxFileBytes, stop };
}
