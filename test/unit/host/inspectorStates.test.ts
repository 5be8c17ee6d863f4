import assert from "node:assert/strict";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { InspectorStates } from "../../../src/host/retrieval/inspectorStates.ts";
import type { Log } from "../../../src/host/log.ts";
import { one } from "../../ui/page/inspectorScenes.ts";

test("what inspectors show is kept by their ids, the last state of several, and forgotten when they are closed", async () => {
  const folder = await mkdtemp(join(tmpdir(), "inspectors-"));
  const errors: string[] = [];
  const log = { error: (text: string) => errors.push(text) } as unknown as Log;
  try {
    const states = new InspectorStates(join(folder, "deep"), log);
    assert.equal(await states.read("a"), null);
    for (let count = 0; count < 50; count += 1) states.keep({ ...one(), id: "a", question: `question ${count}` });
    states.keep({ ...one(), id: "b" });
    await states.flush();
    assert.equal((await states.read("a"))?.question, "question 49");
    assert.deepEqual(await readdir(join(folder, "deep")), ["a.json", "b.json"]);
    states.keep({ ...one(), id: "b" });
    await states.forget("b");
    assert.equal(await states.read("b"), null);
    assert.deepEqual(errors, []);
    await writeFile(join(folder, "deep", "a.json"), "{half");
    assert.equal(await states.read("a"), null);
    assert.equal(errors.length, 1);
    for (let count = 0; count < 30; count += 1) states.keep({ ...one(), id: `p${count}` });
    await states.flush();
    assert.equal((await readdir(join(folder, "deep"))).length, 20);
    states.keep({ ...one(), id: "../../outside" });
    await states.flush();
    assert.deepEqual(await readdir(folder), ["deep"]);
  } finally {
    await rm(folder, { recursive: true });
  }
});
