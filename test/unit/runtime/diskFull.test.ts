import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { after, test } from "node:test";
import { systemClock } from "../../../src/runtime/clock.ts";
import { openFiles } from "../../../src/runtime/files/fileServices.ts";
import { saveOutput } from "../../../src/runtime/files/saveOutput.ts";
import { openDatabase } from "../../../src/runtime/store/database.ts";
import { ObjectStore } from "../../../src/runtime/store/objectStore.ts";
import { putFile } from "../../../src/runtime/vectorStores/storeFiles.ts";

const folder = mkdtempSync(join(tmpdir(), "disk-full-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("a disk that is full while a file is read: the file waits, nothing is lost, and it is read when there is room", async () => {
  const database = await openDatabase(join(folder, "runtime.db"));
  const store = new ObjectStore(database);
  const log: string[] = [];
  const around = { store, clock: systemClock, log: (line: string): void => void log.push(line) };
  const files = openFiles({ ...around, database, directory: join(folder, "files") });
  const words = "The disk is full of words. ".repeat(20_000);
  const { id } = await saveOutput("words.txt", Readable.from([words]), { ...around, files });
  // SQLite then says what it says when the disk is full.
  const pages = Number(database.prepare("PRAGMA page_count").get()?.["page_count"]);
  database.exec(`PRAGMA max_page_count = ${pages + 8}`);
  putFile("vs_1", { file_id: id }, { ...around, files });
  await until(() => log.some((line) => /stopped|could not be read/.test(line)));
  assert.match(log.join("\n"), /full/);
  assert.notEqual(store.get("vector_store_file", id, "vs_1")?.status, "completed");
  database.exec("PRAGMA max_page_count = 1000000");
  if (store.get("vector_store_file", id, "vs_1")?.status === "failed")
    putFile("vs_1", { file_id: id }, { ...around, files });
  files.ingest.wake();
  await until(() => store.get("vector_store_file", id, "vs_1")?.status === "completed");
  const text = files.chunks.chunksOf("vs_1", id).map((chunk) => chunk.text.slice(chunk.repeated));
  assert.equal(text.join(""), words);
  await files.stop();
  store.close();
});

async function until(done: () => boolean): Promise<void> {
  const patience = AbortSignal.timeout(40_000);
  while (!done()) {
    assert.ok(!patience.aborted, `never came true: ${String(done)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
