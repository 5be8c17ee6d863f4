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

/** The constant of reciprocal rank fusion (Cormack, Clarke and Büttcher, 2009). */
const k = 60;

/**
 * Fuses a ranking by words and one by meaning by reciprocal rank. The score is the sum of the reciprocal ranks as a share of the
 * most that it could be: 1 is first in both, 0.5 first in one and absent in the other.
 */
export function fuse(words: readonly Ranked[], meaning: readonly Ranked[]): Fused[] {
  const fused = new Map<number, { score: number; words: number | null; meaning: number | null }>();
  const add = (list: readonly Ranked[], by: "words" | "meaning"): void => {
    for (const [rank, { chunk, relevance }] of list.entries()) {
      const one = fused.get(chunk) ?? { score: 0, words: null, meaning: null };
      one.score += (k + 1) / (k + rank + 1) / 2;
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
