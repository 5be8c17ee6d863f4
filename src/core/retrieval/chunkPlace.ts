import type { ChunkPlace } from "./retrieval.ts";

/**
 * Reads where a chunk comes from out of a wire object: the runtime's own fields, which other servers do not send and which
 * nobody has checked.
 */
export function placeOf(object: unknown): ChunkPlace {
  const fields = typeof object === "object" && object !== null ? (object as Readonly<Record<string, unknown>>) : {};
  const heading = fields["heading"];
  return {
    page: count(fields["page"], 1),
    heading: typeof heading === "string" && heading !== "" ? heading : null,
    start: count(fields["start_index"], 0),
    end: count(fields["end_index"], 0),
    startLine: count(fields["start_line"], 1),
    endLine: count(fields["end_line"], 1),
  };
}

function count(value: unknown, least: number): number | null {
  return typeof value === "number" && Number.isInteger(value) && value >= least ? value : null;
}
