import type { VectorStoreFile } from "../objects.ts";
import type { Chunk } from "../store/chunkStore.ts";
import type { IngestOutcome, IngestSource } from "./ingestFile.ts";

/** To the thread that reads files: a file, and after each handful of chunks whether it goes on. One file at a time. */
export type IngestOrder =
  | { readonly kind: "read"; readonly source: IngestSource; readonly strategy: VectorStoreFile["chunking_strategy"] }
  | { readonly kind: "go on"; readonly wanted: boolean };

export type IngestNews =
  | { readonly kind: "chunks"; readonly chunks: readonly Chunk[] }
  | { readonly kind: "ended"; readonly outcome: IngestOutcome }
  /** The disk refused. */
  | { readonly kind: "broken"; readonly reason: string };
