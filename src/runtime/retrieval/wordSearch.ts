import type { DatabaseSync } from "node:sqlite";
import { Best } from "./best.ts";
import type { Ranked } from "./fuse.ts";

/** More words than these are a document, not a question. */
const maxWords = 32;
/** What a word adds at most to FTS5's BM25, beside its weight: k1 + 1. */
const ceiling = 2.2;
/**
 * In large collections, only so great a share of the chunks is looked at, the rarest words of the query first; the commonest are left
 * out: they cost most and say least.
 */
const lookedAtShare = 0.1;
const largeCollection = 5_000;

interface Word {
  readonly weight: number;
  /** The chunks of the stores that have it, with FTS5's score as share of what the word could add. */
  readonly chunks: readonly (readonly [number, number])[];
}

/**
 * The chunks that have words of the query, best first.
 *
 * The relevance is BM25 as share of what it could be: 1 would be a chunk full of every word of the query; a chunk of average length
 * that has each word once has 0.45. Rare words weigh more, as they do in BM25, by how rare they are among `size` chunks that are
 * searched (`isThere`); the average length is that of all stores, which is all that FTS5 knows. It says nothing about meaning: a
 * chunk that answers in other words is not found. A chunk that `passes` not is counted and not given.
 */
export function searchWords(
  database: DatabaseSync,
  query: string,
  among: {
    readonly size: number;
    readonly isThere: (chunk: number) => boolean;
    readonly passes: (chunk: number) => boolean;
  },
  limit: number,
): Ranked[] {
  const everywhere = Number(database.prepare("SELECT COUNT(*) AS n FROM chunks").get()?.["n"]);
  const finding = database.prepare(
    "SELECT rowid AS id, -bm25(chunk_words) AS score FROM chunk_words WHERE chunk_words MATCH ?",
  );
  const words = wordsLookedAt(database, query, everywhere).map(({ word, count }): Word => {
    // FTS5's own weight of the word, over all stores, which its score is divided by.
    const indexWeight = Math.max(1e-6, Math.log((everywhere - count + 0.5) / (count + 0.5)));
    const chunks: [number, number][] = [];
    for (const row of count === 0 ? [] : finding.all(word)) {
      const id = Number(row["id"]);
      if (among.isThere(id)) chunks.push([id, Number(row["score"]) / indexWeight]);
    }
    return { weight: Math.log(1 + (among.size - chunks.length + 0.5) / (chunks.length + 0.5)), chunks };
  });
  // A word that the stores have nowhere weighs most of all: a query of which half is unknown is half answered at best.
  const best = words.reduce((sum, { weight }) => sum + weight * ceiling, 0);
  const sums = new Map<number, number>();
  for (const { weight, chunks } of words)
    for (const [id, share] of chunks) sums.set(id, (sums.get(id) ?? 0) + (weight * share) / best);
  const kept = new Best(limit);
  for (const [id, sum] of sums) if (sum > kept.floor && among.passes(id)) kept.add(id, Math.min(1, sum));
  return kept.sorted();
}

/** Each word once, quoted for FTS5, so that nothing in a query is read as its syntax. */
function wordsOf(query: string): string[] {
  const words = query.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  return [...new Set(words)].slice(0, maxWords).map((word) => `"${word}"`);
}

interface CountedWord {
  readonly word: string;
  /** In how many chunks of all stores it is. */
  readonly count: number;
}

/** In a large collection the rarest words of the query, as many as are looked at and one at least; else all of them. */
function wordsLookedAt(database: DatabaseSync, query: string, everywhere: number): readonly CountedWord[] {
  const counting = database.prepare(
    "SELECT COUNT(*) AS n FROM (SELECT 1 FROM chunk_words WHERE chunk_words MATCH ? LIMIT ?)",
  );
  const countTo = (most: number): CountedWord[] =>
    wordsOf(query).map((word) => ({ word, count: Number(counting.get(word, most)?.["n"]) }));
  if (everywhere < largeCollection) return countTo(everywhere);
  const most = Math.floor(everywhere * lookedAtShare);
  const counted = countTo(most + 1);
  // Which of words that are all common is the rarest has to be counted in full.
  const allCommon = counted.every(({ count }) => count === 0 || count > most);
  let left = most;
  let some = false;
  return (allCommon ? countTo(everywhere) : counted)
    .toSorted((a, b) => a.count - b.count)
    .filter(({ count }) => {
      left -= count;
      const wanted = left >= 0 || !some;
      some ||= count > 0;
      return wanted;
    });
}
