import type { ChunkPlace } from "../../src/core/retrieval/retrieval.ts";

/** Where a chunk comes from: `p. 31`, `pp. 31–32`, `lines 12–40`, `characters 0–812`; empty when nobody knows. */
export function placeWords({ page, endPage, start, end, startLine, endLine }: ChunkPlace): string {
  if (page !== null) return endPage === null || endPage === page ? `p. ${page}` : `pp. ${page}–${endPage}`;
  if (startLine !== null)
    return endLine === null || endLine === startLine ? `line ${startLine}` : `lines ${startLine}–${endLine}`;
  return start === null || end === null ? "" : `characters ${start}–${end}`;
}
