import type OpenAI from "openai";
import type { VectorStoreSearchParams } from "openai/resources/vector-stores/vector-stores";

import { ProviderError } from "../../core/provider.ts";
import { placeOf, scoresOf, tokensOf } from "../../core/retrieval/chunkPlace.ts";
import type { ChunkPage, Retrieval, SearchAnswer, SearchParams, StoredChunk } from "../../core/retrieval/retrieval.ts";

type Call = <T>(request: () => Promise<T>) => Promise<T>;

/** Search in vector stores, what is in them, and uploaded files. @param call makes any failure a `ProviderError` */
export function retrievalOperations(client: OpenAI, call: Call): Retrieval {
  const { files, vectorStores } = client;
  return {
    searchVectorStore: (id, params, signal) =>
      call(async () => {
        const request = vectorStores.search(id, searchBody(params), signal === undefined ? {} : { signal });
        // The SDK's page leaves out what was searched for.
        return answerOf((await (await request.asResponse()).json()) as SearchPage, params.query);
      }),
    retrieveVectorStoreFile: (id, fileId) => call(() => vectorStores.files.retrieve(fileId, { vector_store_id: id })),
    readVectorStoreFile: (id, fileId) =>
      call(async () => {
        const pieces: string[] = [];
        for await (const piece of vectorStores.files.content(fileId, { vector_store_id: id }))
          pieces.push(piece.text ?? "");
        return pieces;
      }),
    listChunks: (id, fileId, params) => call(() => listChunks(client, id, fileId, params)),

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
      scores: scoresOf(result),
    })),
  };
}

/** `GET /vector_stores/{id}/files/{file}/chunks` is an extension of the protocol; the SDK has no method for it. */
async function listChunks(
  client: OpenAI,
  storeId: string,
  fileId: string,
  { limit, after }: { readonly limit: number; readonly after: string | null },
): Promise<ChunkPage> {
  const path = `/vector_stores/${encodeURIComponent(storeId)}/files/${encodeURIComponent(fileId)}/chunks`;
  let answer: unknown;
  try {
    answer = await client.get(path, { query: after === null ? { limit } : { limit, after } });
  } catch (error) {
    // A server that knows the file and not this list.
    if (statusOf(error) === 404 && !/with id|No such/.test(String(error)))
      throw new ProviderError("unsupported", "This server does not list the chunks of files.", null, { cause: error });
    throw error;
  }
  const { data, last_id: last, has_more: more } = fieldsOf(answer);
  if (!Array.isArray(data)) throw new Error("the list of chunks is no list");
  return { chunks: data.map(chunkOf), next: more === true && typeof last === "string" ? last : null };
}

function chunkOf(chunk: unknown, at: number): StoredChunk {
  const { index, text, repeated } = fieldsOf(chunk);
  // In this list, what `x_chunk` holds elsewhere are fields of the chunk itself.
  const own = { x_chunk: chunk };
  return {
    index: typeof index === "number" ? index : at,
    text: typeof text === "string" ? text : "",
    repeated: typeof repeated === "number" ? repeated : 0,
    tokens: tokensOf(own),
    place: placeOf(own),
  };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function statusOf(error: unknown): number | undefined {
  return typeof error === "object" && error !== null && "status" in error && typeof error.status === "number"
    ? error.status
    : undefined;
}
