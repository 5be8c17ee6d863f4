import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { stringify } from "yaml";

import { equalFields, fieldsOf } from "../../../src/core/sync/fields.ts";
import type { Fields } from "../../../src/core/sync/fields.ts";
import { localFields } from "../../../src/core/sync/localDefinition.ts";
import { connectionIn, entryOf } from "../../../src/core/sync/lock.ts";
import { paramsOf } from "../../../src/core/sync/fieldsToWire.ts";
import { followed } from "../../../src/core/sync/syncInput.ts";
import type { Assistant } from "../../../src/core/wire.ts";
import { definitionValue, newDefinitionText } from "../../../src/core/sync/newDefinition.ts";
import { Random } from "../core/random.ts";
import { FakeProvider } from "./fakeProvider.ts";
import { World } from "./world.ts";

const texts = ["one", "two\nlines\n", "three: and # more", "'four'", "five\r\nlines\r\n"];
/** As they are compared: line ends are the file's, or the server's. */
const instructions = ["one", "two\nlines\n", "three: and # more\n\n\tfour"];

function randomFields(random: Random): Fields {
  const fields: Record<string, unknown> = { name: random.pick(["A", "B"]), model: random.pick(["m", "n"]) };
  if (random.chance(0.6)) fields["instructions"] = random.pick(instructions);
  if (random.chance(0.5)) fields["description"] = random.pick(texts);
  if (random.chance(0.5)) fields["temperature"] = random.pick([0, 0.2, 1.5]);
  if (random.chance(0.3)) fields["reasoning_effort"] = random.pick(["low", "high"]);
  if (random.chance(0.3)) fields["response_format"] = { type: random.pick(["text", "json_object"]) };
  for (const key of ["team", "tier", "0"]) if (random.chance(0.4)) fields[`metadata/${key}`] = random.pick(texts);
  for (const name of ["f", "g"])
    if (random.chance(0.5)) {
      const parameters = { type: "object", properties: { [random.pick(["x", "y"])]: { type: "string" } } };
      const description = random.pick(["Does", "Acts"]);
      fields[`tools/function/${name}`] = {
        type: "function",
        function: { name, description, ...(random.chance(0.5) ? { parameters } : {}) },
      };
    }
  if (random.chance(0.3)) fields["tools/code_interpreter"] = { type: "code_interpreter" };
  if (random.chance(0.3))
    fields["tools/file_search"] = {
      type: "file_search",
      ...(random.chance(0.5) ? { file_search: { max_num_results: 3 } } : {}),
    };
  if (random.chance(0.3)) fields["tool_resources/vector_store_ids"] = [random.pick(["vs_1", "vs_2"])];
  return fields;
}

/** Fields that are the base with some of another set: sides that share most of their past. */
function drifted(base: Fields, random: Random): Fields {
  const other = randomFields(random);
  const result: Record<string, unknown> = { ...base };
  for (const key of new Set([...Object.keys(base), ...Object.keys(other)])) {
    if (random.chance(0.7)) continue;
    if (other[key] === undefined && key !== "name" && key !== "model") delete result[key];
    else if (other[key] !== undefined) result[key] = other[key];
  }
  return result;
}

const path = "a.assistant.yaml";
const instructionsPath = "texts/a.md";

/** A text with the line ends of some editor or server. */
function withSomeEnds(text: string, random: Random): string {
  return random.chance(0.5) ? text.replaceAll("\n", "\r\n") : text;
}

/** Writes a definition: its instructions inline, or in a file, with whatever line ends. @param name where the fields have none */
function put(world: World, fields: Fields, name: string, random: Random): void {
  const value = { ...definitionValue(fields, name) };
  if (random.chance(0.4)) {
    const text = typeof value["instructions"] === "string" ? value["instructions"] : "";
    world.files.set(instructionsPath, `${random.chance(0.3) ? "\uFEFF" : ""}${withSomeEnds(text, random)}`);
    value["instructions"] = { file: `./${instructionsPath}` };
  }
  world.files.set(path, `# kept\n${stringify(value)}unknown_field: 1 # kept too\n`);
}

function nameless({ name: _name, ...fields }: Fields): Fields {
  return fields;
}

type Made = readonly [id: string, assistant: Assistant];

async function pushed(world: World, base: Fields, random: Random): Promise<Made> {
  put(world, base, "A", random);
  await world.sync("push");
  const [one] = (await world.input()).remotes;
  return one === undefined ? assert.fail("nothing was pushed") : [one.id, one];
}

