/** What can be asked of vector stores and of the files in them: the part of the provider port that retrieval is looked into with. */
import type { Page, StoredFile, VectorStoreFile } from "../wire.ts";

export type AttributeValue = string | number | boolean;
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** A condition on the attributes of a vector store's files, as the wire writes it (spec: ComparisonFilter, CompoundFilter). */
export type AttributeFilter =
  | { readonly type: "eq" | "ne"; readonly key: string; readonly value: AttributeValue }
  | { readonly type: "gt" | "gte" | "lt" | "lte"; readonly key: string; readonly value: number | string }
  | { readonly type: "in" | "nin"; readonly key: string; readonly value: readonly (string | number)[] }
  | { readonly type: "and" | "or"; readonly filters: readonly AttributeFilter[] };

/** `none` leaves the ranking of the index as it is. */
export type Ranker = "auto" | "none" | "default-2024-11-15";

export interface SearchParams {
  readonly query: string;
  readonly rewrite_query: boolean;
  /** 1 to 50. */
  readonly max_num_results: number;
  readonly filters: AttributeFilter | null;
  readonly ranking_options: { readonly ranker: Ranker; /** 0 to 1. */ readonly score_threshold: number };
}

/**
 * Where in its source a chunk comes from. The protocol tells none of it: servers that know say it in fields of their own, and all
 * of it is null elsewhere. Characters are UTF-16 units of the text that was indexed, from 0; lines and pages count from 1.
 */
export interface ChunkPlace {
  readonly page: number | null;
  readonly endPage: number | null;
  /** The headings above it, outermost first. */
  readonly heading: string | null;
  readonly start: number | null;
  readonly end: number | null;
  readonly startLine: number | null;
  readonly endLine: number | null;
}

export const unknownPlace: ChunkPlace = {
  page: null,
  endPage: null,
  heading: null,
  start: null,
  end: null,
  startLine: null,
  endLine: null,
};

export interface SearchResult {
  readonly file_id: string;
  readonly filename: string;
  /** 0 to 1. */
  readonly score: number;
  readonly attributes: Attributes | null;
  readonly text: string;
  readonly place: ChunkPlace;
  /** What the score was made of, from 0 to 1 each, where the server says it; null: not found that way. */
  readonly scores: { readonly words: number | null; readonly meaning: number | null } | null;
}

export interface SearchAnswer {
  /** What was searched for in fact: the question, or what it was rewritten to. */
  readonly queries: readonly string[];
  /** Best first. */
  readonly results: readonly SearchResult[];
}

/** A chunk as it is indexed. */
export interface StoredChunk {
  /** From 0. */
  readonly index: number;
  readonly text: string;
  /** How many characters at its start also end the chunk before. */
  readonly repeated: number;
  /** Null where the server does not say. */
  readonly tokens: number | null;
  readonly place: ChunkPlace;
}

export interface ChunkPage {
  readonly chunks: readonly StoredChunk[];
  /** What the next page begins after; null when there is none. */
  readonly next: string | null;
}

export interface Retrieval {
  searchVectorStore(vectorStoreId: string, params: SearchParams, signal?: AbortSignal): Promise<SearchAnswer>;
  retrieveVectorStoreFile(vectorStoreId: string, fileId: string): Promise<VectorStoreFile>;
  /** The text of a file as the store has it, in its pieces. */
  readVectorStoreFile(vectorStoreId: string, fileId: string): Promise<readonly string[]>;
  /**
   * A page of a file's chunks, in the order of the text. Not part of the published protocol: rejects with `unsupported` where the
   * server has no such list.
   * @param limit 1 to 100
   */
  listChunks(
    vectorStoreId: string,
    fileId: string,
    params: { readonly limit: number; readonly after: string | null },
  ): Promise<ChunkPage>;

  /** Files of every purpose, newest first. @param limit 1 to 10,000 */
  listUploads(params: { readonly limit: number; readonly after?: string }): Promise<Page<StoredFile>>;
  retrieveFile(fileId: string): Promise<StoredFile>;
  /** Rejects with `invalid` where the server does not hand files of this purpose out. */
  downloadFile(fileId: string): Promise<Uint8Array>;
  /** Takes the file out of every vector store as well. */
  deleteFile(fileId: string): Promise<void>;
}
