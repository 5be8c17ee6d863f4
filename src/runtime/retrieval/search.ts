import type { ChunkPlace } from "../ingest/chunkPlace.ts";
import type { VectorStoreFile } from "../objects.ts";
import type { AttributeFilter } from "../vectorStores/attributeFilter.ts";

/**
 * How results are ordered. `auto`, `default-2024-11-15` (the search endpoint's name) and `default_2024_08_21` (the tool's) are one
 * thing here: words and meaning, fused. `none` fuses nothing: meaning alone where there are embeddings, else words.
 */
export type Ranker = "auto" | "default-2024-11-15" | "default_2024_08_21" | "none";

/** A search, checked. */
export interface SearchRequest {
  readonly storeIds: readonly string[];
  readonly queries: readonly string[];
  readonly maxResults: number;
  readonly scoreThreshold: number;
  readonly ranker: Ranker;
  readonly filter?: AttributeFilter | undefined;
}

/** A chunk that was found. */
export interface FoundChunk {
  readonly fileId: string;
  readonly storeId: string;
  readonly attributes: VectorStoreFile["attributes"];
  readonly text: string;
  readonly place: ChunkPlace | null;
  /** From 0 to 1. By words alone: BM25 as a share of what it could be. Fused: see `fuse.ts`. */
  readonly score: number;
  /** What the score was made of; null where that way of searching did not find the chunk, or was not used. */
  readonly scores: { readonly words: number | null; readonly meaning: number | null };
}

/** Searches vector stores. Files that are not read yet are not found. */
export interface StoreSearch {
  /** The chunks that answer any of the queries, best first, each once. */
  search(request: SearchRequest): Promise<FoundChunk[]>;
}
