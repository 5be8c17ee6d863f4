import type { DatabaseSync } from "node:sqlite";
import { addedColumns, vectorSchema } from "./vectorSchema.ts";

/**
 * Opens the runtime's one database file and brings it to today's schema.
 *
 * Everything is one table of wire objects as JSON, with what is searched for beside them. A write is on its way to disk when
 * the call returns: a killed process loses nothing that was answered.
 */
export async function openDatabase(path: string): Promise<DatabaseSync> {
  // Not a static import: the entry point must be able to say that Node is too old before this is loaded.
  const { DatabaseSync: Database } = await import("node:sqlite");
  const database = new Database(path);
  database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000;");
  // The words of 100,000 chunks take tens of megabytes; with the 2 that SQLite takes by itself, each is read again and again.
  database.exec("PRAGMA cache_size = -32768;");
  database.exec(schema);
  database.exec(vectorSchema);
  for (const { table, column, type } of addedColumns) {
    const there = database.prepare("SELECT 1 FROM pragma_table_info(?) WHERE name = ?").get(table, column);
    if (there === undefined) database.exec(`ALTER TABLE ${table} ADD COLUMN ${column} ${type}`);
  }
  return database;
}

// `parent` is the thread of a message or run, the run of a step, the vector store of its file or batch. `run` is the run that
// made a message, or the batch that put a file into its store. `extra` is what the runtime
// knows about a run and the wire does not show. The partial index is the thread lock: it makes a second active run on a
// thread impossible, whatever the code above does.
const schema = `
CREATE TABLE IF NOT EXISTS objects (
  seq        INTEGER PRIMARY KEY AUTOINCREMENT,
  kind       TEXT NOT NULL,
  id         TEXT NOT NULL,
  parent     TEXT NOT NULL DEFAULT '',
  run        TEXT,
  status     TEXT,
  created_at INTEGER NOT NULL,
  body       TEXT NOT NULL,
  extra      TEXT
);
CREATE UNIQUE INDEX IF NOT EXISTS objects_by_id ON objects (kind, parent, id);
CREATE INDEX IF NOT EXISTS objects_by_name ON objects (kind, id);
CREATE INDEX IF NOT EXISTS objects_in_order ON objects (kind, parent, created_at, seq);
CREATE INDEX IF NOT EXISTS messages_of_run ON objects (kind, run) WHERE run IS NOT NULL;
-- An earlier version's: every change of a run's status changed it too, and nothing looks for most statuses.
DROP INDEX IF EXISTS objects_by_status;
CREATE INDEX IF NOT EXISTS files_in_progress ON objects (parent, seq)
  WHERE kind = 'vector_store_file' AND status = 'in_progress';
CREATE UNIQUE INDEX IF NOT EXISTS one_active_run ON objects (parent)
  WHERE kind = 'run' AND status IN ('queued', 'in_progress', 'requires_action', 'cancelling');
`;
