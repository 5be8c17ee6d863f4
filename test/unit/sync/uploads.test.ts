import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";

import { ProviderError } from "../../../src/core/provider.ts";
import type { Outcome } from "../../../src/core/sync/apply.ts";
import { fieldsOf } from "../../../src/core/sync/fields.ts";
import { parseLock } from "../../../src/core/sync/lockText.ts";
import { pendingOf } from "../../../src/core/sync/pending.ts";
import { newDefinitionText } from "../../../src/core/sync/newDefinition.ts";
import type { StoreDefinition } from "../../../src/core/vectorStoreDefinition/storeDefinition.ts";
import { FakeProvider } from "./fakeProvider.ts";
import { World } from "./world.ts";

const minute = 60_000;
const hour = 60 * minute;

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

function withFiles(name: string, resources: string): string {
  return `name: ${name}\nmodel: m\ntools: [{ type: code_interpreter }]\ntool_resources: { code_interpreter: ${resources} }\n`;
}

function withStore(name: string): string {
  return `name: ${name}\nmodel: m\ntools: [{ type: file_search }]\ntool_resources: { file_search: { vector_store: docs } }\n`;
}

interface Setting {
  readonly world: World;
  readonly provider: FakeProvider;
  /** What every upload has, by its id, in the order that they came in. */
  readonly contents: Map<string, string>;
  /** Both clocks. */
  pass(ms: number): void;
  /** Pushes with one request, by its name, that fails. */
  failing(what: string, done: boolean): Promise<readonly Outcome[]>;
  /** What the files are that the assistant of this name has there. */
  filesOf(name: string): readonly (string | undefined)[];
}

function setting(): Setting {
  const provider = new FakeProvider();
  const world = new World(provider, () => Promise.resolve([...provider.assistants.values()]));
  const contents = new Map<string, string>();
  const upload = provider.uploadFile.bind(provider);
  provider.uploadFile = async (given) => {
    const before = provider.files.length;
    try {
      return await upload(given);
    } finally {
      const made = provider.files[before];
      if (made !== undefined) contents.set(made.id, new TextDecoder().decode(given.bytes));
    }
  };
  return {
    world,
    provider,
    contents,
    pass: (ms) => {
      world.now += ms;
      provider.now += ms;
    },
    failing: async (what, done) => {
      provider.onRequest = (name) => {
        // The number of this very request, which is counted already.
        if (name === what) provider.fault = { request: provider.requests - 1, done };
      };
      const outcomes = await world.sync("push", { prefer: "here" });
      provider.onRequest = () => undefined;
      provider.fault = null;
      return outcomes;
    },
    filesOf: (name) => {
      const found = [...provider.assistants.values()].find((one) => one.name === name);
      return (found?.tool_resources?.code_interpreter?.file_ids ?? []).map((id) => contents.get(id));
    },
  };
}

function results(outcomes: readonly Outcome[]): readonly string[] {
  return outcomes.map(({ result }) => result);
}

describe("ids that look like something to make", () => {
  it("are ids in an assistant of a server, whatever their shape: nothing of it is pending", () => {
    const hostile = {
      name: "A",
      tool_resources: {
        code_interpreter: { file_ids: ["upload:../secret", { upload: "../secret" }, ["x"], null, "file-1"] },
        file_search: { vector_store_ids: [{ store: "docs" }, "store:docs"] },
      },
    };
    const fields = fieldsOf(hostile);
    assert.deepEqual(pendingOf(fields), []);
    assert.deepEqual(fields["tool_resources/file_ids"], ["file-1", "upload:../secret"]);
    assert.deepEqual(fields["tool_resources/vector_store_ids"], ["store:docs"]);
  });

  it("are sent as ids where a definition has them, and no file is read", async () => {
    const { world, provider } = setting();
    world.files.set("secret", "top secret");
    world.files.set("a.assistant.yaml", withFiles("A", '{ file_ids: ["upload:secret"] }'));
    const [action] = (await world.plan("push")).actions;
    assert.equal(action?.kind, "invalid");
    assert.match(action.message, /"upload:secret" is no id/);
    // Also where somebody has turned that rule off.
    world.disabled = new Set(["resource-id"]);
    assert.deepEqual(results(await world.sync("push")), ["done"]);
    const [made] = provider.assistants.values();
    assert.deepEqual(made?.tool_resources?.code_interpreter?.file_ids, ["upload:secret"]);
    assert.deepEqual([provider.files.length, provider.requests], [0, 1]);
  });

  it("a store id that is a store definition's name stays an id: a server does not choose a store of the folder", () => {
    assert.match(
      newDefinitionText({ name: "A", "tool_resources/vector_store_ids": ["docs"] }, "x"),
      /vector_store_ids:/,
    );
    assert.match(
      newDefinitionText({ name: "A", "tool_resources/vector_store_ids": ["vs_1"] }, "x"),
      /vector_store: vs_1/,
    );
  });
});

