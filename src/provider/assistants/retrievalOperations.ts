import type OpenAI from "openai";
import type { VectorStoreSearchParams } from "openai/resources/vector-stores/vector-stores";

import { ProviderError } from "../../core/provider.ts";
import { placeOf, tokensOf } from "../../core/retrieval/chunkPlace.ts";
import type { ChunkPage, Retrieval, SearchAnswer, SearchParams, StoredChunk } from "../../core/retrieval/retrieval.ts";

type Call = <T>(request: () => Promise<T>) => Promise<T>;

/** Search in vector stores, what is in them, and uploaded files. @param call makes any failure a `ProviderError` */
export function retrievalOperations(client: OpenAI, call: Call): Retrieval {
  const { files, vectorStores } = client;
  return {
    searchVectorStore: (id, params, signal) =>
      call(async () => {
        const page = await vectorStores.search(id, searchBody(params), signal === undefined ? {} : { signal });
        // The SDK's page type leaves out what was searched for.
        return answerOf(page, params.query);
      }),
    retrieveVectorStoreFile: (id, fileId) => call(() => vectorStores.files.retrieve(fileId, { vector_store_id: id })),
    readVectorStoreFile: (id, fileId) =>
      call(async () => {
        const pieces: string[] = [];
        for await (const piece of vectorStores.files.content(fileId, { vector_store_id: id }))
          pieces.push(piece.text ?? "");
        return pieces;
      }),
    listChunks: (id, fileId, after, limit) => call(() => listChunks(client, id, fileId, after, limit)),

    listUploads: ({ limit, after }) =>
      call(async () => {
        const page = await files.list({ limit, order: "desc", ...(after === undefined ? {} : { after }) });
        return { data: page.data, has_more: page.has_more };
      }),
    retrieveFile: (id) => call(() => files.retrieve(id)),
    downloadFile: (id) => call(async () => new Uint8Array(await (await files.content(id)).arrayBuffer())),
    deleteFile: (id) => call(async () => void (await files.delete(id))),
  };
}

function searchBody({ filters, ...rest }: SearchParams): VectorStoreSearchParams {
  // The port's filter is read-only.
  return (filters === null ? rest : { ...rest, filters }) as VectorStoreSearchParams;
}

interface SearchPage {
  /** A list by the specification; a recorded answer had one string. */
  readonly search_query?: string | readonly string[];
  readonly data: readonly {
    readonly file_id: string;
    readonly filename: string;
    readonly score: number;
    readonly attributes: Readonly<Record<string, string | number | boolean>> | null;
    readonly content: readonly { readonly text?: string }[];
  }[];
}

function answerOf(page: SearchPage, asked: string): SearchAnswer {
  const { search_query: searched } = page;
  return {
    queries: searched === undefined ? [asked] : typeof searched === "string" ? [searched] : searched,
    results: page.data.map((result) => ({
      file_id: result.file_id,
      filename: result.filename,
      score: result.score,
      attributes: result.attributes,
      text: result.content.map((part) => part.text ?? "").join("\n"),
      place: placeOf(result),
    })),
  };
}

/** `GET /vector_stores/{id}/files/{file}/chunks` is an extension of the protocol; the SDK has no method for it. */
async function listChunks(
  client: OpenAI,
  storeId: string,
  fileId: string,
  after: number,
  limit: number,
): Promise<ChunkPage> {
  const path = `/vector_stores/${encodeURIComponent(storeId)}/files/${encodeURIComponent(fileId)}/chunks`;
  let answer: unknown;
  try {
    answer = await client.get(path, { query: { after, limit } });
  } catch (error) {
    // A server that knows the file and not this list.
    if (statusOf(error) === 404 && !/with id|No such/.test(String(error)))
      throw new ProviderError("unsupported", "This server does not list the chunks of files.", null, { cause: error });
    throw error;
  }
  const { data, total, has_more: more } = (answer ?? {}) as Readonly<Record<string, unknown>>;
  if (!Array.isArray(data)) throw new Error("the list of chunks is no list");
  return {
    chunks: data.map((chunk: unknown, index) => chunkOf(chunk, after + index)),
    total: typeof total === "number" ? total : null,
    hasMore: more === true,
  };
}

function chunkOf(chunk: unknown, index: number): StoredChunk {
  const { text } = (chunk ?? {}) as Readonly<Record<string, unknown>>;
  return { index, text: typeof text === "string" ? text : "", tokens: tokensOf(chunk), place: placeOf(chunk) };
}

function statusOf(error: unknown): number | undefined {
  return typeof error === "object" && error !== null && "status" in error && typeof error.status === "number"
    ? error.status
    : undefined;
}
