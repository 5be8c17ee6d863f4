import type { DatabaseSync, StatementSync } from "node:sqlite";
import type {
  Assistant,
  FileBatch,
  FileObject,
  MadeFile,
  Message,
  Run,
  RunStep,
  Thread,
  ThreadContainer,
  VectorStore,
  VectorStoreFile,
} from "../objects.ts";
import { listSql, type ListQuery, type Page } from "./listSql.ts";

/** Every kind of object that is kept, by the name it has in the table. */
export interface Kinds {
  assistant: Assistant;
  thread: Thread;
  message: Message;
  run: Run;
  step: RunStep;
  vector_store: VectorStore;
  vector_store_file: VectorStoreFile;
  file_batch: FileBatch;
  file: FileObject;
  container: ThreadContainer;
  made_file: MadeFile;
}

/** Those that clients know. */
export type WireKind = Exclude<keyof Kinds, "container" | "made_file">;

type Kind = keyof Kinds;
type SqlValue = string | number | null;

/** What is kept beside an object to find it by. */
export interface Placement {
  readonly parent?: string;
  /** Messages: the run that made it. Files of a vector store: their batch. */
  readonly run?: string | null;
}

/** The wire objects on disk. Every method is synchronous and durable against the death of the process when it returns. */
export class ObjectStore {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Adds an object at the end of its list. Throws when a second active run would enter a thread. */
  insert<K extends Kind>(kind: K, value: Kinds[K], placement: Placement = {}): void {
    this.#run("INSERT INTO objects (kind, id, parent, run, status, created_at, body) VALUES (?, ?, ?, ?, ?, ?, ?)", [
      kind,
      value.id,
      placement.parent ?? "",
      placement.run ?? null,
      statusOf(value),
      value.created_at,
      JSON.stringify(value),
    ]);
  }

  /**
   * Replaces an object. Returns whether it was there: a deleted thread takes its runs along while they still end. `parent` is
   * for the files of vector stores, whose id is that of the file and the same in every store.
   */
  update<K extends Kind>(kind: K, value: Kinds[K], parent?: string): boolean {
    const values = [JSON.stringify(value), statusOf(value), kind, value.id];
    const sql = "UPDATE objects SET body = ?, status = ? WHERE kind = ? AND id = ?";
    return parent === undefined ? this.#run(sql, values) : this.#run(`${sql} AND parent = ?`, [...values, parent]);
  }

  get<K extends Kind>(kind: K, id: string, parent?: string): Kinds[K] | undefined {
    const row =
      parent === undefined
        ? this.#statement("SELECT body FROM objects WHERE kind = ? AND id = ?").get(kind, id)
        : this.#statement("SELECT body FROM objects WHERE kind = ? AND id = ? AND parent = ?").get(kind, id, parent);
    return row === undefined ? undefined : decode<Kinds[K]>(row["body"]);
  }

  /** What the runtime keeps about a run beside its wire form. */
  getExtra<T>(runId: string): T | undefined {
    const row = this.#statement("SELECT extra FROM objects WHERE kind = 'run' AND id = ?").get(runId);
    return typeof row?.["extra"] === "string" ? decode<T>(row["extra"]) : undefined;
  }

  setExtra(runId: string, extra: unknown): void {
    this.#run("UPDATE objects SET extra = ? WHERE kind = 'run' AND id = ?", [JSON.stringify(extra), runId]);
  }

  delete(kind: Kind, id: string, parent?: string): boolean {
    return parent === undefined
      ? this.#run("DELETE FROM objects WHERE kind = ? AND id = ?", [kind, id])
      : this.#run("DELETE FROM objects WHERE kind = ? AND id = ? AND parent = ?", [kind, id, parent]);
  }

  /** Deletes a thread with its messages, runs, steps and the paths of what it made, or a vector store with its files. */
  deleteTree(kind: "thread" | "vector_store", id: string): void {
    this.transaction(() => {
      this.#run(
        "DELETE FROM objects WHERE kind = 'step' AND parent IN (SELECT id FROM objects WHERE kind = 'run' AND parent = ?)",
        [id],
      );
      // The kinds are named because the indexes begin with the kind: without them, every row of the file is looked at.
      this.#run(
        "DELETE FROM objects WHERE kind IN ('message', 'run', 'vector_store_file', 'file_batch', 'container', 'made_file') AND parent = ?",
        [id],
      );
      this.delete(kind, id);
    });
  }

  /** A page of a list; `undefined` when the cursor names nothing in that list (`missingCursor` says which). */
  list<K extends Kind>(kind: K, query: ListQuery): Page<Kinds[K]> | { readonly missingCursor: string } {
    for (const cursor of [query.after, query.before]) {
      if (cursor !== undefined && this.#position(kind, query.parent, cursor) === undefined)
        return { missingCursor: cursor };
    }
    const position = (cursor: string | undefined): readonly [number, number] | undefined =>
      cursor === undefined ? undefined : this.#position(kind, query.parent, cursor);
    const { sql, values, reversed } = listSql(kind, query, position(query.after), position(query.before));
    const rows = this.#statement(sql).all(...values);
    const hasMore = query.limit !== undefined && rows.length > query.limit;
    const data = rows.slice(0, query.limit ?? rows.length).map((row) => decode<Kinds[K]>(row["body"]));
    return { data: reversed ? data.toReversed() : data, hasMore };
  }

  /** Everything of a kind under a parent, oldest first. */
  all<K extends Kind>(kind: K, parent: string): Kinds[K][] {
    const rows = this.#statement("SELECT body FROM objects WHERE kind = ? AND parent = ? ORDER BY created_at, seq").all(
      kind,
      parent,
    );
    return rows.map((row) => decode<Kinds[K]>(row["body"]));
  }

  /** The newest `count` messages of a thread, oldest first. */
  newestMessages(threadId: string, count: number): Message[] {
    const page = this.list("message", { parent: threadId, order: "desc", limit: count });
    return "data" in page ? page.data.toReversed() : [];
  }

  hasUserMessage(threadId: string): boolean {
    const sql =
      "SELECT 1 FROM objects WHERE kind = 'message' AND parent = ? AND json_extract(body, '$.role') = 'user' LIMIT 1";
    return this.#statement(sql).get(threadId) !== undefined;
  }

  /** Files whose time is over, `now` being in unix seconds. */
  expiredFiles(now: number): FileObject[] {
    const sql =
      "SELECT body FROM objects INDEXED BY files_by_expiry WHERE kind = 'file' AND json_extract(body, '$.expires_at') <= ?";
    return this.#statement(sql)
      .all(now)
      .map((row) => decode<FileObject>(row["body"]));
  }

  /** Every assistant, or every thread, that gives a file to its code interpreter. */
  codeInterpretersWith<K extends "assistant" | "thread">(kind: K, fileId: string): Kinds[K][] {
    const sql = `SELECT body FROM objects WHERE kind = ?
      AND instr(json_extract(body, '$.tool_resources.code_interpreter.file_ids'), json_quote(?)) > 0`;
    return this.#statement(sql)
      .all(kind, fileId)
      .map((row) => decode<Kinds[K]>(row["body"]));
  }

  /** The run that holds a thread, if any. */
  activeRun(threadId: string): Run | undefined {
    const sql = `SELECT body FROM objects INDEXED BY one_active_run WHERE kind = 'run' AND parent = ?
      AND status IN ('queued', 'in_progress', 'requires_action', 'cancelling')`;
    const row = this.#statement(sql).get(threadId);
    return row === undefined ? undefined : decode<Run>(row["body"]);
  }

  /** Every run that has not ended, in any thread. */
  unfinishedRuns(): Run[] {
    const sql = `SELECT body FROM objects INDEXED BY one_active_run WHERE kind = 'run'
      AND status IN ('queued', 'in_progress', 'requires_action', 'cancelling') ORDER BY seq`;
    return this.#statement(sql)
      .all()
      .map((row) => decode<Run>(row["body"]));
  }

  /** All or nothing; may be nested, the outermost one commits. */
  transaction<T>(work: () => T): T {
    if (this.#database.isTransaction) return work();
    this.#database.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.#database.exec("COMMIT");
      return result;
    } catch (error) {
      // A full disk has already rolled back by itself; a second ROLLBACK would hide the reason.
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
      throw error;
    }
  }

  close(): void {
    this.#database.close();
  }

  #position(kind: Kind, parent: string, id: string): readonly [number, number] | undefined {
    const row = this.#statement("SELECT created_at, seq FROM objects WHERE kind = ? AND parent = ? AND id = ?").get(
      kind,
      parent,
      id,
    );
    return row === undefined ? undefined : [Number(row["created_at"]), Number(row["seq"])];
  }

  #run(sql: string, values: SqlValue[]): boolean {
    return this.#statement(sql).run(...values).changes !== 0;
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

function statusOf(value: object): string | null {
  return "status" in value && typeof value.status === "string" ? value.status : null;
}

// Rows were written by `insert` and `update` above: their shape is theirs to keep.
function decode<T>(body: unknown): T {
  return JSON.parse(String(body)) as T;
}
