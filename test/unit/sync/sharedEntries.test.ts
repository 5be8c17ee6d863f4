import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { FakeProvider } from "./fakeProvider.ts";
import { World } from "./world.ts";

const path = "a.assistant.yaml";
const text = (instructions: string): string => `name: A\nmodel: m\ninstructions: ${instructions}\n`;

/** Two connections wrote the same entries of a lock once: each had a server of its own, and the entry was the last one's. */
async function shared(): Promise<{
  readonly world: World;
  readonly first: FakeProvider;
  readonly second: FakeProvider;
  /** The world, looking at one of the servers. */
  readonly on: (provider: FakeProvider) => World;
}> {
  const [first, second] = [new FakeProvider("first-"), new FakeProvider("second-")];
  let used = first;
  const world = new World(first, () => Promise.resolve([...used.assistants.values()]));
  const on = (provider: FakeProvider): World => {
    used = provider;
    world.provider = provider;
    return world;
  };
  world.files.set(path, text("one"));
  await on(first).sync("push");
  // On the second server that assistant is gone; it was made anew there.
  assert.deepEqual(
    (await on(second).states()).map(({ state }) => state),
    ["gone there"],
  );
  await on(second).sync("push", { prefer: "here" });
  assert.deepEqual([first.assistants.size, second.assistants.size], [1, 1]);
  return { world, first, second, on };
}

describe("a lock's entry that two connections shared", () => {
  it("is kept by the first: its own assistant is proposed by the marker, and none is made a second time", async () => {
    const { first, on } = await shared();
    const world = on(first);
    world.files.set(path, text("two"));
    const plan = await world.plan("push");
    const [id] = [...first.assistants.keys()];
    assert.deepEqual(
      plan.actions.map((action) =>
        action.kind === "choose" ? action.proposals.map(({ remoteId, reason }) => [remoteId, reason]) : action,
      ),
      [[[id, "marker"]]],
    );
    const outcomes = await world.sync("push", { links: new Map([[path, id ?? null]]) });
    assert.deepEqual(
      outcomes.map(({ result }) => result),
      ["done"],
    );
    assert.equal(first.assistants.size, 1);
    assert.equal(first.assistants.get(id ?? "")?.instructions, "two");
    assert.deepEqual((await world.plan("push")).actions, []);
  });

  it("is nothing to the second, which has a name of its own now: the same, and what was changed there is kept", async () => {
    const { second, on } = await shared();
    const world = on(second);
    world.connection = "test#home";
    const [id, made] = [...second.assistants][0] ?? assert.fail();
    second.assistants.set(id, { ...made, description: "theirs" });
    assert.deepEqual(
      (await world.plan("push")).actions.map(({ kind }) => kind),
      ["choose"],
    );
    // Without an entry nobody knows who changed it.
    const links = new Map([[path, id]]);
    assert.deepEqual(
      (await world.sync("push", { links })).map(({ result }) => result),
      ["conflict"],
    );
    assert.equal(second.assistants.get(id)?.description, "theirs");
    assert.equal(second.assistants.size, 1);
  });

  it("a new one is made where the person says so", async () => {
    const { first, on } = await shared();
    const outcomes = await on(first).sync("push", { links: new Map([[path, null]]), prefer: "here" });
    assert.deepEqual(
      outcomes.map(({ result }) => result),
      ["done"],
    );
    assert.equal(first.assistants.size, 2);
  });
});
