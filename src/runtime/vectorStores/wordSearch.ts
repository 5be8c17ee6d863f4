import type { ChunkStore } from "../store/chunkStore.ts";

/** A chunk that has words of the query. */
export interface Hit {
  readonly chunk: number;
  readonly fileId: string;
  readonly score: number;
  readonly text: string;
}

/** More words than these are a document, not a question. */
const maxWords = 32;
/** What a word adds at most to FTS5's BM25, beside its weight: k1 + 1. */
const ceiling = 2.2;

/**
 * The chunks of a store's files that have words of the query, best first.
 *
 * The score is BM25 as share of what it could be: 1 would be a chunk full of every word of the query; a chunk of average length
 * that has each word once has 0.45. Rare words weigh more, as they do in BM25, by how rare they are in this store; the average
 * length is that of all stores, which is all that FTS5 knows. The score says nothing about meaning: a chunk that answers in other words is not found.
 */
export function searchWords(
  chunks: ChunkStore,
  storeId: string,
  fileIds: readonly string[],
  query: string,
  threshold: number,
  limit: number,
): Hit[] {
  const [totals] = chunks.rows(
    `SELECT (SELECT COUNT(*) FROM chunks) AS everywhere, COUNT(*) AS here FROM chunks
      JOIN objects ON objects.seq = chunks.owner WHERE objects.kind = 'vector_store_file' AND objects.parent = ? AND objects.status = 'completed'`,
    storeId,
  );
  const [everywhere, here] = [Number(totals?.["everywhere"]), Number(totals?.["here"])];
  const words = wordsOf(query).flatMap((word) => {
    const [row] = chunks.rows(countSql, storeId, word);
    const [with_, withHere] = [Number(row?.["everywhere"]), Number(row?.["here"])];
    return [
      {
        word,
        weight: Math.log(1 + (here - withHere + 0.5) / (withHere + 0.5)),
        // FTS5's own weight of the word, over all stores, which its score is divided by.
        indexWeight: Math.max(1e-6, Math.log((everywhere - with_ + 0.5) / (with_ + 0.5))),
        found: withHere > 0,
      },
    ];
  });
  // A word that the store has nowhere weighs most of all: a query of which half is unknown is half answered at best.
  const best = words.reduce((sum, { weight }) => sum + weight * ceiling, 0);
  const found = words.filter((word) => word.found);
  if (found.length === 0) return [];
  const values = found.flatMap(({ word, weight, indexWeight }) => [weight / indexWeight / best, word]);
  return chunks
    .rows(searchSql(found.length), ...values, storeId, JSON.stringify(fileIds), threshold, limit)
    .map((row) => ({
      chunk: Number(row["id"]),
      fileId: String(row["file"]),
      score: Math.min(1, Number(row["score"])),
      text: String(row["text"]),
    }));
}

/** Each word once, quoted for FTS5, so that nothing in a query is read as its syntax. */
function wordsOf(query: string): string[] {
  const words = query.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
  return [...new Set(words)].slice(0, maxWords).map((word) => `"${word}"`);
}

const countSql = `SELECT COUNT(*) AS everywhere, TOTAL(objects.parent = ? AND objects.status = 'completed') AS here
  FROM chunk_words JOIN chunks ON chunks.id = chunk_words.rowid LEFT JOIN objects ON objects.seq = chunks.owner WHERE chunk_words MATCH ?`;

// One part for each word, so that each has its own weight. Texts are fetched for the best only.
function searchSql(words: number): string {
  const part = "SELECT rowid AS id, -bm25(chunk_words) * ? AS part FROM chunk_words WHERE chunk_words MATCH ?";
  return `WITH parts AS MATERIALIZED (${Array.from({ length: words }, () => part).join(" UNION ALL ")}),
    best AS MATERIALIZED (
      SELECT parts.id AS id, objects.id AS file, SUM(part) AS score FROM parts
        JOIN chunks ON chunks.id = parts.id JOIN objects ON objects.seq = chunks.owner
        WHERE objects.kind = 'vector_store_file' AND objects.parent = ? AND objects.status = 'completed'
          AND objects.id IN (SELECT value FROM json_each(?))
        GROUP BY parts.id HAVING score >= ? ORDER BY score DESC, parts.id LIMIT ?)
    SELECT best.id AS id, file, score, text FROM best JOIN chunks ON chunks.id = best.id ORDER BY score DESC, best.id`;
}
