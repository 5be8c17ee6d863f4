/** The part of the provider port that puts documents into vector stores. */
import type { Attributes, ChunkingStrategy } from "../vectorStoreDefinition/storeDefinition.ts";
import type { Page, StoredFile, VectorStore, VectorStoreFile } from "../wire.ts";

/** The content of a file to upload. It may be read more than once: a request that failed is made again. */
export interface UploadContent {
  readonly name: string;
  readonly bytes: number;
  /** The content in pieces. @throws when the file is not the one that was looked at any more */
  chunks(): AsyncIterable<Uint8Array>;
}

export interface UploadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Called with the bytes that were handed on since the last call. */
  readonly onBytes?: (bytes: number) => void;
}

/** A file as it is put into a vector store. */
export interface Attachment {
  readonly file_id: string;
  readonly attributes: Attributes;
  /** Left out: the server's own way. */
  readonly chunking_strategy?: ChunkingStrategy;
}

export interface VectorStorePatch {
  readonly name?: string;
  /** Null: it does not expire. */
  readonly expires_after?: { readonly anchor: "last_active_at"; readonly days: number } | null;
}

/**
 * Every method makes one request, is not repeated by itself, and rejects with a `ProviderError` and nothing else (also when
 * `signal` ends it).
 */
export interface DocumentProvider {
  listVectorStores(params: { readonly after?: string }, signal?: AbortSignal): Promise<Page<VectorStore>>;
  retrieveVectorStore(id: string, signal?: AbortSignal): Promise<VectorStore>;
  updateVectorStore(id: string, patch: VectorStorePatch, signal?: AbortSignal): Promise<VectorStore>;
  /** The files in it are kept. */
  deleteVectorStore(id: string, signal?: AbortSignal): Promise<void>;

  /** 100 files a page, the oldest first. */
  listStoreFiles(
    storeId: string,
    params: { readonly after?: string },
    signal?: AbortSignal,
  ): Promise<Page<VectorStoreFile>>;
  retrieveStoreFile(storeId: string, fileId: string, signal?: AbortSignal): Promise<VectorStoreFile>;
  /** At most 500 at once. Answers before the files are read. */
  attachFiles(storeId: string, attachments: readonly Attachment[], signal?: AbortSignal): Promise<void>;
  /** Replaces all attributes of a file. */
  updateStoreFile(storeId: string, fileId: string, attributes: Attributes, signal?: AbortSignal): Promise<void>;
  /** Takes a file out of a store; the uploaded file is kept. */
  detachFile(storeId: string, fileId: string, signal?: AbortSignal): Promise<void>;

  /** Files of purpose `assistants`, the newest first, 100 a page. */
  listUploads(params: { readonly after?: string }, signal?: AbortSignal): Promise<Page<StoredFile>>;
  retrieveUpload(fileId: string, signal?: AbortSignal): Promise<StoredFile>;
  /** Uploads a file for assistants without holding it in memory. */
  upload(content: UploadContent, options?: UploadOptions): Promise<StoredFile>;
  /** Takes the file out of every vector store as well. */
  deleteUpload(fileId: string, signal?: AbortSignal): Promise<void>;
}
