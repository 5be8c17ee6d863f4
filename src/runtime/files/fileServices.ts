import type { DatabaseSync } from "node:sqlite";
import type { Clock } from "../clock.ts";
import { IngestQueue } from "../ingest/ingestQueue.ts";
import type { Log } from "../log.ts";
import { ChunkStore } from "../store/chunkStore.ts";
import type { ObjectStore } from "../store/objectStore.ts";
import { FileBytes } from "./fileBytes.ts";

/** What files and vector stores are made of, beside their objects. */
export interface FileServices {
  readonly bytes: FileBytes;
  readonly chunks: ChunkStore;
  readonly ingest: IngestQueue;
  /** The largest file, in bytes. */
  readonly maxFileBytes: number;
}

/** OpenAI's limit for one file. */
const maxFileBytes = 512 * 1024 * 1024;

/** Opens the files in `directory`, removes what a killed process left half done, and goes on reading files into vector stores. */
export function openFiles(around: {
  readonly database: DatabaseSync;
  readonly store: ObjectStore;
  readonly directory: string;
  readonly clock: Clock;
  readonly log: Log;
}): FileServices {
  const { store, log } = around;
  const bytes = new FileBytes(around.directory);
  const orphans = bytes.removeOrphans((id) => store.get("file", id, "") !== undefined);
  if (orphans > 0) log(`removed the content of ${orphans} uploads that were never finished, or of deleted files`);
  const chunks = new ChunkStore(around.database);
  const ingest = new IngestQueue({ store, chunks, bytes, log });
  ingest.wake();
  return { bytes, chunks, ingest, maxFileBytes };
}