/** An assistant that was there first, and its definition, at the path of the others. */
async function pulled(world: World, provider: FakeProvider, base: Fields): Promise<Made> {
  const made = provider.add(paramsOf(base, `${path}#0`));
  const [remote] = (await world.input()).remotes;
  world.files.set(path, `# kept\n${newDefinitionText(base, made.id)}unknown_field: 1 # kept too\n`);
  await world.sync("pull", { links: new Map([[path, made.id]]) });
  assert.equal((await world.states())[0]?.state, "in sync");
  return [made.id, remote ?? assert.fail()];
}

/** A world in which a definition was synced at a base, and then both sides drifted. */
async function drift(
  random: Random,
): Promise<{ readonly world: World; readonly provider: FakeProvider; readonly base: Fields }> {
  const provider = new FakeProvider();
  const world = new World(provider, () => Promise.resolve([...provider.assistants.values()]));
  const base = random.chance(0.3) ? nameless(randomFields(random)) : randomFields(random);
  const [id, made] =
    base["name"] === undefined ? await pulled(world, provider, base) : await pushed(world, base, random);
  if (random.chance(0.8)) put(world, drifted(base, random), id, random);
  if (random.chance(0.8)) {
    const there = drifted(base, random);
    const { name, instructions: text, ...value } = definitionValue(there, id);
    const resources = value["tool_resources"] as { file_search?: { vector_store: string } } | undefined;
    const store = resources?.file_search?.vector_store;
    provider.assistants.set(id, {
      ...made,
      description: null,
      temperature: 1,
      response_format: "auto",
      reasoning_effort: null,
      tools: [],
      ...value,
      name: there["name"] === undefined || typeof name !== "string" ? null : name,
      instructions: typeof text === "string" ? withSomeEnds(text, random) : null,
      tool_resources: store === undefined ? {} : { file_search: { vector_store_ids: [store] } },
      metadata: {
        ...(value["metadata"] as object | undefined),
        assistants_workbench: made.metadata?.["assistants_workbench"] ?? "",
      },
    });
  }
  return { world, provider, base };
}

async function sides(world: World): Promise<{ readonly here: Fields; readonly there: Fields }> {
  const input = await world.input();
  const [local, remote] = [input.definitions[0], input.remotes[0]];
  assert.ok(local?.parsed.valid === true && remote !== undefined, world.files.get(path));
  const lock = connectionIn(input.lock, "test");
  const there = fieldsOf(remote);
  return { here: followed(localFields(local, lock, null), entryOf(lock, path), remote, there), there };
}

