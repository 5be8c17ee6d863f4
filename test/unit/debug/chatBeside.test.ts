/** The chat of a thread and the debugger on it, which answer the same calls: no handler runs twice for one. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { PolicyAnswerer } from "../../../src/core/answers/answerer.ts";
import type { HandlerResult } from "../../../src/core/answers/ports.ts";
import { checkDefinition } from "../../../src/core/definition/checkDefinition.ts";
import { RunAnswers } from "../../../src/host/answers/runAnswers.ts";
import { pendingCalls } from "../../../src/host/conversation/pendingCalls.ts";
import { Client, turn } from "./client.ts";
import { FakeDebuggee } from "./fakeDebuggee.ts";

const definition = `name: F
model: m
answers: handler
tools:
  - type: function
    function: { name: f, parameters: { type: object, properties: { n: { type: integer } } } }
    handler: { command: [answer] }
`;

/** The thread as the window has it: chat and debugger know of each other's answers. */
class SharedThread extends FakeDebuggee {
  chat: RunAnswers | null = null;

  override making(callId: string): Promise<void> | null {
    return this.chat?.making(callId) ?? null;
  }

  override make<T>(callId: string, work: (stopped: AbortSignal) => Promise<T>): Promise<T> {
    assert.ok(this.chat);
    return this.chat.make(callId, work);
  }
}

interface Scene {
  readonly thread: SharedThread;
  readonly chat: RunAnswers;
  readonly client: Client;
  /** Ends the handlers that were begun, one each. */
  readonly begun: ((result: HandlerResult) => void)[];
  /** Lets the chat know its definition, which it asks for before it begins. */
  readonly knowContext: () => void;
}

const gives = (output: string): HandlerResult => ({ ok: true, output, details: "", durationMs: 1 });

async function open(contextIsKnown = true): Promise<Scene> {
  const checked = checkDefinition(definition);
  assert.ok(checked.valid);
  const begun: Scene["begun"] = [];
  const answerer = new PolicyAnswerer({
    handlers: {
      run: (_handler, _call, _place, _signal, options) => {
        options?.onStart?.();
        return new Promise((resolve) => begun.push(resolve));
      },
    },
    fixtures: { fixturesOf: () => Promise.resolve([]) },
    now: () => 0,
    wait: () => Promise.resolve(),
  });
  const context = { definition: checked.definition, place: "/f.assistant.yaml", mode: "definition" } as const;
  const known = Promise.withResolvers<void>();
  if (contextIsKnown) known.resolve();
  const thread = new SharedThread([1], () => 0);
  const run = (): ReturnType<SharedThread["runs"]["at"]> => thread.runs.at(0);
  const chat = new RunAnswers({
    conversation: {
      runs: [],
      run,
      pendingCalls: () => pendingCalls(run()),
      note: (runId, entry) => thread.note(runId, entry),
      submit: (runId, answers) => thread.submit(runId, answers),
      onChange: (listener) => {
        const unlisten = thread.listen({
          entry: (id) => listener({ kind: "run", id }),
          fault: (_id, message) => assert.fail(message),
        });
        return { dispose: unlisten };
      },
    },
    answerer,
    context: () => known.promise.then(() => context),
    typed: () => null,
    onError: (error) => assert.fail(String(error)),
  });
  thread.chat = chat;
  const client = new Client(
    {
      debuggee: thread,
      definition: null,
      connectionLabel: "",
      answer: (call, _mode, onSource, signal) => answerer.answer(call, { ...context, onSource }, signal),
      debugHandler: null,
    },
    (message, error) => assert.fail(`${message}: ${String(error)}`),
  );
  await thread.startRun();
  while (thread.waiting.length === 0) await turn();
  return { thread, chat, client, begun, knowContext: known.resolve };
}

const someTurns = async (): Promise<void> => {
  for (let turns = 0; turns < 20; turns++) await turn();
};

