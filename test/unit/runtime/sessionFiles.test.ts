import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "../../../src/runtime/clock.ts";
import type { FileObject, Message, Run, Thread } from "../../../src/runtime/objects.ts";
import { keepMade } from "../../../src/runtime/python/madeFiles.ts";
import { sessionFiles } from "../../../src/runtime/python/sessionFiles.ts";
import { openDatabase } from "../../../src/runtime/store/database.ts";
import { ObjectStore } from "../../../src/runtime/store/objectStore.ts";
import type { ToolContext } from "../../../src/runtime/tools/port.ts";

interface Place {
  readonly context: ToolContext;
  readonly store: ObjectStore;
  /** Stores a file under its name and attaches it to the thread. */
  attach(id: string, filename: string): void;
  /** Stores a file as a program of the run wrote it; `given`: what was attached then. */
  make(id: string, path: string, given?: readonly string[]): void;
  /** What an earlier version kept of a file that a program made: a message with it. */
  handOut(id: string, filename: string): void;
  paths(): Record<string, string>;
}

async function place(): Promise<Place> {
  const store = new ObjectStore(await openDatabase(":memory:"));
  const attached: string[] = [];
  const thread = { id: "thread_1", object: "thread", created_at: 1, metadata: null } as Thread;
  store.insert("thread", { ...thread, tool_resources: null });
  const run = { id: "run_1", thread_id: "thread_1", tool_resources: {} } as Run;
  const context = { run, store, clock: systemClock } as ToolContext;
  const put = (id: string, filename: string, purpose: FileObject["purpose"]): FileObject => {
    const file = { id, object: "file", filename, purpose, bytes: 1, created_at: 1 } as FileObject;
    store.insert("file", file);
    return file;
  };
  return {
    context,
    store,
    attach(id, filename) {
      put(id, filename, "assistants");
      attached.push(id);
      store.update("thread", { ...thread, tool_resources: { code_interpreter: { file_ids: [...attached] } } });
    },
    make(id, path, given = [...attached]) {
      keepMade(path, put(id, path.split("/").at(-1) ?? "", "assistants_output").id, given, context);
    },
    handOut(id, filename) {
      put(id, filename, "assistants_output");
      const attachments = [{ file_id: id, tools: [{ type: "code_interpreter" as const }] }];
      const message = { id: `msg_${id}`, object: "thread.message", role: "assistant", created_at: 1, attachments };
      store.insert("message", message as Message, { parent: "thread_1" });
    },
    paths: () => Object.fromEntries(sessionFiles(context).map(({ path, id }) => [path, id])),
  };
}

test("what programs wrote is at its whole path, beside an attached file of the same name", async () => {
  const { attach, make, paths } = await place();
  attach("original", "data.csv");
  make("cleaned", "/mnt/data/clean/data.csv");
  make("top", "/mnt/data/r.txt");
  make("deep", "/mnt/data/out/r.txt");
  assert.deepEqual(paths(), {
    "/mnt/data/data.csv": "original",
    "/mnt/data/clean/data.csv": "cleaned",
    "/mnt/data/r.txt": "top",
    "/mnt/data/out/r.txt": "deep",
  });
});

test("a program may write over what it was given; what is attached afterwards has its name, and nothing is lost", async () => {
  const { attach, make, paths, context } = await place();
  attach("first", "report.csv");
  make("old", "/mnt/data/report.csv");
  make("edited", "/mnt/data/report.csv");
  assert.deepEqual(paths(), { "/mnt/data/report.csv": "edited" });
  const other = await place();
  other.make("made", "/mnt/data/report.csv");
  other.attach("corrected", "report.csv");
  assert.deepEqual(other.paths(), { "/mnt/data/report.csv": "corrected", "/mnt/data/report (2).csv": "made" });
  assert.equal(sessionFiles(other.context)[1]?.writtenTo, "/mnt/data/report.csv");
  assert.equal(sessionFiles(context)[0]?.writtenTo, undefined);
  // Now it was given, and may be written over.
  other.make("fixed", "/mnt/data/report.csv");
  assert.deepEqual(other.paths(), { "/mnt/data/report.csv": "fixed" });
});

test("a file that is deleted leaves the one that was written there before; a deleted thread leaves nothing", async () => {
  const { make, paths, store } = await place();
  make("one", "/mnt/data/a.txt");
  make("two", "/mnt/data/a.txt");
  store.delete("file", "two", "");
  assert.deepEqual(paths(), { "/mnt/data/a.txt": "one" });
  store.deleteTree("thread", "thread_1");
  assert.deepEqual(store.all("made_file", "thread_1"), []);
});

test("files of earlier versions, which kept their names only, are there, and take nobody's path", async () => {
  const { attach, make, handOut, paths } = await place();
  attach("original", "data.csv");
  handOut("version1", "data.csv");
  handOut("version2", "data.csv");
  handOut("total", "total.txt");
  make("now", "/mnt/data/total.txt");
  assert.deepEqual(paths(), {
    "/mnt/data/data.csv": "original",
    "/mnt/data/total.txt": "now",
    "/mnt/data/data (2).csv": "version2",
    "/mnt/data/total (2).txt": "total",
  });
});