describe("random bases with random changes on both sides", () => {
  it("push and pull carry every change that one side made, and touch none that both made", async () => {
    const random = new Random(7);
    let [merged, stopped] = [0, 0];
    for (let round = 0; round < 400; round += 1) {
      const { world, base } = await drift(random);
      const before = await sides(world);
      const keys = new Set([...Object.keys(base), ...Object.keys(before.here), ...Object.keys(before.there)]);
      const story = JSON.stringify({ base, ...before }, null, 1);
      const isConflict = (key: string): boolean =>
        !equalFields(before.here[key], base[key]) &&
        !equalFields(before.there[key], base[key]) &&
        !equalFields(before.here[key], before.there[key]);
      const conflicts = [...keys].filter(isConflict);
      const outcomes = [...(await world.sync("push")), ...(await world.sync("pull"))];
      const after = await sides(world);
      if (conflicts.length > 0) {
        stopped += 1;
        assert.ok(
          outcomes.every(({ result }) => result === "conflict"),
          story,
        );
        assert.ok(equalFields(after.here, before.here) && equalFields(after.there, before.there), story);
        continue;
      }
      merged += 1;
      for (const key of keys) {
        const changedHere = !equalFields(before.here[key], base[key]);
        const wanted = changedHere ? before.here[key] : before.there[key];
        assert.ok(
          equalFields(after.here[key], wanted) && equalFields(after.there[key], wanted),
          `${key}\n${story}\n${JSON.stringify(after)}`,
        );
      }
      assert.match(world.files.get(path) ?? "", /^# kept\n[\s\S]*unknown_field: 1 # kept too\n/);
      assert.equal((await world.states())[0]?.state, "in sync", story);
    }
    assert.ok(merged > 100 && stopped > 40, `${merged} merged, ${stopped} stopped`);
  });

  it("what was just pulled into a new file is in sync, whatever a server holds", async () => {
    const random = new Random(15);
    for (let round = 0; round < 150; round += 1) {
      const provider = new FakeProvider();
      const world = new World(provider, () => Promise.resolve([...provider.assistants.values()]));
      for (let count = random.pick([1, 3]); count > 0; count -= 1) {
        const fields = random.chance(0.4) ? nameless(randomFields(random)) : randomFields(random);
        const { id } = provider.add(paramsOf(fields, null));
        const one = provider.assistants.get(id) ?? assert.fail();
        if (one.instructions !== null)
          provider.assistants.set(id, { ...one, instructions: withSomeEnds(one.instructions, random) });
      }
      const there = structuredClone(provider.assistants);
      const results = await world.sync("pull", { newFiles: "all" });
      const story = JSON.stringify([results, [...world.files]]);
      assert.ok(
        results.every(({ result }) => result === "done"),
        story,
      );
      assert.deepEqual(new Set((await world.states()).map(({ state }) => state)), new Set(["in sync"]), story);
      assert.deepEqual([await world.sync("push"), await world.sync("pull")], [[], []], story);
      assert.deepEqual(provider.assistants, there);
    }
  });

  it("applying twice is a no-op, in both directions and with either side preferred", async () => {
    const random = new Random(77);
    for (let round = 0; round < 300; round += 1) {
      const { world, provider } = await drift(random);
      const direction = random.pick(["push", "pull"] as const);
      const choices = { prefer: direction === "push" ? ("here" as const) : random.pick(["here", "there"] as const) };
      await world.sync(direction, choices);
      const [files, lock, there, requests] = [
        new Map(world.files),
        world.lock,
        structuredClone(provider.assistants),
        provider.requests,
      ];
      const again = await world.sync(direction, choices);
      assert.deepEqual(
        again.filter(({ action }) => action.kind !== "record"),
        [],
        JSON.stringify(again),
      );
      assert.deepEqual([new Map(world.files), world.lock, provider.assistants], [files, lock, there]);
      assert.equal(provider.requests, requests);
    }
  });

  it("the side that is preferred wins where both changed, and nowhere else", async () => {
    const random = new Random(70);
    let settled = 0;
    for (let round = 0; round < 150; round += 1) {
      const { world, base } = await drift(random);
      const before = await sides(world);
      const [direction, prefer] = random.pick([
        ["push", "here"],
        ["pull", "there"],
        ["pull", "here"],
      ] as const);
      await world.sync(direction, { prefer });
      const after = await sides(world);
      for (const key of new Set([...Object.keys(base), ...Object.keys(before.here), ...Object.keys(before.there)])) {
        const changedHere = !equalFields(before.here[key], base[key]);
        const changedThere = !equalFields(before.there[key], base[key]);
        const both = changedHere && changedThere && !equalFields(before.here[key], before.there[key]);
        if (both) settled += 1;
        const pushed = direction === "push" && (both || (changedHere && !changedThere));
        const pulled = direction === "pull" && (both ? prefer === "there" : changedThere && !changedHere);
        const story = `${key} ${direction} ${prefer}\n${JSON.stringify({ base, before, after }, null, 1)}`;
        assert.ok(equalFields(after.there[key], pushed ? before.here[key] : before.there[key]), story);
        assert.ok(equalFields(after.here[key], pulled ? before.there[key] : before.here[key]), story);
      }
    }
    assert.ok(settled > 25, String(settled));
  });

  it("two people push: the second sees a conflict, and the first one's work stays", async () => {
    const random = new Random(777);
    let seen = 0;
    for (let round = 0; round < 200; round += 1) {
      const { world, provider } = await drift(random);
      const input = await world.input();
      const plan = await world.plan("push", { prefer: "here" });
      const [id, remote] = [...provider.assistants][0] ?? assert.fail();
      const theirs = { ...remote, description: "theirs, just now" };
      provider.assistants.set(id, theirs);
      const outcomes = await world.apply(plan, input);
      if (!plan.actions.some(({ kind }) => kind === "update")) continue;
      seen += 1;
      assert.deepEqual(
        outcomes.map(({ result }) => result),
        ["conflict"],
      );
      assert.deepEqual(provider.assistants.get(id), theirs);
    }
    assert.ok(seen > 50);
  });
});