describe("an upload that fails", () => {
  it("leaves the one before in the lock, and the content before is not taken for the new one", async () => {
    for (const done of [false, true]) {
      const { world, provider, failing, filesOf, pass } = setting();
      world.files.set("a.assistant.yaml", withFiles("A", "{ files: [./p.csv] }"));
      world.files.set("p.csv", "price,1111\n");
      await world.sync("push");
      pass(minute);
      world.files.set("p.csv", "price,2222\n");
      assert.deepEqual(results(await failing("upload", done)), ["failed"]);
      const entry = parseLock(world.lock).connections["test"]?.files["p.csv"];
      assert.equal(entry?.id, provider.files[0]?.id);
      assert.equal(entry?.begun?.length, 1);
      pass(minute);
      assert.deepEqual(results(await world.sync("push")), ["done"]);
      assert.deepEqual(filesOf("A"), ["price,2222\n"], `done: ${done}`);
      assert.equal(provider.files.length, 2, "the lost one is found");
      assert.doesNotMatch(world.lock, /begun/);
    }
  });

  it("is not found in one that came before it was begun, nor in one that an assistant has", async () => {
    for (const earlier of ["a day ago", "another's"]) {
      const { world, provider, failing, filesOf, pass } = setting();
      const stranger = await provider.uploadFile({ name: "p.csv", bytes: new TextEncoder().encode("price,0000\n") });
      if (earlier === "a day ago") pass(24 * hour);
      else provider.add({ name: "B", tool_resources: { code_interpreter: { file_ids: [stranger.id] } } });
      world.files.set("a.assistant.yaml", withFiles("A", "{ files: [./p.csv] }"));
      world.files.set("p.csv", "price,1111\n");
      await failing("upload", false);
      await world.sync("push");
      assert.deepEqual(filesOf("A"), ["price,1111\n"], earlier);
    }
  });

  it("and then another content's fails as well: neither is taken for the other, also for a file of the same name elsewhere", async () => {
    for (const second of ["p.csv", "other/p.csv"]) {
      const { world, failing, filesOf, pass } = setting();
      world.files.set("a.assistant.yaml", withFiles("A", "{ files: [./p.csv] }"));
      world.files.set("p.csv", "price,1111\n");
      await failing("upload", true);
      pass(minute);
      world.files.set(second, "price,2222\n");
      world.files.set("a.assistant.yaml", withFiles("A", `{ files: [./${second}] }`));
      await failing("upload", false);
      pass(minute);
      await world.sync("push");
      assert.deepEqual(filesOf("A"), ["price,2222\n"], second);
      // The first one is still remembered, and the next lost upload is not found in it.
      world.files.set(second, "price,3333\n");
      await failing("upload", false);
      await world.sync("push");
      assert.deepEqual(filesOf("A"), ["price,3333\n"], second);
    }
  });

  it("is forgotten after days: nothing is looked for, and the lock is tidy again", async () => {
    const { world, provider, failing, filesOf, pass } = setting();
    world.files.set("a.assistant.yaml", withFiles("A", "{ files: [./p.csv] }"));
    world.files.set("p.csv", "price,1111\n");
    await failing("upload", true);
    pass(7 * 24 * hour + minute);
    await world.sync("push");
    assert.equal(provider.files.length, 2);
    pass(2 * 24 * hour);
    world.files.set("p.csv", "price,2222\n");
    await world.sync("push");
    assert.deepEqual(filesOf("A"), ["price,2222\n"]);
    assert.doesNotMatch(world.lock, /begun/);
  });

  it("in a lock of before such things were noted, is made again", async () => {
    const { world, provider, filesOf } = setting();
    await provider.uploadFile({ name: "p.csv", bytes: new TextEncoder().encode("price,0000\n") });
    world.files.set("a.assistant.yaml", withFiles("A", "{ files: [./p.csv] }"));
    world.files.set("p.csv", "price,1111\n");
    const sha256 = createHash("sha256").update("price,1111\n").digest("hex");
    const files = { "p.csv": { id: null, sha256 } };
    world.lock = JSON.stringify({ version: 1, connections: { test: { definitions: {}, files, stores: {} } } });
    await world.sync("push");
    assert.deepEqual(filesOf("A"), ["price,1111\n"]);
  });

  it("that changes between the plan and its turn is not uploaded: the rules have read the other content", async () => {
    const { world, provider } = setting();
    world.files.set("a.assistant.yaml", withFiles("A", "{ files: [./p.csv] }"));
    world.files.set("p.csv", "a\n");
    const [input, plan] = [await world.input(), await world.plan("push")];
    world.files.set("p.csv", "b\n");
    const [outcome] = await world.apply(plan, input);
    assert.equal(outcome?.result, "conflict");
    assert.match(outcome.message, /p\.csv was changed since the plan was made/);
    assert.equal(provider.files.length, 0);
    assert.deepEqual(results(await world.sync("push")), ["done"]);
  });
});

