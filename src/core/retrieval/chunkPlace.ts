import type { ChunkPlace } from "./retrieval.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads where a chunk comes from out of a wire object: its `x_chunk`, which the embedded runtime sends, other servers do not, and nobody
 * has checked.
 */
export function placeOf(object: unknown): ChunkPlace {
  const fields = fieldsOf(fieldsOf(object)["x_chunk"]);
  const [startLine, endLine] = pairOf(fields["lines"]);
  const [page, endPage] = pairOf(fields["pages"]);
  const heading = fields["heading"];
  return {
    page,
    endPage,
    heading: typeof heading === "string" && heading !== "" ? heading : null,
    start: count(fields["start"], 0),
    end: count(fields["end"], 0),
    startLine,
    endLine,
  };
}

/** How many tokens a chunk has; null where the server does not say. */
export function tokensOf(object: unknown): number | null {
  return count(fieldsOf(fieldsOf(object)["x_chunk"])["tokens"], 0);
}

/** What a result's score was made of; null where the server does not say. */
export function scoresOf(object: unknown): { readonly words: number | null; readonly meaning: number | null } | null {
  const scores = fieldsOf(object)["x_scores"];
  if (typeof scores !== "object" || scores === null) return null;
  const { words, meaning } = fieldsOf(scores);
  return { words: typeof words === "number" ? words : null, meaning: typeof meaning === "number" ? meaning : null };
}

function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null ? (value as Fields) : {};
}

function pairOf(value: unknown): readonly [number, number] | readonly [null, null] {
  if (!Array.isArray(value)) return [null, null];
  const [first, last] = [count(value[0], 1), count(value[1], 1)];
  return first === null || last === null ? [null, null] : [first, last];
}

function count(value: unknown, least: number): number | null {
  return typeof value === "number" && Number.isInteger(value) && value >= least ? value : null;
}
