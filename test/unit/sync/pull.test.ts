import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { connectionIn } from "../../../src/core/sync/lock.ts";
import { matchAll } from "../../../src/core/sync/syncInput.ts";
import { textWith } from "../../../src/core/sync/textWith.ts";
import { FakeProvider } from "./fakeProvider.ts";
import { World } from "./world.ts";

const path = "agents/a.assistant.yaml";

async function synced(): Promise<{ readonly world: World; readonly provider: FakeProvider; readonly id: string }> {
  const provider = new FakeProvider();
  const world = new World(provider, () => Promise.resolve([...provider.assistants.values()]));
  world.stores.set("docs", {
    name: "docs",
    include: ["*"],
    globAttributes: [],
    exclude: [],
    gitignore: true,
    allowSecrets: [],
    chunkingStrategy: null,
    expiresAfter: null,
    attributes: {},
  });
  world.files.set(
    path,
    "name: A # c\nmodel: m\ninstructions: { file: a.md }\ntools:\n  - type: code_interpreter\n  - type: file_search\n  - type: function\n    function: { name: f, description: Does, strict: false }\n    handler: { command: [x] }\ntool_resources:\n  code_interpreter: { files: [a.csv, b.csv] }\n  file_search: { vector_store: docs }\n",
  );
  world.files.set("agents/a.md", "One.\n");
  world.files.set("agents/a.csv", "1\n");
  world.files.set("agents/b.csv", "22\n");
  await world.sync("push");
  const [id] = [...provider.assistants.keys()];
  return { world, provider, id: id ?? assert.fail("nothing was pushed") };
}

function change(provider: FakeProvider, id: string, fields: object): void {
  provider.assistants.set(id, { ...(provider.assistants.get(id) ?? assert.fail()), ...fields });
}

describe("a pull", () => {
  it("writes tools by name, ids as the paths and names that they are, and leaves the rest", async () => {
    const { world, provider, id } = await synced();
    const [first = "", second = ""] = provider.files.map((file) => file.id);
    change(provider, id, {
      tools: [
        { type: "code_interpreter" },
        { type: "function", function: { name: "f", description: "Does more" } },
        {
          type: "function",
          function: { name: "g", parameters: { type: "object", properties: { a: { type: "string" } } } },
        },
      ],
      tool_resources: { code_interpreter: { file_ids: [second, "file-theirs"] } },
    });
    assert.notEqual(first, second);
    assert.deepEqual(
      (await world.sync("pull")).map(({ result }) => result),
      ["done"],
    );
    assert.equal(
      world.files.get(path),
      "name: A # c\nmodel: m\ninstructions: { file: a.md }\ntools:\n  - type: code_interpreter\n  - type: function\n    function: { name: f, description: Does more, strict: false }\n    handler: { command: [x] }\n  - type: function\n    function:\n      name: g\n      parameters:\n        type: object\n        properties:\n          a:\n            type: string\ntool_resources:\n  code_interpreter: { files: [b.csv], file_ids: [file-theirs] }\n",
    );
    assert.deepEqual(
      (await world.states()).map(({ state }) => state),
      ["in sync"],
    );
    assert.deepEqual((await world.plan("push")).actions, []);
  });

  it("uploads a file again only when its content changed", async () => {
    const { world, provider } = await synced();
    assert.equal(provider.files.length, 2);
    world.files.set("agents/b.csv", "333\n");
    const plan = await world.plan("push");
    assert.deepEqual(
      plan.actions.map((action) => (action.kind === "update" ? action.needs : [])),
      [[{ kind: "upload", path: "agents/b.csv" }]],
    );
    await world.sync("push");
    assert.equal(provider.files.length, 3);
    assert.deepEqual((await world.plan("push")).actions, []);
  });

  it("interrupted at each write of a file or of the lock: the next pull converges", async () => {
    for (let crash = 0; crash < 3; crash += 1) {
      const { world, provider, id } = await synced();
      change(provider, id, { instructions: "Two.\n", temperature: 0.5 });
      let write = 0;
      const fail = (): void => {
        write += 1;
        if (write > crash) throw new Error("injected: the process is gone");
      };
      [world.onFileWrite, world.onLockWrite] = [fail, fail];
      await world.sync("pull").catch((error: unknown) => assert.match(String(error), /cannot be written/));
      [world.onFileWrite, world.onLockWrite] = [() => undefined, () => undefined];
      assert.ok(write > crash, "there is such a write");
      await world.sync("pull");
      assert.equal(world.files.get("agents/a.md"), "Two.\n");
      assert.match(world.files.get(path) ?? "", /^temperature: 0.5$/m);
      assert.deepEqual(
        [(await world.states())[0]?.state, (await world.plan("push")).actions],
        ["in sync", []],
        `crash ${crash}`,
      );
    }
  });

  it("of an assistant without a file, interrupted after the file: it is linked, and never made a second time", async () => {
    const provider = new FakeProvider();
    const world = new World(provider, () => Promise.resolve([...provider.assistants.values()]));
    provider.add({ name: "Other", metadata: { team: "x" } });
    let writes = 0;
    world.onLockWrite = () => {
      writes += 1;
      if (writes === 2) throw new Error("injected: the process is gone");
    };
    await assert.rejects(world.sync("pull", { newFiles: "all" }));
    world.onLockWrite = () => undefined;
    assert.deepEqual(
      (await world.states()).map(({ state, path: at }) => [state, at]),
      [["in sync", "other.assistant.yaml"]],
    );
    await world.sync("push");
    assert.equal(provider.assistants.size, 1);
    assert.deepEqual((await world.plan("push")).actions, []);
  });

  it("a file that moved is proposed for its assistant, and keeps its history when that is confirmed", async () => {
    const { world, provider, id } = await synced();
    for (const name of [path, "agents/a.md", "agents/a.csv", "agents/b.csv"]) {
      world.files.set(name.replace("agents", "moved"), world.files.get(name) ?? "");
      world.files.delete(name);
    }
    const moved = "moved/a.assistant.yaml";
    const asked = await world.plan("push", { deletes: true, only: new Set([moved]) });
    assert.deepEqual(
      asked.actions.map((action) =>
        action.kind === "choose" ? action.proposals.map(({ reason, from }) => [reason, from]) : [],
      ),
      [[["moved", path]]],
    );
    await world.sync("push", { deletes: true, links: new Map([[moved, id]]) });
    assert.equal(provider.assistants.size, 1);
    assert.deepEqual(
      (await world.states()).map(({ state, path: at }) => [state, at]),
      [["in sync", moved]],
    );
  });

  it("shows the definition as it would be with the assistant's fields, or with the base's, in its own layout", async () => {
    const { world, provider, id } = await synced();
    const before = world.files.get(path) ?? "";
    change(provider, id, { name: "Theirs", instructions: "Two.\n" });
    world.files.set(path, before.replace("name: A", "name: Mine"));
    const input = await world.input();
    const [match] = matchAll(input).matches;
    assert.ok(match?.local != null && match.entry?.base != null);
    const lock = connectionIn(input.lock, "test");
    const theirs = textWith(match.local, match.here, match.there, lock);
    assert.deepEqual(theirs, { definition: before.replace("name: A", "name: Theirs"), instructions: "Two.\n" });
    assert.deepEqual(textWith(match.local, match.here, match.entry.base, lock), {
      definition: before,
      instructions: "One.\n",
    });
  });
});
