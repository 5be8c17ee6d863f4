/** Answers by policy under the debugger: fixtures and handlers of the definition. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";

import { definitionText, openDebugWorld } from "./debugWorld.ts";
import type { DebugTalk, DebugWorld } from "./debugWorld.ts";

let world: DebugWorld;
let talk: DebugTalk;
before(async () => {
  world = await openDebugWorld(
    'fixtures:\n  - function: get_order_status\n    when: { partial: { order_id: ORD-1 } }\n    output: { status: shipped }\n  - function: get_order_status\n    when: { partial: { order_id: ORD-9 } }\n    output: "{{args.nothing}}"\n',
  );
  const handler = join(world.folder, "refund.mjs");
  writeFileSync(
    handler,
    "export function fail() { throw new Error('no money'); }\nexport function give() { return { refunded: true }; }\n",
  );
});
after(() => world.close());
afterEach(() => talk.end());

const order = (id: string): readonly [string, unknown] => ["get_order_status", { order_id: id }];

function withHandler(name: string): string {
  const path = join(world.folder, `${name}.assistant.yaml`);
  writeFileSync(
    path,
    `${definitionText}    handler: { module: { file: ./refund.mjs, export: ${name} } }\nanswers: [fixture, handler]\n`,
  );
  return path;
}

test("auto-answer runs through; breakpoints stop after the answer, where it may be changed", async () => {
  talk = await world.client();
  world.says([order("ORD-1")], "Done.");
  await talk.begin("launch", world.launch({ policy: "auto" }), { lines: [{ line: 6, mode: "after" }] });
  const stop = await talk.stopped();
  assert.equal(stop.description, "Paused on breakpoint: get_order_status, answered");
  const output = await talk.scope("Output");
  assert.equal(output.get("output")?.value, '{"status":"shipped"}');
  assert.match(output.get("origin")?.value ?? "", /^fixture: orders.fixtures.yaml, line 2$/);
  await talk.go("continue");
  await talk.until("terminated");
});

test("what has no fixture is asked; a fixture that fails is an exception, and can be answered by hand", async () => {
  talk = await world.client();
  world.says([order("ORD-2")], [order("ORD-9")], "Done.");
  await talk.begin("launch", world.launch({ policy: "fixtures" }));
  assert.equal((await talk.stopped()).reason, "pause");
  await talk.evaluate('output = "unknown"');
  await talk.go("continue");
  const stop = await talk.stopped();
  assert.deepEqual([stop.reason, stop.description], ["exception", "Fixture error"]);
  assert.match(stop.text ?? "", /nothing/);
  await talk.evaluate('output = "nine"');
  await talk.go("continue");
  await talk.until("terminated");
});

test("handlers run only when the session was started so; a failing one stops, and is tried again on continue", async () => {
  for (const [name, args, description] of [
    ["give", {}, "Handler error"],
    ["fail", { runHandlers: true }, "Handler error"],
  ] as const) {
    talk = await world.client();
    world.says([["refund", { amount: 1 }]], "Done.");
    const definition = withHandler(name);
    await talk.begin("launch", world.launch({ definition, ...args }));
    const stop = await talk.stopped();
    assert.equal(stop.description, description);
    assert.match(stop.text ?? "", name === "give" ? /runHandlers: true/ : /no money/);
    await talk.go("continue");
    assert.equal((await talk.stopped()).description, description);
    await talk.evaluate("output = { refunded: false }");
    await talk.go("continue");
    await talk.until("terminated");
    await talk.end();
  }
  talk = await world.client();
  world.says([["refund", { amount: 1 }]], "Done.");
  await talk.begin("launch", world.launch({ definition: withHandler("give"), runHandlers: true }));
  await talk.until("terminated");
  const { messages } = world.model.bodies.at(-1) as { messages: { role: string; content: unknown }[] };
  assert.equal(messages.findLast(({ role }) => role === "tool")?.content, '{"refunded":true}');
});
