import { createHash } from "node:crypto";
import type { DatabaseSync } from "node:sqlite";
import { embeddingSchema } from "../store/vectorSchema.ts";
import type { Embedder } from "./embedder.ts";

/** So many texts are taken from the database at once. */
const handful = 128;

/** The vectors of chunks, kept by what the text is: the same text is embedded once, in whichever file and store it is. */
export class ChunkVectors {
  readonly #database: DatabaseSync;
  readonly #embedder: Embedder;

  /** Makes the index that `sweep` needs, where it is not there yet. */
  constructor(database: DatabaseSync, embedder: Embedder) {
    this.#database = database;
    database.exec(embeddingSchema);
    this.#embedder = embedder;
  }

  /** Embeds those chunks of a row that have no vector yet. Rejects with the embedder's words. */
  async complete(owner: number, signal: AbortSignal): Promise<void> {
    this.#nameTexts(owner);
    const missing = this.#database.prepare(
      `SELECT chunks.hash AS hash, MIN(chunks.text) AS text FROM chunks
        LEFT JOIN vectors ON vectors.model = ? AND vectors.hash = chunks.hash
        WHERE owner = ? AND vectors.hash IS NULL GROUP BY chunks.hash LIMIT ${handful}`,
    );
    const insert = this.#database.prepare("INSERT OR REPLACE INTO vectors (model, hash, vector) VALUES (?, ?, ?)");
    for (;;) {
      const rows = missing.all(this.#embedder.model, owner);
      if (rows.length === 0) return;
      const texts = rows.map((row) => String(row["text"]));
      const vectors = await this.#embedder.embed(texts, "documents", signal);
      signal.throwIfAborted();
      this.#database.exec("SAVEPOINT vectors");
      try {
        for (const [at, vector] of vectors.entries())
          insert.run(this.#embedder.model, String(rows[at]?.["hash"]), new Uint8Array(vector.buffer));
      } finally {
        this.#database.exec("RELEASE vectors");
      }
    }
  }

  /** Files that have been read, and of which some chunk has no vector: read before there was this model, or while it was away. */
  incomplete(): number[] {
    const rows = this.#database
      .prepare(
        `SELECT DISTINCT chunks.owner AS owner FROM chunks JOIN objects ON objects.seq = chunks.owner AND objects.status = 'completed'
          LEFT JOIN vectors ON vectors.model = ? AND vectors.hash = chunks.hash WHERE vectors.hash IS NULL`,
      )
      .all(this.#embedder.model);
    return rows.map((row) => Number(row["owner"]));
  }

  /** Removes vectors of texts that are in no store any more. */
  sweep(): void {
    this.#database.exec("DELETE FROM vectors WHERE NOT EXISTS (SELECT 1 FROM chunks WHERE chunks.hash = vectors.hash)");
  }

  /** Chunks that an earlier version kept have no hash. */
  #nameTexts(owner: number): void {
    const rows = this.#database.prepare("SELECT id, text FROM chunks WHERE owner = ? AND hash IS NULL").all(owner);
    const update = this.#database.prepare("UPDATE chunks SET hash = ? WHERE id = ?");
    for (const row of rows) update.run(hashOf(String(row["text"])), Number(row["id"]));
  }
}

/** What a chunk's text is known by. */
export function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
