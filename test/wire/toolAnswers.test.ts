import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { PolicyAnswerer } from "../../src/core/answers/answerer.ts";
import type { AnswerContext, HandlerResult } from "../../src/core/answers/ports.ts";
import type { AnswerMode } from "../../src/core/answers/policy.ts";
import { parseDefinition } from "../../src/core/definition/parseDefinition.ts";
import { wireTool } from "../../src/core/definition/definition.ts";
import type { Provider } from "../../src/core/provider.ts";
import { isTerminal } from "../../src/core/wire.ts";
import { RunAnswers } from "../../src/host/answers/runAnswers.ts";
import { Conversation } from "../../src/host/conversation/conversation.ts";
import type { ConversationOptions } from "../../src/host/conversation/conversationTypes.ts";
import { TraceStore } from "../../src/host/conversation/traceStore.ts";
import { createAssistantsProvider } from "../../src/provider/assistants/assistantsProvider.ts";
import { Random } from "../unit/core/random.ts";
import { startRuntime } from "./runtimeProcess.ts";
import type { RuntimeProcess } from "./runtimeProcess.ts";

/** Answers by persons, handlers and policies in any order, on the real runtime: each call is answered exactly once. */

const text = `name: Orders
tools:
  - type: function
    function:
      name: get_order_status
      description: Look up the current status of a customer order
      parameters:
        type: object
        properties: { order_id: { type: string, description: "The order ID (e.g., ORD-12345)" } }
        required: [order_id]
    handler: { command: [scripted] }
`;
const parsed = parseDefinition(text);
assert.ok(parsed.valid);
const { definition } = parsed;

let runtime: RuntimeProcess;
let provider: Provider;
let folder: string;
let traces: TraceStore;
let assistantId: string;
const said: string[] = [];
const log = {
  info: () => undefined,
  warn: (line: string) => said.push(line),
  error: (line: string, error: unknown) => said.push(`${line}: ${String(error)}`),
} as unknown as ConversationOptions["log"];

before(async () => {
  folder = await mkdtemp(join(tmpdir(), "answers-"));
  runtime = await startRuntime();
  provider = createAssistantsProvider({ baseUrl: runtime.url, apiKey: runtime.key, label: "The runtime" });
  traces = new TraceStore(join(folder, "traces"), log);
  const assistant = await provider.createAssistant({
    name: "Orders",
    model: "offline",
    description: null,
    instructions: null,
    tools: definition.tools.map(wireTool),
    tool_resources: {},
    metadata: {},
    temperature: null,
    top_p: null,
  });
  assistantId = assistant.id;
});
after(async () => {
  await traces.flush();
  await runtime.stop();
  await rm(folder, { recursive: true, force: true });
});

function conversationOf(threadId: string | null = null): Conversation {
  const connection = { id: "local", name: "Local" } as unknown as ConversationOptions["connection"];
  return new Conversation(threadId, { connection, traces, log, withProvider: (task) => task(provider) });
}

interface Bench {
  readonly conversation: Conversation;
  readonly answers: RunAnswers;
  readonly errors: unknown[];
  mode: AnswerMode;
  /** What a person is typing. */
  readonly typed: Map<string, string>;
}

function benchOf(
  run: (callId: string, signal: AbortSignal) => Promise<HandlerResult>,
  conversation = conversationOf(),
  mostRounds = 50,
): Bench {
  const bench: Bench = {
    conversation,
    errors: [],
    mode: "definition",
    typed: new Map(),
    answers: new RunAnswers({
      conversation,
      answerer: new PolicyAnswerer({
        handlers: {
          run: (_handler, call, _place, signal, options) => {
            options?.onStart?.();
            return run(call.id, signal);
          },
        },
        fixtures: { fixturesOf: () => Promise.resolve([]) },
        now: () => performance.now(),
        wait: () => Promise.resolve(),
      }),
      context: () =>
        Promise.resolve({ definition, place: "/x/a.assistant.yaml", mode: bench.mode } satisfies AnswerContext),
      typed: (callId) => bench.typed.get(callId) ?? null,
      onError: (error) => bench.errors.push(error),
      mostRounds,
    }),
  };
  return bench;
}

async function start({ conversation }: Bench, words: string): Promise<string> {
  await conversation.addMessage(words);
  await conversation.startRun((one, threadId) => one.streamRun(threadId, { assistant_id: assistantId }));
  return conversation.activeRun?.run.id ?? conversation.runs.at(-1)?.run.id ?? assert.fail("no run");
}

/** Resolves when the condition holds after some change of the conversation. */
function when({ conversation }: Bench, holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!holds()) return;
      subscription.dispose();
      resolve();
    };
    const subscription = conversation.onChange(() => queueMicrotask(look));
    look();
  });
}

