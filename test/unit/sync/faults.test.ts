import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { StoreDefinition } from "../../../src/core/vectorStoreDefinition/storeDefinition.ts";
import { FakeProvider } from "./fakeProvider.ts";
import type { Fault } from "./fakeProvider.ts";
import { World } from "./world.ts";

const count = 50;
const docs: StoreDefinition = {
  name: "docs",
  include: ["*"],
  globAttributes: [],
  exclude: [],
  gitignore: true,
  allowSecrets: [],
  chunkingStrategy: null,
  expiresAfter: null,
  attributes: {},
};

/** 50 definitions: 40 new (some with a file, some with a store), 5 changed since they were synced, 5 deleted. */
async function prepared(): Promise<{ readonly world: World; readonly provider: FakeProvider }> {
  const provider = new FakeProvider();
  const world = new World(provider, () => Promise.resolve([...provider.assistants.values()]));
  world.stores.set("docs", docs);
  for (let index = 0; index < 10; index += 1)
    world.files.set(`old-${index}.assistant.yaml`, `name: Old ${index}\nmodel: m\n`);
  await world.sync("push");
  for (let index = 0; index < 10; index += 1) {
    const path = `old-${index}.assistant.yaml`;
    if (index < 5) world.files.set(path, `name: Old ${index}\nmodel: m\ndescription: changed\n`);
    else world.files.delete(path);
  }
  for (let index = 0; index < 40; index += 1) {
    const lines = [`name: New ${index}`, "model: m"];
    if (index % 7 === 0)
      lines.push(
        "tools: [{ type: code_interpreter }]",
        `tool_resources: { code_interpreter: { files: [./data-${index % 2}.csv] } }`,
      );
    if (index % 7 === 1)
      lines.push("tools: [{ type: file_search }]", "tool_resources: { file_search: { vector_store: docs } }");
    world.files.set(`new-${index}.assistant.yaml`, `${lines.join("\n")}\n`);
  }
  world.files.set("data-0.csv", "a,b\n");
  world.files.set("data-1.csv", "a,b,c\n");
  provider.requests = 0;
  return { world, provider };
}

function assertConverged(provider: FakeProvider, story: string): void {
  const names = [...provider.assistants.values()].map(({ name }) => String(name)).toSorted();
  const wanted = [
    ...Array.from({ length: 40 }, (_, index) => `New ${index}`),
    ...Array.from({ length: 5 }, (_, index) => `Old ${index}`),
  ].toSorted();
  assert.deepEqual(names, wanted, story);
  assert.deepEqual([provider.files.length, provider.stores.length], [2, 1], story);
  for (const { name, description } of provider.assistants.values())
    if (name?.startsWith("Old") === true) assert.equal(description, "changed", story);
}

const clean = await prepared();
const outcomes = await clean.world.sync("push", { deletes: true });
const requests = clean.provider.requests;

