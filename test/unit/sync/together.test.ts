import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { FakeProvider } from "./fakeProvider.ts";
import { World } from "./world.ts";

describe("a plan that is carried out after another of the same folder", () => {
  const made = (): { readonly world: World; readonly provider: FakeProvider } => {
    const provider = new FakeProvider();
    const world = new World(provider, () => Promise.resolve([...provider.assistants.values()]));
    for (const name of ["a", "b"]) world.files.set(`${name}.assistant.yaml`, `name: ${name}\nmodel: m\n`);
    return { world, provider };
  };

  it("makes nothing a second time", async () => {
    const { world, provider } = made();
    const input = await world.input();
    const plan = await world.plan("push");
    await world.apply(plan, input);
    const lock = world.lock;
    const outcomes = await world.apply(plan, input);
    assert.deepEqual(
      outcomes.map(({ result }) => result),
      ["conflict", "conflict"],
    );
    assert.equal(provider.assistants.size, 2);
    assert.equal(world.lock, lock);
    assert.equal((await world.plan("push")).actions.length, 0);
  });

  it("does its own part, and keeps what the other has recorded", async () => {
    const { world, provider } = made();
    const input = await world.input();
    const [one, other] = [
      await world.plan("push", { only: new Set(["a.assistant.yaml"]) }),
      await world.plan("push", { only: new Set(["b.assistant.yaml"]) }),
    ];
    await world.apply(one, input);
    assert.deepEqual(
      (await world.apply(other, input)).map(({ result }) => result),
      ["done"],
    );
    assert.equal(provider.assistants.size, 2);
    assert.equal((await world.plan("push")).actions.length, 0);
    assert.ok((await world.states()).every(({ state }) => state === "in sync"));
  });
});
