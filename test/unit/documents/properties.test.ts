import assert from "node:assert/strict";
import { test } from "node:test";

import { planChanges } from "../../../src/core/documents/documentPlan.ts";
import { ProviderError } from "../../../src/core/provider.ts";
import { Random } from "../core/random.ts";
import { DocumentWorld, plainDefinition } from "./documentWorld.ts";

const names = [
  "a.md",
  "b.md",
  "A.md",
  "guide/é.md",
  "guide/e\u0301.md",
  "名前.txt",
  "deep/er/est/x.js",
  "x.xlsx",
  "y.MD",
];

function edit(world: DocumentWorld, random: Random): void {
  const path = random.pick(names);
  switch (random.below(5)) {
    case 0:
      return world.delete(path);
    case 1: {
      const from = random.pick(names);
      const text = world.files.get(from);
      if (text === undefined) return;
      world.delete(from);
      return world.write(path, text);
    }
    case 2:
      world.definition = { ...plainDefinition, attributes: random.chance(0.5) ? { team: `t${random.below(2)}` } : {} };
      return;
    case 3:
      world.definition = {
        ...world.definition,
        chunkingStrategy: random.chance(0.5)
          ? null
          : { type: "static", static: { max_chunk_size_tokens: 100 + random.below(2), chunk_overlap_tokens: 0 } },
      };
      return;
    default:
      return world.write(path, random.chance(0.1) ? "" : `text ${random.below(5)}`);
  }
}

/** What the store must have: every file that can be uploaded, by its composed name. */
function wanted(world: DocumentWorld): Readonly<Record<string, string>> {
  const files = new Map<string, string>();
  for (const [path, text] of [...world.files].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const key = path.normalize("NFC");
    if (text !== "" && !path.endsWith(".xlsx") && !files.has(key)) files.set(key, text);
  }
  return Object.fromEntries(files);
}

test("after random edits and syncs the store has what the folder has, and a second plan changes nothing", async () => {
  for (let seed = 1; seed <= 150; seed += 1) {
    const random = new Random(seed);
    const world = new DocumentWorld();
    for (let round = 0; round < 4; round += 1) {
      for (let count = random.below(8); count >= 0; count -= 1) edit(world, random);
      const applied = await world.sync();
      const story = `seed ${seed}, round ${round}: ${JSON.stringify(applied.failures)}`;
      assert.deepEqual(applied.stopped, null, story);
      assert.deepEqual(applied.difference, [], story);
      assert.deepEqual({ ...world.content() }, { ...wanted(world) }, story);
      assert.equal(planChanges(await world.plan()), false, story);
    }
  }
});

test("whatever a server has not read yet when a sync ends, the next one goes on: old versions leave, nothing is sent twice", async () => {
  for (let seed = 1; seed <= 60; seed += 1) {
    const random = new Random(seed);
    const world = new DocumentWorld();
    for (let round = 0; round < 3; round += 1) {
      for (let count = random.below(6); count >= 0; count -= 1) edit(world, random);
      const unread = new Set(Array.from({ length: 2 }, () => `text ${random.below(5)}`));
      world.stores.slow = (content) => unread.has(content);
      const story = `seed ${seed}, round ${round}`;
      const first = await world.sync();
      assert.ok(
        (first.difference ?? []).every(({ kind }) => kind === "reading"),
        `${story}: ${JSON.stringify(first.difference)}`,
      );
      const uploads = world.stores.uploads.size;
      world.stores.slow = () => false;
      const second = await world.sync();
      assert.deepEqual([second.stopped, second.failures, second.difference], [null, [], []], story);
      assert.equal(world.stores.uploads.size, uploads, story);
      assert.deepEqual({ ...world.content() }, { ...wanted(world) }, story);
      const files = world.stores.stores.get(second.storeId ?? "")?.files.size;
      assert.equal(files, Object.keys(wanted(world)).length, story);
      assert.equal(planChanges(await world.plan()), false, story);
    }
  }
});

test("a fault at every request, before or after it is carried out, twice in a row or for good: the next sync converges", async () => {
  const prepared = async (): Promise<DocumentWorld> => {
    const world = new DocumentWorld();
    for (const name of ["a", "b", "c", "d", "e"]) world.write(`${name}.md`, `text ${name}`);
    await world.sync();
    world.write("a.md", "changed");
    world.delete("b.md");
    world.write("moved.md", "text b");
    world.delete("c.md");
    world.write("new.md", "text new");
    world.write("copy/new.md", "text new");
    world.stores.calls.length = 0;
    return world;
  };
  const clean = await prepared();
  await clean.sync();
  const requests = clean.stores.calls.length;
  assert.ok(requests > 10);
  const kinds = ["server", "rate_limited", "unreachable", "unauthorized"] as const;
  for (const when of ["before", "after"] as const)
    for (const kind of kinds)
      for (const times of [1, 2, 1000])
        for (let at = 0; at < requests; at += 1) {
          const world = await prepared();
          let seen = 0;
          const fault = (): void => {
            seen += 1;
            if (seen > at && seen <= at + times) throw new ProviderError(kind, "Out of order.");
          };
          world.stores[when] = fault;
          const story = `${when} ${kind} ×${times} at ${at}`;
          // A plan that cannot be made is no sync.
          const first = await world.sync().catch((error: unknown) => {
            if (!(error instanceof ProviderError)) throw error;
            return null;
          });
          world.stores.before = () => undefined;
          world.stores.after = () => undefined;
          const second = await world.sync();
          assert.deepEqual([second.stopped, second.failures, second.difference], [null, [], []], story);
          assert.deepEqual({ ...world.content() }, { ...wanted(world) }, `${story} ${JSON.stringify(first?.stopped)}`);
          assert.equal(world.stores.stores.size, 1, story);
          assert.equal(planChanges(await world.plan()), false, story);
        }
});

test("what was sent is not sent again, wherever it is killed", async () => {
  for (let at = 1; at < 40; at += 1) {
    const world = new DocumentWorld();
    for (let index = 0; index < 12; index += 1) world.write(`${index}.md`, `text ${index}`);
    let seen = 0;
    // A kill: no answer arrives any more, and nothing is written any more.
    world.stores.after = () => {
      seen += 1;
      if (seen >= at) throw new Error("killed");
    };
    await world.sync().catch(() => undefined);
    world.stores.after = () => undefined;
    await world.sync();
    assert.deepEqual({ ...world.content() }, { ...wanted(world) }, `killed at ${at}`);
    assert.equal(world.stores.uploads.size, 12, `killed at ${at}`);
    assert.equal(world.stores.stores.size, 1, `killed at ${at}`);
  }
});
