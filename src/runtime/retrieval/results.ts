import type { VectorStoreSearchResponse } from "openai/resources/vector-stores/vector-stores";
import type { ObjectStore } from "../store/objectStore.ts";
import type { SearchResult } from "../tools/port.ts";
import type { FoundChunk } from "./search.ts";

/** Fields of ours on a search result (coverage.md, extensions). Clients that do not know them pass over them. */
export interface ResultExtras {
  readonly x_chunk: FoundChunk["place"];
  readonly x_scores: FoundChunk["scores"];
  readonly x_vector_store_id: string;
}

function extrasOf({ place, scores, storeId }: FoundChunk): ResultExtras {
  return { x_chunk: place, x_scores: scores, x_vector_store_id: storeId };
}

/** A result of `POST /vector_stores/{id}/search`. */
export function searchResponse(found: FoundChunk, store: ObjectStore): VectorStoreSearchResponse & ResultExtras {
  return {
    file_id: found.fileId,
    filename: filenameOf(found, store),
    score: found.score,
    attributes: found.attributes ?? null,
    content: [{ type: "text", text: found.text }],
    ...extrasOf(found),
  };
}

/** A result in a `file_search` step. */
export function stepResult(found: FoundChunk, store: ObjectStore): SearchResult & ResultExtras {
  return {
    file_id: found.fileId,
    file_name: filenameOf(found, store),
    score: found.score,
    content: [{ type: "text", text: found.text }],
    ...extrasOf(found),
  };
}

/** A file that was deleted meanwhile is called by its id. */
export function filenameOf({ fileId }: FoundChunk, store: ObjectStore): string {
  return store.get("file", fileId, "")?.filename ?? fileId;
}