const waits = (bench: Bench, runId: string) => () => bench.conversation.pendingCalls(runId).length > 0;
const ended = (bench: Bench, runId: string) => () => isTerminal(bench.conversation.run(runId)?.run.status ?? "queued");
const made = (output: string): HandlerResult => ({ ok: true, output, details: "", durationMs: 1 });

describe("answers to tool calls", () => {
  it("by policy: the run goes on by itself, and the record says who answered", async () => {
    const bench = benchOf((id) => Promise.resolve(made(`{"status":"of ${id}"}`)));
    bench.mode = "auto";
    const runId = await start(bench, "Where are my orders ORD-1111 and ORD-2222?");
    await when(bench, ended(bench, runId));
    assert.deepEqual(bench.errors, []);
    const calls = bench.conversation.run(runId)?.steps.flatMap((step) => step.calls) ?? [];
    assert.deepEqual(
      calls.map(({ id, origin, output }) => [origin, output === `{"status":"of ${id}"}`]),
      [
        ["handler", true],
        ["handler", true],
      ],
    );
    const entries = await bench.conversation.recordedEntries(runId);
    const kinds = entries.map(({ kind }) => kind).filter((kind) => kind !== "event");
    assert.deepEqual(kinds, ["answering", "answering", "answered", "answered", "submitted"]);
  });

  it("by policy, but a person is typing another output: nothing is sent over it", async () => {
    const bench = benchOf((id) => {
      bench.typed.set(id, "mine");
      return Promise.resolve(made("its"));
    });
    bench.mode = "auto";
    const runId = await start(bench, "Where is my order ORD-1111?");
    await when(bench, waits(bench, runId));
    const [call] = bench.conversation.pendingCalls(runId);
    await when(bench, () => bench.conversation.run(runId)?.steps[0]?.calls[0]?.answer?.state === "ready");
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(bench.conversation.pendingCalls(runId).length, 1);
    const outputs = [{ callId: call?.id ?? "", output: "mine" }];
    await bench.conversation.submit(runId, bench.conversation.answersFor(runId, outputs));
    await when(bench, ended(bench, runId));
    assert.equal(bench.conversation.run(runId)?.steps[0]?.calls[0]?.origin, "hand");
  });

  it("a run that ends takes its handlers with it", async () => {
    let stopped = false;
    const bench = benchOf(
      (_id, signal) =>
        new Promise((resolve) =>
          signal.addEventListener("abort", () => {
            stopped = true;
            resolve({ ok: false, failure: { source: "handler", code: "cancelled", message: "", durationMs: 1 } });
          }),
        ),
    );
    bench.mode = "auto";
    const runId = await start(bench, "Where is my order ORD-1111?");
    await when(bench, () => bench.conversation.run(runId)?.steps[0]?.calls[0]?.answer?.state === "running");
    await bench.conversation.cancel(runId);
    await when(bench, ended(bench, runId));
    assert.equal(stopped, true);
  });

  it("a run that waited when its thread was opened is left to the person; what was cut short says so", async () => {
    let runs = 0;
    const first = benchOf(() => {
      runs += 1;
      return new Promise(() => undefined);
    });
    first.mode = "auto";
    const runId = await start(first, "Where is my order ORD-1111?");
    await when(first, () => first.conversation.run(runId)?.steps[0]?.calls[0]?.answer?.state === "running");
    const { threadId } = first.conversation;
    await traces.flush();
    first.conversation.dispose();

    const again = conversationOf(threadId);
    await again.load();
    const second = benchOf(() => {
      runs += 1;
      return Promise.resolve(made("2"));
    }, again);
    second.mode = "auto";
    const answer = again.run(runId)?.steps[0]?.calls[0]?.answer;
    assert.match(answer?.state === "failed" ? answer.failure.message : "", /closed before the answer came/);
    assert.equal(again.pendingCalls(runId).length, 1);
    assert.equal(runs, 1);
    await second.answers.answerWaiting(runId);
    await when(second, ended(second, runId));
    assert.equal(runs, 2);
  });

  it("a run that asks for ever is left to the person at last", async () => {
    const bench = benchOf(() => Promise.resolve(made("1")), conversationOf(), 0);
    bench.mode = "auto";
    const runId = await start(bench, "Where is my order ORD-1111?");
    await when(bench, waits(bench, runId));
    await new Promise((resolve) => setImmediate(resolve));
    assert.match(String(bench.errors[0]), /round in circles/);
    assert.equal(bench.conversation.pendingCalls(runId).length, 1);
    await bench.conversation.cancel(runId);
    bench.conversation.dispose();
  });

  it("while a debugger holds them, nothing is answered by itself", async () => {
    const bench = benchOf(() => Promise.resolve(made("1")));
    bench.mode = "auto";
    const hold = bench.answers.hold();
    const runId = await start(bench, "Where is my order ORD-1111?");
    await when(bench, waits(bench, runId));
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(bench.conversation.pendingCalls(runId).length, 1);
    hold.dispose();
    await bench.answers.answerWaiting(runId);
    await when(bench, ended(bench, runId));
  });

  it("in any interleaving: each call is answered exactly once, with what the record says", async () => {
    for (let seed = 1; seed <= 100; seed += 1) await interleave(seed);
  });
});

