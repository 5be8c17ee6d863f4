import type { FoundChunk, SearchRequest } from "./search.ts";

/** What the search thread is started with. */
export interface SearchThreadData {
  readonly databasePath: string;
  readonly model: string | undefined;
}

export interface SearchQuestion {
  readonly id: number;
  readonly request: SearchRequest;
  readonly vectors: readonly Float32Array[];
}

export type SearchReply =
  | { readonly id: number; readonly found: readonly FoundChunk[] }
  | { readonly id: number; readonly failed: string };
