/** Every request is answered in every state of a session: with what was asked for, or with the reason why not, in words. */
import assert from "node:assert/strict";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";

import { openDebugWorld } from "./debugWorld.ts";
import type { DebugTalk, DebugWorld } from "./debugWorld.ts";

let world: DebugWorld;
let talk: DebugTalk;
before(async () => {
  world = await openDebugWorld();
});
after(() => world.close());
afterEach(() => talk.end());

/** All requests of the protocol, and some that are none. Those that end or begin things come by themselves. */
const requests: Readonly<Record<string, object>> = {
  attach: {},
  breakpointLocations: { source: { path: "/x" }, line: 1 },
  cancel: {},
  completions: { text: "a", column: 2 },
  configurationDone: {},
  continue: { threadId: 1 },
  dataBreakpointInfo: { name: "x" },
  disassemble: {},
  evaluate: { expression: "run.id" },
  exceptionInfo: { threadId: 1 },
  goto: { threadId: 1, targetId: 1 },
  gotoTargets: { source: {}, line: 1 },
  initialize: { adapterID: "x" },
  launch: {},
  loadedSources: {},
  locations: { locationReference: 1 },
  modules: {},
  next: { threadId: 1 },
  pause: { threadId: 1 },
  readMemory: {},
  restartFrame: { frameId: 1 },
  reverseContinue: { threadId: 1 },
  runInTerminal: {},
  scopes: { frameId: 1 },
  setBreakpoints: { source: { path: "/x.assistant.yaml" }, breakpoints: [{ line: 1 }] },
  setDataBreakpoints: { breakpoints: [] },
  setExceptionBreakpoints: { filters: ["every_call"], filterOptions: [{ filterId: "nope" }] },
  setExpression: { expression: "output", value: "1" },
  setFunctionBreakpoints: { breakpoints: [{ name: "f", condition: "((" }] },
  setInstructionBreakpoints: { breakpoints: [] },
  setVariable: { variablesReference: 1, name: "x", value: "1" },
  source: { sourceReference: 1 },
  stackTrace: { threadId: 1 },
  startDebugging: {},
  stepBack: { threadId: 1 },
  stepIn: { threadId: 1 },
  stepInTargets: { frameId: 1 },
  stepOut: { threadId: 1 },
  terminateThreads: {},
  threads: {},
  variables: { variablesReference: 99 },
  writeMemory: {},
  "no such request": {},
  __proto__x: {},
  constructor: {},
};

/** Those that resume what is held are left to the tests of stepping. */
const resuming: ReadonlySet<string> = new Set(["continue", "next", "stepIn", "stepOut", "stepBack", "reverseContinue"]);

async function answerOf(command: string, args: object | undefined): Promise<string> {
  try {
    await talk.dc.customRequest(command, args);
    return "ok";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

async function askAll(without: ReadonlySet<string> = new Set()): Promise<Map<string, string>> {
  const answers = new Map<string, string>();
  for (const [command, args] of Object.entries(requests)) {
    if (without.has(command)) continue;
    // Once as it should be, once with nothing, once with things of other kinds.
    for (const given of [undefined, { threadId: "x", frameId: {}, breakpoints: 7, source: null, filters: 3 }, args]) {
      const answer = await answerOf(command, given);
      answers.set(command, answer);
      assert.match(answer, /^ok$|^[A-Z][^]*[.:)?]$/, `${command} ${JSON.stringify(given)}: ${answer}`);
    }
  }
  return answers;
}

test("before initialize, after it, and after a launch that was refused", async () => {
  talk = await world.client();
  const before = await askAll(new Set(["initialize"]));
  assert.deepEqual(new Set(before.values()), new Set(["The session is not initialized yet."]));
  await talk.ask("initialize", { adapterID: "assistant", pathFormat: "path" });
  const idle = await askAll(new Set(["launch", "attach", "configurationDone"]));
  assert.equal(idle.get("initialize"), "The session is initialized already.");
  assert.match(idle.get("continue") ?? "", /no run yet/);
  assert.match(idle.get("evaluate") ?? "", /no run yet/);
  assert.equal(idle.get("threads"), "ok");
  assert.equal(idle.get("setBreakpoints"), "ok");
  assert.match(await talk.refused("launch", {}), /Nothing to run: give `definition`/);
});

/** A definition whose instructions are in a file, in a folder of its own. */
function instructed(file: string): string {
  const folder = join(world.folder, "instructed");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(world.folder, "outside.md"), "Outside.\n");
  // Put together here, so that no scanner takes this file for a leak.
  writeFileSync(join(folder, "secret.md"), `Use ${["sk-", "proj-", "x9Kq2LmZ7vB4nC8dE1fG5hJ0pR3sT6uW"].join("")}.\n`);
  rmSync(join(folder, "link.md"), { force: true });
  symlinkSync(join(world.folder, "outside.md"), join(folder, "link.md"));
  const path = join(folder, `${file.replaceAll(/\W/g, "-")}.assistant.yaml`);
  writeFileSync(path, `name: Instructed\nmodel: m\ninstructions: { file: ./${file} }\n`);
  return path;
}

