import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { applyDocuments } from "../../../src/core/documents/applyDocuments.ts";
import type { DocumentsApplied } from "../../../src/core/documents/applyDocuments.ts";
import { makeDocumentPlan } from "../../../src/core/documents/makeDocumentPlan.ts";
import { patienceMs } from "../../../src/core/documents/readBack.ts";
import { StoreLists } from "../../../src/core/documents/storeLists.ts";
import type { VectorStore, VectorStoreFile } from "../../../src/core/wire.ts";
import { DocumentWorld } from "./documentWorld.ts";
import { fakePorts } from "./fakeStores.ts";

/** Syncs one file as it is when it is saved, against a list that was read before. */
async function syncSaved(
  world: DocumentWorld,
  path: string,
  remote: readonly VectorStoreFile[],
): Promise<DocumentsApplied> {
  const { scan, ...input } = await world.input();
  world.stores.calls.length = 0;
  const few = { ...input, remote, scan: { files: scan.files.filter((file) => file.path === path), skipped: [] } };
  const plan = makeDocumentPlan(few, { keepRemoved: true });
  return applyDocuments(plan, few, fakePorts(world.stores, world), { onlyTouched: true });
}

async function filledWorld(count: number): Promise<{ world: DocumentWorld; remote: readonly VectorStoreFile[] }> {
  const world = new DocumentWorld();
  for (let index = 0; index < count; index += 1) world.write(`${index}.md`, `text ${index}`);
  const { remote } = await world.sync();
  assert.ok(remote !== null && remote.length === count);
  return { world, remote };
}

describe("a sync of one saved file", () => {
  it("reads that file again, and not the store", async () => {
    const { world, remote } = await filledWorld(250);
    world.write("7.md", "another text");
    const applied = await syncSaved(world, "7.md", remote);
    assert.deepEqual([applied.failures, applied.difference, applied.detached.length], [[], [], 1]);
    assert.equal(world.content()["7.md"], "another text");
    assert.equal(world.stores.calls.includes("listStoreFiles"), false);
    assert.equal(world.stores.calls.filter((name) => name === "retrieveStoreFile").length, 1);
    const { remote: whole } = await world.input();
    const ids = (files: readonly VectorStoreFile[] | null): readonly string[] =>
      (files ?? []).map(({ id }) => id).toSorted();
    assert.deepEqual(ids(applied.remote), ids(whole));
  });

  it("waits until the server has read it, and keeps the old version when it cannot", async () => {
    const { world, remote } = await filledWorld(2);
    world.write("1.md", "broken");
    world.stores.ingest = (content) => (content === "broken" ? "The file could not be read." : null);
    const applied = await syncSaved(world, "1.md", remote);
    assert.deepEqual(applied.failures, [{ path: "1.md", message: "The file could not be read." }]);
    assert.equal(applied.remote?.length, 3);
  });

  it("does not wait without end for a server that goes on reading", async () => {
    const { world, remote } = await filledWorld(2);
    world.write("1.md", "endless");
    world.stores.slow = (content) => content === "endless";
    const began = world.stores.clock.now;
    const applied = await syncSaved(world, "1.md", remote);
    assert.ok(world.stores.clock.now - began >= patienceMs && world.stores.clock.now - began < 2 * patienceMs);
    assert.deepEqual(
      applied.difference?.map(({ kind }) => kind),
      ["reading"],
    );
    assert.deepEqual([applied.done, applied.failures, applied.remote?.length], [[], [], 3]);
  });

  it("a file that is taken out while it is read is told, and a store that is deleted", async () => {
    const { world, remote } = await filledWorld(2);
    const { stores } = world;
    world.write("1.md", "short-lived");
    stores.before = (name) => {
      if (name !== "retrieveStoreFile") return;
      for (const { files } of stores.stores.values()) files.delete([...files.keys()].at(-1) ?? "");
    };
    const taken = await syncSaved(world, "1.md", remote);
    assert.deepEqual(
      taken.difference?.map(({ kind }) => kind),
      ["changed"],
    );
    stores.before = (name) => {
      if (name === "retrieveStoreFile") stores.stores.clear();
    };
    world.write("1.md", "third");
    const gone = await syncSaved(world, "1.md", remote);
    assert.match(gone.stopped?.message ?? "", /was deleted on the connection meanwhile/);
    assert.equal(gone.remote, null);
  });
});

describe("lists of stores", () => {
  const file = (id: string): VectorStoreFile => ({ id }) as VectorStoreFile;
  const store = (id: string, total: number): VectorStore => ({ id, file_counts: { total } }) as VectorStore;

  it("are believed for a while, by connection and store, as long as the number of files agrees", () => {
    let now = 0;
    const lists = new StoreLists(() => now);
    assert.equal(lists.known("a", store("vs_1", 0)), null);
    lists.read("a", "vs_1", [file("1"), file("2")]);
    assert.equal(lists.known("a", store("vs_1", 2))?.length, 2);
    assert.equal(lists.known("b", store("vs_1", 2)), null);
    assert.equal(lists.known("a", store("vs_1", 3)), null);
    now = 9 * 60_000;
    lists.changed("a", "vs_1", [file("1"), file("3"), file("4")]);
    assert.equal(lists.known("a", store("vs_1", 3))?.length, 3);
    now = 11 * 60_000;
    assert.equal(lists.known("a", store("vs_1", 3)), null);
  });

  it("are forgotten when what a store has is not known, and when there are many", () => {
    const lists = new StoreLists(() => 0);
    lists.changed("a", "vs_0", [file("1")]);
    assert.equal(lists.known("a", store("vs_0", 1)), null);
    lists.read("a", "vs_0", [file("1")]);
    lists.changed("a", "vs_0", null);
    assert.equal(lists.known("a", store("vs_0", 1)), null);
    for (let index = 0; index < 9; index += 1) lists.read("a", `vs_${index}`, [file("1")]);
    assert.deepEqual(
      [0, 1, 8].map((index) => lists.known("a", store(`vs_${index}`, 1)) === null),
      [true, false, false],
    );
    lists.forget();
    assert.equal(lists.known("a", store("vs_8", 1)), null);
  });
});