describe(`a push of ${count} definitions, interrupted`, () => {
  it("goes through without a fault, in as few requests as it needs, and is then a no-op", async () => {
    assert.deepEqual([...new Set(outcomes.map(({ result }) => result))], ["done"]);
    assert.equal(outcomes.length, count);
    // One for each creation, two for each update and delete, two uploads, one store.
    assert.equal(requests, 40 + 10 * 2 + 2 + 1);
    assertConverged(clean.provider, "no fault");
    assert.deepEqual((await clean.world.plan("push", { deletes: true })).actions, []);
    assert.deepEqual((await clean.world.plan("pull")).actions, []);
  });

  for (const done of [false, true]) {
    it(`at each of ${requests} requests (${done ? "the server did it, the answer was lost" : "it never arrived"}): the next push converges`, async () => {
      for (let request = 0; request < requests; request += 1) {
        const { world, provider } = await prepared();
        const fault: Fault = { request, done };
        provider.fault = fault;
        const first = await world.sync("push", { deletes: true });
        assert.equal(first.filter(({ result }) => result === "failed").length, 1, `request ${request}`);
        provider.fault = null;
        const second = await world.sync("push", { deletes: true });
        const story = `request ${request}: ${JSON.stringify(second.filter(({ result }) => result !== "done"))}`;
        assert.ok(
          second.every(({ result }) => result === "done"),
          story,
        );
        assertConverged(provider, story);
        assert.deepEqual((await world.plan("push", { deletes: true })).actions, [], story);
      }
    });
  }

  it("by a server that stays away: nothing more is tried, and the next push converges", async () => {
    for (let request = 0; request < requests; request += 7) {
      const { world, provider } = await prepared();
      provider.fault = { request, done: true, stays: true };
      const first = await world.sync("push", { deletes: true });
      const results = first.map(({ result }) => result);
      const failed = results.indexOf("failed");
      assert.equal(provider.requests, request + 1, `request ${request}`);
      assert.deepEqual([...new Set(results.slice(0, failed))], failed === 0 ? [] : ["done"]);
      assert.ok(
        results.slice(failed + 1).every((result) => result === "not reached"),
        results.join(),
      );
      provider.fault = null;
      await world.sync("push", { deletes: true });
      assertConverged(provider, `request ${request}`);
    }
  });

  it("a creation of which the answer was lost, and then its file changed: the assistant is found, and gets the new one", async () => {
    const provider = new FakeProvider();
    const world = new World(provider, () => Promise.resolve([...provider.assistants.values()]));
    const tools = "tools: [{ type: code_interpreter }]\ntool_resources: { code_interpreter: { files: [./d.csv] } }\n";
    world.files.set("a.assistant.yaml", `name: A\nmodel: m\n${tools}`);
    world.files.set("d.csv", "a\n");
    // The upload, then the creation.
    provider.fault = { request: 1, done: true };
    await world.sync("push");
    provider.fault = null;
    world.files.set("d.csv", "b\n");
    assert.deepEqual(
      (await world.states()).map(({ state }) => state),
      ["changed here"],
    );
    assert.deepEqual(
      (await world.sync("push")).map(({ result }) => result),
      ["done"],
    );
    assert.equal(provider.assistants.size, 1);
    const [made] = provider.assistants.values();
    assert.deepEqual(made?.tool_resources?.code_interpreter?.file_ids, [provider.files.at(-1)?.id]);
  });

  it("an upload that never arrived is not taken for another file of its name and size", async () => {
    const provider = new FakeProvider();
    const world = new World(provider, () => Promise.resolve([...provider.assistants.values()]));
    const files = "files: [./one/d.csv, ./two/d.csv]";
    world.files.set(
      "a.assistant.yaml",
      `name: A\nmodel: m\ntools: [{ type: code_interpreter }]\ntool_resources: { code_interpreter: { ${files} } }\n`,
    );
    world.files.set("one/d.csv", "1\n");
    world.files.set("two/d.csv", "2\n");
    provider.fault = { request: 1, done: false };
    await world.sync("push");
    provider.fault = null;
    await world.sync("push");
    assert.equal(provider.files.length, 2);
    const [made] = provider.assistants.values();
    assert.equal(made?.tool_resources?.code_interpreter?.file_ids?.length, 2);
  });

  it("what somebody else deleted meanwhile is deleted: that is no conflict", async () => {
    const { world, provider } = await prepared();
    const input = await world.input();
    const plan = await world.plan("push", { deletes: true });
    const removed = plan.actions.find(({ kind }) => kind === "delete");
    assert.ok(removed?.kind === "delete");
    provider.assistants.delete(removed.remoteId);
    const done = await world.apply(plan, input);
    assert.equal(done.find(({ action }) => action.path === removed.path)?.result, "done");
    assert.deepEqual((await world.plan("push", { deletes: true })).actions, []);
  });

  it("by a crash at each write of the lock: the next push converges", async () => {
    let writes = 0;
    const counted = await prepared();
    counted.world.onLockWrite = () => void (writes += 1);
    await counted.world.sync("push", { deletes: true });
    assert.ok(writes > count);
    for (let crash = 0; crash < writes; crash += 1) {
      const { world, provider } = await prepared();
      let write = 0;
      world.onLockWrite = () => {
        write += 1;
        if (write > crash) throw new Error("injected: the process is gone");
      };
      await assert.rejects(world.sync("push", { deletes: true }), /cannot be written/);
      world.onLockWrite = () => undefined;
      await world.sync("push", { deletes: true });
      assertConverged(provider, `write ${crash}`);
      assert.deepEqual((await world.plan("push", { deletes: true })).actions, [], `write ${crash}`);
    }
  });
});
