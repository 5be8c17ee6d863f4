import type { ChunkPlace } from "../../src/core/retrieval/retrieval.ts";

/** Where a chunk comes from: `p. 31`, `lines 12–40`, `characters 0–812`; empty when nobody knows. */
export function placeWords({ page, start, end, startLine, endLine }: ChunkPlace): string {
  if (page !== null) return `p. ${page}`;
  if (startLine !== null)
    return endLine === null || endLine === startLine ? `line ${startLine}` : `lines ${startLine}–${endLine}`;
  return start === null || end === null ? "" : `characters ${start}–${end}`;
}
