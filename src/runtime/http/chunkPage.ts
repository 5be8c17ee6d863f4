import type { ChunkPlace } from "../ingest/chunkPlace.ts";
import type { KeptChunk } from "../store/chunkStore.ts";
import { badRequest } from "./apiError.ts";
import type { Request } from "./services.ts";

/** A chunk as it is sent: an extension, `GET /vector_stores/{id}/files/{file}/chunks`. */
interface ChunkView extends Partial<Omit<ChunkPlace, "index">> {
  readonly object: "vector_store.file.chunk";
  /** `chunk_` and its index; the cursor of the list. */
  readonly id: string;
  readonly index: number;
  readonly text: string;
  /** How many characters at the start of `text` also end the chunk before. */
  readonly repeated: number;
}

const defaultLimit = 20;
const largestLimit = 100;

/** `limit` (1 to 100, 20 unless given) and `after`, a chunk's id. Chunks are in the order of the text. */
export function readChunkPage(request: Request): { readonly from: number; readonly limit: number } {
  const { limit: wanted, after } = request.req.query();
  const limit = wanted === undefined ? defaultLimit : Number(wanted);
  if (!Number.isInteger(limit) || limit < 1 || limit > largestLimit)
    throw badRequest(`Invalid 'limit': expected an integer from 1 to ${largestLimit}.`, {
      param: "limit",
      code: "invalid_value",
    });
  if (after === undefined) return { from: 0, limit };
  const index = /^chunk_(\d{1,9})$/.exec(after)?.[1];
  if (index === undefined)
    throw badRequest(`Invalid 'after': '${after}'. Expected an ID that begins with 'chunk'.`, {
      param: "after",
      code: "invalid_value",
    });
  return { from: Number(index) + 1, limit };
}

/** What an earlier version read has no place in its file, only an index. */
export function chunkView({ text, repeated, place }: KeptChunk, index: number): ChunkView {
  return { object: "vector_store.file.chunk", id: `chunk_${index}`, ...place, index, text, repeated };
}
