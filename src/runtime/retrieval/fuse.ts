/** A chunk in one ranking, best first. `relevance` is from 0 to 1. */
export interface Ranked {
  readonly chunk: number;
  readonly relevance: number;
}

export interface Fused {
  readonly chunk: number;
  readonly score: number;
  readonly words: number | null;
  readonly meaning: number | null;
}

/**
 * The constant of reciprocal rank fusion. Cormack, Clarke and Büttcher (2009) have 60, for fusing many rankings; of two, the first
 * places have to count for more (`npm run bench -- retrieval` with an embedding model).
 */
const k = 20;
/** The relevance by words from which on a chunk counts in full: one of average length that has each word of the query once. */
const fullRelevance = 0.45;

/**
 * Fuses a ranking by words and one by meaning by reciprocal rank, the one by words as far as the words agree: first among chunks that
 * share only a “how” with the question says little, and by rank alone it would say as much as first by meaning. What a cosine is worth
 * differs from model to model; there only the rank counts. The score is the sum as a share of the most that it could be: 1 is first in
 * both with all the words, 0.5 first by meaning and without any of the words.
 */
export function fuse(words: readonly Ranked[], meaning: readonly Ranked[]): Fused[] {
  const fused = new Map<number, { score: number; words: number | null; meaning: number | null }>();
  const add = (list: readonly Ranked[], by: "words" | "meaning"): void => {
    for (const [rank, { chunk, relevance }] of list.entries()) {
      const one = fused.get(chunk) ?? { score: 0, words: null, meaning: null };
      const weight = by === "words" ? Math.min(1, relevance / fullRelevance) : 1;
      one.score += (weight * (k + 1)) / (k + rank + 1) / 2;
      one[by] = relevance;
      fused.set(chunk, one);
    }
  };
  add(words, "words");
  add(meaning, "meaning");
  return [...fused]
    .map(([chunk, one]) => ({ chunk, ...one }))
    .toSorted((a, b) => b.score - a.score || a.chunk - b.chunk);
}
