import type OpenAI from "openai";
import { toStreamingFile } from "openai";
import type { FileBatchCreateParams } from "openai/resources/vector-stores/file-batches";

import type { DocumentProvider, UploadContent, UploadOptions } from "../../core/documents/documentProvider.ts";
import type { Page } from "../../core/wire.ts";
import { streamedFetch } from "./streamedFetch.ts";

type Call = <T>(request: () => Promise<T>) => Promise<T>;

/** Larger files are sent as they are read; smaller ones are read first, which is faster for many. */
const streamedFrom = 1024 * 1024;
/** 512 MB on a slow line: an upload that moves is not given up. */
const uploadTimeoutMs = 4 * 60 * 60 * 1000;

/** Documents in vector stores. @param call makes any failure a `ProviderError` */
export function documentOperations(client: OpenAI, call: Call): DocumentProvider {
  const { files, vectorStores } = client;
  const streaming = client.withOptions({ fetch: streamedFetch });
  // The caller repeats requests: it knows which may be, and stops when it is told to.
  const once = (signal: AbortSignal | undefined): { maxRetries: 0; signal?: AbortSignal } => ({
    maxRetries: 0,
    ...(signal === undefined ? {} : { signal }),
  });
  const page = async <T>(
    request: () => Promise<{ readonly data: T[]; readonly has_more?: boolean }>,
  ): Promise<Page<T>> => {
    const answer = await call(request);
    return { data: answer.data, has_more: answer.has_more ?? false };
  };
  const upload = (content: UploadContent, { signal, onBytes }: UploadOptions) =>
    call(async () => {
      const counted = async function* (): AsyncGenerator<Uint8Array> {
        for await (const chunk of content.chunks()) {
          yield chunk;
          onBytes?.(chunk.byteLength);
        }
      };
      const options = { ...once(signal), timeout: uploadTimeoutMs };
      if (content.bytes > streamedFrom) {
        const file = toStreamingFile(counted(), content.name);
        return streaming.files.create({ purpose: "assistants", file }, options);
      }
      const file = new File(await piecesOf(counted()), content.name);
      return files.create({ purpose: "assistants", file }, options);
    });
  return {
    listVectorStores: (params, signal) =>
      page(() => vectorStores.list({ ...params, limit: 100, order: "desc" }, once(signal))),
    retrieveVectorStore: (id, signal) => call(() => vectorStores.retrieve(id, once(signal))),
    updateVectorStore: (id, patch, signal) => call(() => vectorStores.update(id, { ...patch }, once(signal))),
    deleteVectorStore: (id, signal) => call(async () => void (await vectorStores.delete(id, once(signal)))),

    listStoreFiles: (id, params, signal) =>
      page(() => vectorStores.files.list(id, { ...params, limit: 100, order: "asc" }, once(signal))),
    retrieveStoreFile: (id, fileId, signal) =>
      call(() => vectorStores.files.retrieve(fileId, { vector_store_id: id }, once(signal))),
    attachFiles: (id, attachments, signal) =>
      call(async () => {
        const body = { files: attachments } as unknown as FileBatchCreateParams;
        await vectorStores.fileBatches.create(id, body, once(signal));
      }),
    updateStoreFile: (id, fileId, attributes, signal) =>
      call(async () => {
        await vectorStores.files.update(fileId, { vector_store_id: id, attributes: { ...attributes } }, once(signal));
      }),
    detachFile: (id, fileId, signal) =>
      call(async () => void (await vectorStores.files.delete(fileId, { vector_store_id: id }, once(signal)))),

    listUploads: (params, signal) =>
      page(() => files.list({ ...params, limit: 100, order: "desc", purpose: "assistants" }, once(signal))),
    retrieveUpload: (id, signal) => call(() => files.retrieve(id, once(signal))),
    upload: (content, options = {}) => upload(content, options),
    deleteUpload: (id, signal) => call(async () => void (await files.delete(id, once(signal)))),
  };
}

async function piecesOf(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array<ArrayBuffer>[]> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for await (const chunk of chunks) pieces.push(new Uint8Array(chunk));
  return pieces;
}
