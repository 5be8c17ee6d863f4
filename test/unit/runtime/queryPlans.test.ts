/** No statement of the store may look at every row: that costs nothing in a test and seconds in a year-old data directory. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "../../../src/runtime/clock.ts";
import { newRun } from "../../../src/runtime/engine/newRun.ts";
import type { Assistant, Thread } from "../../../src/runtime/objects.ts";
import { openDatabase } from "../../../src/runtime/store/database.ts";
import { ObjectStore } from "../../../src/runtime/store/objectStore.ts";

const assistant = { id: "asst_1", object: "assistant", created_at: 1, model: "m", tools: [] } as unknown as Assistant;
const thread: Thread = { id: "thread_1", object: "thread", created_at: 1, tool_resources: {}, metadata: {} };

/** The plan of every statement that `work` prepares. */
async function plansOf(work: (store: ObjectStore) => void): Promise<string[]> {
  const database = await openDatabase(":memory:");
  const seen: string[] = [];
  const prepare = database.prepare.bind(database);
  database.prepare = (sql) => {
    seen.push(sql);
    return prepare(sql);
  };
  work(new ObjectStore(database));
  return seen
    .filter((sql) => !sql.startsWith("INSERT"))
    .map((sql) =>
      prepare(`EXPLAIN QUERY PLAN ${sql}`)
        .all()
        .map((row) => `${sql}: ${String(row["detail"])}`)
        .join("\n"),
    );
}

test("what happens in every request and every run finds its rows by an index made for it", async () => {
  const plans = await plansOf((store) => {
    const run = newRun(assistant, thread.id, {}, systemClock);
    store.insert("thread", thread);
    store.insert("run", run, { parent: thread.id });
    store.update("run", run);
    store.setExtra(run.id, {});
    store.getExtra(run.id);
    store.get("run", run.id);
    store.get("run", run.id, thread.id);
    store.activeRun(thread.id);
    store.unfinishedRuns();
    store.all("step", run.id);
    for (const order of ["asc", "desc"] as const) {
      const query = { parent: thread.id, order, limit: 20 };
      store.list("run", query);
      store.list("run", { ...query, after: run.id });
      store.list("run", { ...query, before: run.id });
      store.list("message", { ...query, run: run.id });
    }
    store.deleteTree("thread", thread.id);
  });
  assert.ok(plans.length > 12);
  for (const plan of plans) {
    assert.doesNotMatch(plan, /SCAN objects(?! USING INDEX one_active_run)/);
    assert.doesNotMatch(plan, /\(kind=\?\)/, "the kind alone finds half of the file");
    if (/status IN/.test(plan)) assert.match(plan, /one_active_run/);
    if (/ run = \?/.test(plan)) assert.match(plan, /messages_of_run/);
  }
});
