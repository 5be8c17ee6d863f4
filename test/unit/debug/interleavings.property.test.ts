import assert from "node:assert/strict";
import { test } from "node:test";
import type { DebugProtocol } from "@vscode/debugprotocol";

import type { AnswerOutcome } from "../../../src/core/answers/ports.ts";
import { findCall } from "../../../src/debug/callSurroundings.ts";
import type { Debugged } from "../../../src/debug/ports.ts";
import { Random } from "../core/random.ts";
import { Client, turn } from "./client.ts";
import { FakeDebuggee } from "./fakeDebuggee.ts";

interface Outcome {
  readonly debuggee: FakeDebuggee;
  readonly client: Client;
  readonly failures: readonly string[];
  /** How many handlers were begun at the chat. */
  readonly chatHandlers: number;
}

/** A run of random rounds, with a person at the debugger, one at the chat, and a policy that sometimes answers. */
async function live(seed: number): Promise<Outcome> {
  const random = new Random(seed);
  const rounds = Array.from({ length: 1 + random.below(3) }, () => 1 + random.below(3));
  const debuggee = new FakeDebuggee(rounds, () => random.below(3), {
    losesReply: () => random.chance(0.1),
    refusesLook: () => random.chance(0.3),
  });
  const failures: string[] = [];
  const answer: Debugged["answer"] = async ({ id }, _mode, onSource, signal): Promise<AnswerOutcome> => {
    const [trace] = debuggee.runs;
    const known = trace === undefined ? null : findCall(trace, id)?.call.answer;
    if (known?.state === "ready") failures.push(`${id} has an answer, and is to be answered again`);
    if (random.chance(0.4)) return { kind: "ask", failure: null };
    onSource("fixture");
    for (let turns = random.below(4); turns > 0; turns--) await turn();
    if (random.chance(0.15) || signal.aborted)
      return { kind: "ask", failure: { source: "fixture", code: "fixture", message: "No.", durationMs: 1 } };
    return { kind: "answer", answer: { output: "policy", origin: "fixture", details: "", durationMs: 1 } };
  };
  const client = new Client(
    {
      debuggee,
      definition: null,
      connectionLabel: "",
      answer,
      debugHandler: random.chance(0.5) ? null : (call, signal) => answer(call, "auto", () => undefined, signal),
    },
    (message, error) => {
      // A look at a held run that does not get through is logged, and made again.
      if (message !== "The held run could not be looked at") failures.push(`${message}: ${String(error)}`);
    },
  );
  client.send("initialize", { pathFormat: "path" });
  client.send("launch", { assistant: "a", message: "m", stopOnEntry: random.chance(0.3), hold: false });
  await turn();
  client.send("setFunctionBreakpoints", { breakpoints: random.chance(0.5) ? [{ name: "f", condition: "n > 0" }] : [] });
  client.send("setExceptionBreakpoints", {
    filters: random.pick([[], ["every_call"], ["every_call", "every_answer"]]),
  });
  client.send("configurationDone");

  const steps = ["continue", "next", "stepOut", "stepIn", "stepBack", "reverseContinue", "pause"] as const;
  let chatHandlers = 0;
  const runFromChat = (): void => {
    const { waiting } = debuggee;
    if (waiting.length === 0) return;
    chatHandlers++;
    void debuggee.runHandler(random.pick(waiting), async () => {
      for (let turns = random.below(12); turns > 0; turns--) await turn();
      return random.chance(0.3)
        ? { kind: "ask", failure: { source: "handler", code: "failed", message: "No.", durationMs: 1 } }
        : { kind: "answer", answer: { output: "handler", origin: "handler", details: "", durationMs: 1 } };
    });
  };
  const submitFromChat = (): void => {
    const { waiting } = debuggee;
    if (waiting.length === 0) return;
    debuggee
      .submit(
        "run_1",
        waiting.map((callId) => ({ callId, output: "chat", origin: "hand" })),
      )
      .catch(() => undefined);
  };
  for (let moves = 0; moves < 400 && !debuggee.ended; moves++) {
    for (let turns = random.below(4); turns > 0; turns--) await turn();
    const what = random.next();
    if (what < 0.5) client.send(random.pick(steps), { threadId: 1 });
    else if (what < 0.75) client.send("evaluate", { expression: `output = "typed ${moves}"` });
    else if (what < 0.8) submitFromChat();
    else if (what < 0.85) runFromChat();
    else if (what < 0.9) {
      const { waiting } = debuggee;
      if (waiting.length > 0)
        debuggee.note("run_1", {
          at: 150_000,
          kind: "answered",
          callId: random.pick(waiting),
          answer: { output: "noted", origin: "hand", details: "", durationMs: null },
        });
    } else client.send("stackTrace", { threadId: 1 });
  }
  // Whatever is held now is answered and let go.
  for (let tries = 0; tries < 200 && !debuggee.ended; tries++) {
    await client.ask("evaluate", { expression: 'output = "at last"' });
    await client.ask("continue", { threadId: 1 });
    for (let turns = 0; turns < 12; turns++) await turn();
  }
  return { debuggee, client, failures, chatHandlers };
}

