/** A network that fails while a run is debugged: what was answered is not lost, and the session goes on. */
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { startFaultyProxy } from "../faultyProxy.ts";
import type { FaultyProxy } from "../faultyProxy.ts";
import { openDebugWorld } from "./debugWorld.ts";
import type { DebugTalk, DebugWorld } from "./debugWorld.ts";

let world: DebugWorld;
let proxy: FaultyProxy;
let talk: DebugTalk;
before(async () => {
  world = await openDebugWorld();
  proxy = await startFaultyProxy(world.runtime.url);
});
after(async () => {
  proxy.close();
  await world.close();
});
afterEach(() => talk.end());

/** What the model was told as outputs, in its last request. */
function outputsSent(): unknown[] {
  const { messages } = world.model.bodies.at(-1) as { messages: { role: string; content: unknown }[] };
  return messages.filter(({ role }) => role === "tool").map(({ content }) => content);
}

async function answered(): Promise<void> {
  talk = await world.client();
  proxy.fate = () => "pass";
  world.says([["get_order_status", { order_id: "A" }]], "Done.");
  await talk.begin("launch", world.launch({ baseUrl: proxy.url, hold: false }));
  await talk.stopped();
  await talk.evaluate('output = "a"');
}

test("outputs that cannot be sent hold the run with the reason; once the server answers again they are sent", async () => {
  await answered();
  proxy.fate = () => "drop";
  await talk.go("continue");
  const stop = await talk.stopped();
  assert.deepEqual([stop.reason, stop.description], ["exception", "The outputs were not accepted"]);
  assert.match(stop.text ?? "", /does not answer[^]*Whether they were taken could not be asked: /);
  assert.equal((await talk.frames())[0]?.name, 'get_order_status(order_id: "A") · answered');
  assert.equal(await talk.evaluate("output"), '"a"');
  // Still nothing answers: the same again, and no other way out is closed.
  await talk.go("next");
  assert.equal((await talk.stopped()).description, "The outputs were not accepted");
  proxy.fate = () => "pass";
  await talk.go("continue");
  await talk.until("terminated");
  assert.deepEqual(outputsSent(), ["a"]);
});

test("outputs that were taken without an answer: the debugger goes along as soon as it can look", async () => {
  await answered();
  const before = world.model.bodies.length;
  let taken = false;
  proxy.fate = (_number, name) => {
    const submits = name.endsWith("/submit_tool_outputs");
    const fate = submits && !taken ? "lose" : "drop";
    taken ||= submits;
    return fate;
  };
  await talk.go("continue");
  assert.equal((await talk.stopped()).description, "The outputs were not accepted");
  proxy.fate = () => "pass";
  await talk.until("continued");
  await talk.until("terminated");
  assert.equal(world.model.bodies.length, before + 1);
  assert.deepEqual(outputsSent(), ["a"]);
});