test("launches that cannot be, in words", async () => {
  const wrong: readonly [object, RegExp][] = [
    [{}, /Nothing to run/],
    [{ definition: 7 }, /`definition` is a text/],
    [world.launch({ message: undefined }), /Nothing to say/],
    [world.launch({ message: " " }), /A message is empty/],
    [world.launch({ messages: [1] }), /`messages` is a list of texts/],
    [world.launch({ policy: "guess" }), /`policy` is one of definition, ask, auto, fixtures/],
    [world.launch({ stopOnEntry: "yes" }), /`stopOnEntry` is true or false/],
    [world.launch({ apiKey: "sk-123" }), /Take `apiKey` out of the configuration/],
    [world.launch({ definition: "/nowhere/x.assistant.yaml" }), /The definition cannot be read/],
    [world.launch({ definition: instructed("gone.md") }), /its instructions cannot be read from \.\/gone\.md/],
    [world.launch({ definition: instructed("secret.md") }), /secret\.md holds what looks like an API key/],
    [world.launch({ definition: instructed("link.md") }), /link\.md leads out of the folder/],
    [world.launch({ definition: instructed("../outside.md") }), /outside\.md leads out of the folder/],
    [world.launch({ baseUrl: "ftp://x" }), /no http or https URL/],
    [world.launch({ baseUrl: "http://u:p@h/v1" }), /leave keys out of the URL/],
    [world.launch({ baseUrl: "http://127.0.0.1:9/v1" }), /127\.0\.0\.1:9/],
    [world.launch({ assistant: "asst_none", thread: "thread_none" }), /thread_none/],
  ];
  for (const [args, words] of wrong) {
    talk = await world.client();
    await talk.ask("initialize", { adapterID: "assistant", pathFormat: "path" });
    await talk.ask("configurationDone");
    assert.match(await talk.refused("launch", args), words);
    await talk.end();
  }
});

test("while a call is held, at the end of a run, and after disconnect", async () => {
  talk = await world.client();
  world.says([["get_order_status", { order_id: "A" }]], "Done.");
  await talk.begin("launch", world.launch(), { filters: { filters: ["run_ended"] } });
  await talk.stopped();
  const held = await askAll(resuming);
  assert.equal(held.get("evaluate"), "ok");
  assert.equal(held.get("launch"), "The session has begun already: launch comes once.");
  assert.match(held.get("no such request") ?? "", /does not know the request no such request/);
  assert.match(held.get("stepInTargets") ?? "", /does not know the request/);
  assert.match(await talk.refused("stepIn", { threadId: 1 }), /cannot start another debugger/);
  assert.match(await talk.refused("continue", { threadId: 7 }), /This run has ended/);
  await talk.ask("setExceptionBreakpoints", { filters: ["run_ended"] });
  await talk.evaluate('output = "a"');
  await talk.go("continue");
  assert.equal((await talk.stopped()).description, "Run completed");
  const end = await askAll(resuming);
  assert.match(end.get("setVariable") ?? "", /gone/);
  await talk.go("continue");
  await talk.until("terminated");
  const over = await askAll();
  assert.equal(over.get("continue"), "The run has ended.");
  assert.equal(over.get("threads"), "ok");
  await talk.ask("disconnect");
  const gone = await askAll();
  assert.deepEqual(new Set(gone.values()), new Set(["The session has ended."]));
  // The end of what has ended may be asked for again: VS Code does when the two meet.
  await talk.ask("terminate");
  await talk.ask("disconnect");
});

test("a message that is no message does not end the adapter", async () => {
  talk = await world.client();
  const { _adapterProcess: process } = talk.dc as unknown as { _adapterProcess: { stdin: NodeJS.WritableStream } };
  process.stdin.write("Content-Length: 9\r\n\r\n{ broken!");
  await talk.ask("initialize", { adapterID: "assistant", pathFormat: "path" });
  assert.match(await talk.refused("launch", {}), /Nothing to run/);
});
