/** Single situations of a session, with the thread in memory: what the conversations over the wire cannot bring about. */
import assert from "node:assert/strict";
import { test } from "node:test";

import type { AnswerOutcome } from "../../../src/core/answers/ports.ts";
import type { Debugged } from "../../../src/debug/ports.ts";
import { Client, turn } from "./client.ts";
import { FakeDebuggee } from "./fakeDebuggee.ts";

const noDelay = (): number => 0;

function debuggedOn(debuggee: FakeDebuggee, answer: Debugged["answer"]): Debugged {
  return { debuggee, definition: null, connectionLabel: "", answer, debugHandler: null };
}

test("a failure that nothing foresaw holds the run with its words, and is tried again on continue", async () => {
  const debuggee = new FakeDebuggee([1], noDelay);
  let tries = 0;
  const logged: string[] = [];
  const client = new Client(
    debuggedOn(debuggee, () => {
      tries++;
      return tries === 1
        ? Promise.reject(new Error("Out of order."))
        : Promise.resolve({ kind: "answer", answer: { output: "a", origin: "handler", details: "", durationMs: 1 } });
    }),
    (message, error) => logged.push(`${message}: ${String(error)}`),
  );
  await client.launch();
  const stop = await client.until("stopped");
  assert.deepEqual([stop["reason"], stop["description"]], ["exception", "The run could not be answered"]);
  assert.match(String(stop["text"]), /^Out of order\. /);
  assert.deepEqual(logged, ["A run could not be debugged further: Error: Out of order."]);
  assert.equal((await client.ask("stackTrace", { threadId: 1 })).success, true);
  await client.ask("continue", { threadId: 1 });
  await client.until("terminated");
  assert.deepEqual([...debuggee.accepted.values()], [["a"]]);
  await client.ask("disconnect");
});

const asks: Debugged["answer"] = () => Promise.resolve({ kind: "ask", failure: null });

test("what a launch took is given back once, at whatever moment the session ends", async () => {
  const endings: readonly [string, (client: Client) => Promise<unknown>][] = [
    ["disconnect", (client) => client.ask("disconnect")],
    ["terminate", (client) => client.ask("terminate")],
    ["terminate, disconnect", async (client) => [await client.ask("terminate"), await client.ask("disconnect")]],
    ["finish", (client) => client.session.finish()],
    ["finish twice", (client) => Promise.all([client.session.finish(), client.session.finish()])],
    ["disconnect, finish", (client) => Promise.all([client.ask("disconnect"), client.session.finish()])],
  ];
  for (const [name, end] of endings)
    for (const until of ["nothing", "initialized", "stopped"] as const) {
      // Terminated while it is held, the thread is given back when the client has gone.
      if (name === "terminate" && until === "stopped") continue;
      const debuggee = new FakeDebuggee([1], () => 3);
      const finding = Promise.withResolvers<Debugged>();
      const client = new Client(finding.promise, (message, error) =>
        assert.fail(`${name} after ${until}: ${message}: ${String(error)}`),
      );
      client.send("initialize", { pathFormat: "path" });
      const launched = client.ask("launch", { assistant: "a", message: "m", hold: false });
      const ended = until === "nothing" ? end(client) : null;
      finding.resolve(debuggedOn(debuggee, asks));
      if (until !== "nothing") await client.until("initialized");
      if (until === "stopped") {
        await client.ask("configurationDone");
        await client.until("stopped");
      }
      await (ended ?? end(client));
      const { success } = await launched;
      assert.equal(success, until === "stopped", `${name} after ${until}`);
      assert.equal(debuggee.released, 1, `${name} after ${until}`);
    }
});

class HeldThread extends FakeDebuggee {
  /** When its expiry was put off, in milliseconds. */
  readonly heldAt: number[] = [];
  now = 0;

  override hold(): Promise<boolean> {
    this.heldAt.push(this.now);
    return Promise.resolve(true);
  }
}

test("a run does not expire while its handler is under its own debugger, nor is it held when that is over", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const debuggee = new HeldThread([1], noDelay);
  const pass = async (seconds: number): Promise<void> => {
    for (; seconds > 0; seconds--) {
      debuggee.now += 1000;
      context.mock.timers.tick(1000);
      await turn();
    }
  };
  const handler = Promise.withResolvers<AnswerOutcome>();
  const client = new Client(
    { ...debuggedOn(debuggee, asks), debugHandler: () => handler.promise },
    (message, error) => assert.fail(`${message}: ${String(error)}`),
    () => debuggee.now,
  );
  await client.launch({ hold: true });
  await client.until("stopped");
  await client.ask("stepIn", { threadId: 1 });
  const begun = debuggee.now;
  await pass(25 * 60);
  const times = [begun, ...debuggee.heldAt.filter((at) => at > begun), debuggee.now];
  const longest = Math.max(...times.slice(1).map((at, index) => at - (times[index] ?? 0)));
  // It may wait ten minutes after each.
  assert.ok(longest < 600_000, `not held for ${longest / 1000} s`);
  handler.resolve({ kind: "answer", answer: { output: "a", origin: "handler", details: "", durationMs: 1 } });
  assert.equal((await client.until("stopped", 2))["description"], "Back from the handler");
  await client.ask("continue", { threadId: 1 });
  await client.until("terminated");
  const held = debuggee.heldAt.length;
  await pass(25 * 60);
  assert.equal(debuggee.heldAt.length, held);
  assert.deepEqual([...debuggee.accepted.values()], [["a"]]);
  await client.ask("disconnect");
});
