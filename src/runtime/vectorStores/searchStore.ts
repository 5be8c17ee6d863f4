import type { VectorStoreSearchResponse } from "openai/resources/vector-stores/vector-stores";
import type { FileSurroundings } from "../files/fileSurroundings.ts";
import { passes, type AttributeFilter } from "./attributeFilter.ts";
import { searchWords, type Hit } from "./wordSearch.ts";

/** A search, checked. */
export interface SearchRequest {
  readonly queries: readonly string[];
  readonly maxResults: number;
  readonly scoreThreshold: number;
  readonly filter: AttributeFilter | undefined;
}

/** The chunks that answer any of the queries, best first, each once with its best score. */
export function searchStore(
  storeId: string,
  request: SearchRequest,
  { store, files }: FileSurroundings,
): VectorStoreSearchResponse[] {
  const { filter } = request;
  const candidates = new Map(
    store
      .all("vector_store_file", storeId)
      .filter((file) => file.status === "completed" && (filter === undefined || passes(filter, file.attributes)))
      .map((file) => [file.id, file]),
  );
  const best = new Map<number, Hit>();
  for (const query of request.queries) {
    const ids = [...candidates.keys()];
    for (const hit of searchWords(files.chunks, storeId, ids, query, request.scoreThreshold, request.maxResults))
      if (hit.score > (best.get(hit.chunk)?.score ?? -1)) best.set(hit.chunk, hit);
  }
  return [...best.values()]
    .toSorted((a, b) => b.score - a.score || a.chunk - b.chunk)
    .slice(0, request.maxResults)
    .map(
      (hit) =>
        ({
          file_id: hit.fileId,
          filename: store.get("file", hit.fileId, "")?.filename ?? hit.fileId,
          score: hit.score,
          attributes: candidates.get(hit.fileId)?.attributes ?? null,
          content: [{ type: "text", text: hit.text }],
        }) satisfies VectorStoreSearchResponse,
    );
}