/** A person, handlers and the policy at the same calls, in an order that the seed decides. */
async function interleave(seed: number): Promise<void> {
  const random = new Random(seed);
  const pauses: (() => void)[] = [];
  /** Waits until the dice let it go on. */
  const pause = (signal?: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      pauses.push(resolve);
      signal?.addEventListener("abort", () => resolve(), { once: true });
    });
  const bench = benchOf(async (id, signal) => {
    await pause(signal);
    if (signal.aborted)
      return { ok: false, failure: { source: "handler", code: "cancelled", message: "Stopped.", durationMs: 1 } };
    return random.chance(0.7)
      ? made(`{"handler":"${id}"}`)
      : { ok: false, failure: { source: "handler", code: "failed", message: "failed", durationMs: 1 } };
  });
  bench.mode = random.pick<AnswerMode>(["auto", "definition", "ask"]);
  const { conversation, answers } = bench;
  const count = 1 + random.below(3);
  const orders = Array.from({ length: count }, (_, index) => `ORD-${seed}00${index}`).join(" and ");
  const runId = await start(bench, `Where are my orders ${orders}?`);
  await when(bench, waits(bench, runId));
  const ids = conversation.pendingCalls(runId).map(({ id }) => id);
  const story: string[] = [`seed ${seed}, ${bench.mode}, ${ids.length} calls`];
  const work: Promise<unknown>[] = [];
  const tried = (name: string, what: Promise<unknown>): void => {
    story.push(name);
    // Much of it comes too late or twice: it is refused, in words.
    work.push(what.catch((error: unknown) => assert.ok(error instanceof Error && error.message !== "", String(error))));
  };
  for (let round = 0; round < 12 && waits(bench, runId)(); round += 1) {
    const id = random.pick(ids);
    switch (random.below(6)) {
      case 0:
        tried(`run ${id}`, answers.run(runId, id, "handler"));
        break;
      case 1:
        story.push(`stop ${id}`);
        answers.stop(id);
        break;
      case 2:
        tried("auto", answers.answerWaiting(runId));
        break;
      case 3: {
        const outputs = ids.map((callId) => ({ callId, output: `by hand ${round}` }));
        tried("submit", conversation.submit(runId, conversation.answersFor(runId, outputs)));
        if (random.chance(0.5))
          tried("submit twice", conversation.submit(runId, conversation.answersFor(runId, outputs)));
        break;
      }
      case 4:
        tried(
          "submit some",
          conversation.submit(
            runId,
            conversation
              .answersFor(runId, [{ callId: id, output: "x" }])
              .concat(ids.length > 1 ? [] : conversation.answersFor(runId, [{ callId: "call_other", output: "y" }])),
          ),
        );
        break;
      default:
        pauses.splice(random.below(pauses.length + 1), 1)[0]?.();
    }
    if (random.chance(0.5)) await new Promise((resolve) => setImmediate(resolve));
  }
  if (waits(bench, runId)()) {
    const outputs = ids.map((callId) => ({ callId, output: "at last" }));
    tried("submit at last", conversation.submit(runId, conversation.answersFor(runId, outputs)));
  }
  await when(bench, ended(bench, runId));
  for (const go of pauses) go();
  await Promise.all(work);
  const told = story.join("; ");
  assert.deepEqual(
    bench.errors.filter((error) => !/already|waits for/.test(String(error))),
    [],
    told,
  );
  assert.equal(conversation.run(runId)?.run.status, "completed", told);
  const submitted = (await conversation.recordedEntries(runId)).filter((entry) => entry.kind === "submitted");
  assert.equal(submitted.length, 1, told);
  const recorded = new Map(submitted.flatMap(({ answers: sent }) => sent.map((one) => [one.callId, one])));
  const steps = await provider.listRunSteps(conversation.threadId ?? "", runId, { order: "asc", limit: 100 });
  const kept = steps.data.flatMap(({ step_details: details }) =>
    details.type === "tool_calls" ? details.tool_calls.flatMap((call) => (call.type === "function" ? [call] : [])) : [],
  );
  assert.deepEqual(kept.map(({ id }) => id).toSorted(), ids.toSorted(), told);
  for (const call of kept) {
    const answer = recorded.get(call.id);
    assert.ok(answer !== undefined, told);
    assert.equal(answer.output, call.function.output, told);
    assert.equal(answer.origin, answer.output.startsWith("{") ? "handler" : "hand", told);
  }
  answers.dispose();
  conversation.dispose();
}