describe("an upload or a store that is gone there", () => {
  it("is made again for every definition that uses it, once", async () => {
    const { world, provider, filesOf } = setting();
    world.stores.set("docs", docs);
    world.files.set("d.csv", "a,b\n");
    world.files.set("first.assistant.yaml", withFiles("First", "{ files: [./d.csv] }"));
    world.files.set("first-store.assistant.yaml", withStore("First store"));
    await world.sync("push");
    provider.files.length = 0;
    provider.stores.length = 0;
    for (let index = 0; index < 5; index += 1) {
      world.files.set(`files-${index}.assistant.yaml`, withFiles(`Files ${index}`, "{ files: [./d.csv] }"));
      world.files.set(`store-${index}.assistant.yaml`, withStore(`Store ${index}`));
    }
    assert.deepEqual([...new Set(results(await world.sync("push")))], ["done"]);
    assert.deepEqual([provider.files.length, provider.stores.length], [1, 1]);
    assert.deepEqual(filesOf("Files 4"), ["a,b\n"]);
    // Those that had the old ones follow at the next push.
    assert.deepEqual(results(await world.sync("push")), ["done", "done"]);
    assert.deepEqual(filesOf("First"), ["a,b\n"]);
    assert.deepEqual((await world.plan("push")).actions, []);
    assert.equal(provider.assistants.size, 12);
  });

  it("also where an update of other fields is refused for it", async () => {
    const { world, provider, filesOf } = setting();
    world.files.set("d.csv", "a,b\n");
    world.files.set("e.csv", "e\n");
    world.files.set("a.assistant.yaml", withFiles("A", "{ files: [./d.csv] }"));
    await world.sync("push");
    provider.files.length = 0;
    world.files.set("a.assistant.yaml", withFiles("A", "{ files: [./d.csv, ./e.csv] }"));
    assert.deepEqual(results(await world.sync("push")), ["done"]);
    assert.deepEqual(filesOf("A").map(String).toSorted(), ["a,b\n", "e\n"]);
    assert.deepEqual((await world.plan("push")).actions, []);
  });

  it("a refusal for another reason is told as it is, after one try", async () => {
    const { world, provider } = setting();
    world.files.set("d.csv", "a,b\n");
    world.files.set("a.assistant.yaml", withFiles("A", "{ files: [./d.csv] }"));
    await world.sync("push");
    const requests: string[] = [];
    provider.onRequest = (what) => void requests.push(what);
    provider.createAssistant = () => {
      requests.push("create");
      return Promise.reject(new ProviderError("invalid", "No such model: m"));
    };
    world.files.set("b.assistant.yaml", withFiles("B", "{ files: [./d.csv] }"));
    const [outcome] = await world.sync("push");
    assert.deepEqual(
      [outcome?.result, outcome?.result === "failed" && outcome.message],
      ["failed", "No such model: m"],
    );
    assert.deepEqual(requests, ["create", "retrieve file"]);
  });
});
