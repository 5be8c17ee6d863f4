/**
 * The text of files that were put into vector stores, and the words in it.
 *
 * `owner` is the `seq` of the vector store's file in `objects`: text is found as long as its row is, and a file that is put in
 * again is another row, so that work on the old one finds nothing to add to. `discarded` names owners whose text is to go: a
 * long one takes a second, which is not spent inside of the request that deletes it. `repeated` counts the characters at a
 * chunk's start that end the chunk before it, `place` is a `ChunkPlace` as JSON, `hash` its text's
 * SHA-256. A vector is kept by model and hash, as 32-bit floats of length 1, so that the same text is embedded once. The words are stemmed as English ones; other languages lose nothing but stems.
 */
export const vectorSchema = `
CREATE INDEX IF NOT EXISTS vector_store_files_waiting ON objects (status)
  WHERE kind = 'vector_store_file' AND status = 'in_progress';
CREATE INDEX IF NOT EXISTS files_by_expiry ON objects (json_extract(body, '$.expires_at'))
  WHERE kind = 'file' AND json_extract(body, '$.expires_at') IS NOT NULL;
CREATE TABLE IF NOT EXISTS chunks (
  id       INTEGER PRIMARY KEY,
  owner    INTEGER NOT NULL,
  repeated INTEGER NOT NULL,
  text     TEXT NOT NULL,
  place    TEXT,
  hash     TEXT
);
CREATE TABLE IF NOT EXISTS vectors (
  model  TEXT NOT NULL,
  hash   TEXT NOT NULL,
  vector BLOB NOT NULL,
  PRIMARY KEY (model, hash)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS discarded (owner INTEGER PRIMARY KEY);
CREATE INDEX IF NOT EXISTS chunks_of_owner ON chunks (owner, id);
CREATE VIRTUAL TABLE IF NOT EXISTS chunk_words USING fts5 (
  text, content = 'chunks', content_rowid = 'id', tokenize = 'porter unicode61 remove_diacritics 2'
);
CREATE TRIGGER IF NOT EXISTS chunk_added AFTER INSERT ON chunks BEGIN
  INSERT INTO chunk_words (rowid, text) VALUES (new.id, new.text);
END;
CREATE TRIGGER IF NOT EXISTS chunk_removed AFTER DELETE ON chunks BEGIN
  INSERT INTO chunk_words (chunk_words, rowid, text) VALUES ('delete', old.id, old.text);
END;
CREATE TRIGGER IF NOT EXISTS vector_store_file_removed AFTER DELETE ON objects WHEN old.kind = 'vector_store_file' BEGIN
  INSERT OR IGNORE INTO discarded (owner) VALUES (old.seq);
END;
`;

/**
 * Which texts are still there is asked about vectors only. Where nothing is embedded there is no such index: its keys are in no
 * order, so that among 100,000 chunks it took a third of the time that storing one takes.
 */
export const embeddingSchema = "CREATE INDEX IF NOT EXISTS chunks_by_hash ON chunks (hash);";

/** What earlier versions' tables lack, by table: columns to add. */
export const addedColumns: readonly { readonly table: string; readonly column: string; readonly type: string }[] = [
  { table: "chunks", column: "place", type: "TEXT" },
  { table: "chunks", column: "hash", type: "TEXT" },
];
