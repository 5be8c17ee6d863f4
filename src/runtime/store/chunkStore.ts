import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { ChunkPlace } from "../ingest/chunkPlace.ts";
import type { VectorStoreFile } from "../objects.ts";
import { hashOf } from "../retrieval/chunkVectors.ts";

/** A piece of a file's text as it is found by search. */
export interface Chunk {
  readonly text: string;
  /** How many characters at its start also end the chunk before. */
  readonly repeated: number;
  readonly place: ChunkPlace;
}

/** A chunk as it is kept. What an earlier version read has no place. */
export type KeptChunk = Omit<Chunk, "place"> & { readonly place: ChunkPlace | null };

/** A file of a vector store, as a row: `owner` names the row, which a file that is put in again does not share. */
export interface IngestJob {
  readonly owner: number;
  readonly file: VectorStoreFile;
}

/** Files of a vector store or a batch, by status. */
export type FileCounts = Record<"in_progress" | "completed" | "failed" | "cancelled" | "total", number>;

/** So many go at once. */
const fewChunks = 32;

/** What is in vector stores: the text of their files, and how far they are. The rows of the files are in the `ObjectStore`. */
export class ChunkStore {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** The file that has waited longest to be read, in any store, but for those that are being worked on. */
  nextJob(besides: Iterable<number> = []): IngestJob | undefined {
    const sql = `SELECT seq, body FROM objects INDEXED BY vector_store_files_waiting
      WHERE kind = 'vector_store_file' AND status = 'in_progress' AND seq NOT IN (SELECT value FROM json_each(?))
      ORDER BY seq LIMIT 1`;
    const row = this.#statement(sql).get(JSON.stringify([...besides]));
    return row === undefined
      ? undefined
      : { owner: Number(row["seq"]), file: JSON.parse(String(row["body"])) as VectorStoreFile };
  }

  /** Whether a job is still wanted: its file may have been removed, or its batch cancelled. */
  isWanted(owner: number): boolean {
    return this.#statement("SELECT 1 FROM objects WHERE seq = ? AND status = 'in_progress'").get(owner) !== undefined;
  }

  /** Adds chunks after those that a row has. Belongs into a transaction. */
  add(owner: number, chunks: readonly Chunk[]): void {
    const insert = this.#statement("INSERT INTO chunks (owner, repeated, text, place, hash) VALUES (?, ?, ?, ?, ?)");
    for (const { repeated, text, place } of chunks)
      insert.run(owner, repeated, text, JSON.stringify(place), hashOf(text));
  }

  /** Removes a few chunks of a row; whether there may be more. */
  clearSome(owner: number): boolean {
    const sql = `DELETE FROM chunks WHERE id IN (SELECT id FROM chunks WHERE owner = ? LIMIT ${fewChunks})`;
    return this.#statement(sql).run(owner).changes === fewChunks;
  }

  /** Gives the chunks of a row up; `sweep` removes them. */
  discard(owner: number): void {
    this.#statement("INSERT OR IGNORE INTO discarded (owner) VALUES (?)").run(owner);
  }

  /** Gives up what had been read of a batch's cancelled files. */
  discardCancelled(storeId: string, batchId: string): void {
    const sql = `INSERT OR IGNORE INTO discarded (owner) SELECT seq FROM objects
      WHERE kind = 'vector_store_file' AND parent = ? AND run = ? AND status = 'cancelled'`;
    this.#statement(sql).run(storeId, batchId);
  }

  /** Removes a few chunks that were given up; whether there were any. */
  sweep(): boolean {
    const owner = this.#statement("SELECT owner FROM discarded LIMIT 1").get()?.["owner"];
    if (owner === undefined) return false;
    if (!this.clearSome(Number(owner))) this.#statement("DELETE FROM discarded WHERE owner = ?").run(Number(owner));
    return true;
  }

  /** The chunks of a file in a store, in order; some of them when `limit` is given, from number `from` on. */
  chunksOf(storeId: string, fileId: string, from = 0, limit = -1): KeptChunk[] {
    const sql = `SELECT chunks.text, chunks.repeated, chunks.place FROM chunks
      WHERE owner = (SELECT seq FROM objects WHERE kind = 'vector_store_file' AND parent = ? AND id = ?)
      ORDER BY chunks.id LIMIT ? OFFSET ?`;
    return this.#statement(sql)
      .all(storeId, fileId, limit, from)
      .map((row) => ({
        text: String(row["text"]),
        repeated: Number(row["repeated"]),
        place: placeOf(row["place"]),
      }));
  }

  /** The files of a store, or of one of its batches, by status; and how many bytes they take. */
  counts(storeId: string, batchId?: string): { readonly counts: FileCounts; readonly bytes: number } {
    const sql = `SELECT status, COUNT(*) AS files, SUM(json_extract(body, '$.usage_bytes')) AS bytes FROM objects
      WHERE kind = 'vector_store_file' AND parent = ?${batchId === undefined ? "" : " AND run = ?"} GROUP BY status`;
    const rows = this.#statement(sql).all(storeId, ...(batchId === undefined ? [] : [batchId]));
    const counts: FileCounts = { in_progress: 0, completed: 0, failed: 0, cancelled: 0, total: 0 };
    let bytes = 0;
    for (const row of rows) {
      const status = String(row["status"]) as VectorStoreFile["status"];
      counts[status] = Number(row["files"]);
      counts.total += Number(row["files"]);
      bytes += Number(row["bytes"]);
    }
    return { counts, bytes };
  }

  /** Whether a store has files that are not read yet. */
  isReading(storeId: string): boolean {
    const sql = `SELECT 1 FROM objects INDEXED BY files_in_progress
      WHERE kind = 'vector_store_file' AND status = 'in_progress' AND parent = ? LIMIT 1`;
    return this.#statement(sql).get(storeId) !== undefined;
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

/** A chunk's place as it is kept: JSON, or nothing. */
export function placeOf(column: unknown): ChunkPlace | null {
  return typeof column === "string" ? (JSON.parse(column) as ChunkPlace) : null;
}