test("a handler that is at work when the debugger attaches is waited for, and its answer counts", async () => {
  const { thread, chat, client, begun } = await open();
  while (begun.length === 0) await turn();
  const hold = chat.hold();
  await client.attach();
  await someTurns();
  assert.equal(begun.length, 1);
  assert.equal(client.count("stopped"), 0);
  assert.ok(client.events.some(({ body }) => /that is waited for/.test(String((body as { output?: string }).output))));
  begun[0]?.(gives("shipped"));
  await client.until("terminated");
  assert.equal(begun.length, 1);
  assert.deepEqual([...thread.accepted.values()], [["shipped"]]);
  await client.ask("disconnect");
  hold.dispose();
});

test("one that fails then holds the run, and runs again only when a person says so", async () => {
  const { thread, chat, client, begun } = await open();
  while (begun.length === 0) await turn();
  chat.hold();
  await client.attach();
  await someTurns();
  begun[0]?.({ ok: false, failure: { source: "handler", code: "failed", message: "No money.", durationMs: 1 } });
  const stop = await client.until("stopped");
  assert.equal(stop["description"], "Handler error");
  assert.match(String(stop["text"]), /^No money\. /);
  assert.equal(begun.length, 1);
  await client.ask("continue", { threadId: 1 });
  while (begun.length < 2) await turn();
  begun[1]?.(gives("second"));
  await client.until("terminated");
  assert.deepEqual([...thread.accepted.values()], [["second"]]);
  await client.ask("disconnect");
});

test("one that had failed before the debugger came is not run again by itself, either", async () => {
  const { chat, client, begun } = await open();
  while (begun.length === 0) await turn();
  begun[0]?.({ ok: false, failure: { source: "handler", code: "failed", message: "No money.", durationMs: 1 } });
  await someTurns();
  chat.hold();
  await client.attach();
  assert.equal((await client.until("stopped"))["description"], "Handler error");
  assert.equal(begun.length, 1);
  await client.ask("disconnect");
});

test("what is typed in the debugger while the chat's handler is at work counts, not what that comes to", async () => {
  const { thread, chat, client, begun } = await open();
  while (begun.length === 0) await turn();
  chat.hold();
  await client.attach({}, (one) => one.send("setFunctionBreakpoints", { breakpoints: [{ name: "f" }] }));
  assert.equal((await client.until("stopped"))["reason"], "function breakpoint");
  await client.ask("evaluate", { expression: 'output = "typed"' });
  begun[0]?.(gives("shipped"));
  await someTurns();
  await client.ask("continue", { threadId: 1 });
  await client.until("terminated");
  assert.deepEqual([...thread.accepted.values()], [["typed"]]);
  await client.ask("disconnect");
});

test("a chat that was about to begin when the debugger came does not; nor is a handler of the debugger run beside it", async () => {
  const { thread, chat, client, begun, knowContext } = await open(false);
  chat.hold();
  knowContext();
  await someTurns();
  assert.equal(begun.length, 0);
  await client.attach();
  while (begun.length === 0) await turn();
  await assert.rejects(chat.run("run_1", "call_0_0", "handler"), /being made already/);
  begun[0]?.(gives("shipped"));
  await client.until("terminated");
  assert.deepEqual([...thread.accepted.values()], [["shipped"]]);
  await client.ask("disconnect");
});

test("a debugger that leaves while its handler is at work leaves no call that is being answered for ever", async () => {
  const { thread, chat, client, begun } = await open(false);
  chat.hold();
  await client.attach();
  while (begun.length === 0) await turn();
  await client.ask("disconnect");
  begun[0]?.({ ok: false, failure: { source: "handler", code: "cancelled", message: "Stopped.", durationMs: 1 } });
  await someTurns();
  const state = thread.runs[0]?.steps[0]?.calls[0]?.answer?.state;
  assert.equal(state, "failed");
  assert.deepEqual([...thread.accepted], []);
});