test("whatever is stepped, typed, noted and submitted meanwhile, each call is answered exactly once", async () => {
  let [raced, lost, unseen, handlers] = [0, 0, 0, 0];
  for (let seed = 1; seed <= 300; seed++) {
    const { debuggee, client, failures, chatHandlers } = await live(seed);
    handlers += chatHandlers;
    assert.deepEqual(debuggee.overlaps, [], `seed ${seed}: two answers to one call were being made at once`);
    assert.equal(debuggee.ended, true, `seed ${seed}: the run hangs`);
    for (let turns = 0; turns < 20; turns++) await turn();
    for (const [call, outputs] of debuggee.accepted) assert.equal(outputs.length, 1, `seed ${seed}: ${call}`);
    for (const round of new Set(debuggee.attempts.map((attempt) => attempt.round))) {
      const attempts = debuggee.attempts.filter((attempt) => attempt.round === round);
      // Only a chat that was faster, or a look that failed, lets the debugger try again: else its own submit, lost or not, is the last.
      const looks = debuggee.failedLooks.filter((failed) => failed === round).length;
      if (attempts.some(({ outputs }) => outputs.includes("chat"))) raced++;
      else assert.ok(attempts.length <= 1 + looks, `seed ${seed}: round ${round} was submitted more than once`);
      if (attempts.some(({ lost }) => lost)) lost++;
      if (attempts.length > 1 && looks > 0) unseen++;
    }
    assert.equal(client.events.filter(({ event }) => event === "terminated").length, 1, `seed ${seed}: terminated`);
    assert.deepEqual(failures, [], `seed ${seed}`);
    await client.ask("disconnect");
    assert.equal(client.responses.size, client.requests, `seed ${seed}: every request has its answer`);
  }
  const happened = `${raced} races, ${lost} lost replies, ${unseen} that could not be asked about, ${handlers} handlers`;
  assert.ok(raced > 20 && lost > 20 && unseen > 5 && handlers > 50, `too little happened: ${happened}`);
});

test("a session that is left at any moment answers nothing more; one that is terminated cancels", async () => {
  for (let seed = 1; seed <= 100; seed++) {
    const random = new Random(seed);
    const debuggee = new FakeDebuggee([2, 2, 2], () => random.below(3));
    const answer: Debugged["answer"] = async () => {
      for (let turns = random.below(4); turns > 0; turns--) await turn();
      return { kind: "answer", answer: { output: "policy", origin: "fixture", details: "", durationMs: 1 } };
    };
    const failures: string[] = [];
    const client = new Client(
      { debuggee, definition: null, connectionLabel: "", answer, debugHandler: null },
      (message, error) => failures.push(`${message}: ${String(error)}`),
    );
    client.send("initialize", { pathFormat: "path" });
    client.send("configurationDone");
    client.send("launch", { assistant: "a", message: "m" });
    for (let turns = random.below(40); turns > 0; turns--) await turn();
    const terminate = random.chance(0.5);
    const finished = debuggee.ended;
    await client.ask(terminate ? "terminate" : "disconnect");
    for (let turns = 0; turns < 30; turns++) await turn();
    const left = debuggee.accepted.size;
    for (let turns = 0; turns < 30; turns++) await turn();
    assert.equal(debuggee.accepted.size, left, `seed ${seed}: it goes on answering`);
    for (const [call, outputs] of debuggee.accepted) assert.equal(outputs.length, 1, `seed ${seed}: ${call}`);
    if (terminate && !finished && debuggee.runs.length > 0) assert.equal(debuggee.ended, true, `seed ${seed}`);
    if (terminate) await client.ask("disconnect");
    assert.equal(client.responses.size, client.requests, `seed ${seed}`);
  }
});

test("what is asked of a frame that is gone is refused without a message box", async () => {
  const debuggee = new FakeDebuggee([1, 1], () => 0);
  const answer: Debugged["answer"] = () => Promise.resolve({ kind: "ask", failure: null });
  const client = new Client(
    { debuggee, definition: null, connectionLabel: "", answer, debugHandler: null },
    (message, error) => assert.fail(`${message}: ${String(error)}`),
  );
  client.send("initialize", { pathFormat: "path" });
  client.send("launch", { assistant: "a", message: "m" });
  await client.ask("configurationDone");
  const stops = (): number => client.events.filter(({ event }) => event === "stopped").length;
  while (stops() < 1) await turn();
  const { stackFrames } = (await client.ask("stackTrace", { threadId: 1 })).body as {
    readonly stackFrames: readonly { readonly id: number }[];
  };
  const frameId = stackFrames[0]?.id;
  assert.equal((await client.ask("scopes", { frameId })).success, true);
  await client.ask("evaluate", { expression: 'output = "typed"' });
  await client.ask("continue", { threadId: 1 });
  while (stops() < 2) await turn();
  // VS Code asks on while it learns that the run goes on.
  const { success, body } = await client.ask("scopes", { frameId });
  assert.equal(success, false);
  assert.equal((body as { readonly error: DebugProtocol.Message }).error.showUser, false);
  await client.ask("disconnect");
});
