import assert from "node:assert/strict";
import { it } from "node:test";

import { FakeProvider } from "./fakeProvider.ts";
import { World } from "./world.ts";

it("a definition that goes in a circle is not valid, and stops no other one's push", async () => {
  const provider = new FakeProvider();
  const world = new World(provider, () => Promise.resolve([...provider.assistants.values()]));
  world.files.set("good.assistant.yaml", "name: Good\nmodel: m\n");
  world.files.set(
    "round.assistant.yaml",
    "name: Round\nmodel: m\ntools:\n  - type: function\n    function:\n      name: f\n      parameters: &p\n        type: object\n        properties: { again: *p }\n",
  );
  const outcomes = await world.sync("push");
  assert.deepEqual(
    outcomes.map(({ action, result }) => [action.path, action.kind, result]),
    [
      ["good.assistant.yaml", "create", "done"],
      ["round.assistant.yaml", "invalid", "conflict"],
    ],
  );
});
