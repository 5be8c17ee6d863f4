/** What the engine makes of the events of turns that only some upstreams send. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "../../../src/runtime/clock.ts";
import { newRun } from "../../../src/runtime/engine/newRun.ts";
import { RunEngine, type StartedRun } from "../../../src/runtime/engine/runEngine.ts";
import type { RunExtra } from "../../../src/runtime/engine/runExtra.ts";
import type { Assistant, Run } from "../../../src/runtime/objects.ts";
import { openDatabase } from "../../../src/runtime/store/database.ts";
import { ObjectStore } from "../../../src/runtime/store/objectStore.ts";
import type { ConversationItem, TurnEvent } from "../../../src/runtime/upstream/port.ts";

const assistant: Assistant = {
  id: "asst_1",
  object: "assistant",
  created_at: 1,
  name: null,
  description: null,
  model: "m",
  instructions: "x",
  tools: [],
  metadata: {},
  reasoning_effort: null,
};
const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
const end = (reason: Extract<TurnEvent, { kind: "turn.end" }>["reason"] = "stop"): TurnEvent => ({
  kind: "turn.end",
  reason,
  usage,
  details: { cachedTokens: 2, reasoningTokens: 1 },
});
const asked: readonly TurnEvent[] = [
  { kind: "fn.start", slot: 0, callId: "call_a", name: "f" },
  { kind: "fn.args", slot: 0, fragment: "{}" },
];
const items = [{ type: "reasoning", encrypted_content: "x" }, { type: "function_call" }];

interface Played {
  readonly store: ObjectStore;
  readonly run: Run;
  /** What each turn was told. */
  readonly told: (readonly ConversationItem[])[];
  readonly submit: () => Promise<void>;
  readonly extra: () => RunExtra | undefined;
}

/** A run on an upstream that says the given turns, up to its first stop. */
async function play(...turns: readonly (readonly TurnEvent[])[]): Promise<Played> {
  const store = new ObjectStore(await openDatabase(":memory:"));
  const told: (readonly ConversationItem[])[] = [];
  const engine = new RunEngine({
    store,
    clock: systemClock,
    log: () => undefined,
    upstream: {
      async *runTurn(request) {
        yield* turns[told.push(request.items) - 1] ?? [];
      },
      listModels: () => Promise.resolve([]),
    },
  });
  store.insert("thread", { id: "thread_1", object: "thread", created_at: 1, tool_resources: {}, metadata: {} });
  const run = newRun(assistant, "thread_1", {}, systemClock);
  await finish(engine.create(run, []));
  return {
    store,
    run,
    told,
    submit: () => finish(engine.submit(store.get("run", run.id) ?? run, new Map([["call_a", "out"]]))),
    extra: () => store.getExtra<RunExtra>(run.id),
  };
}

async function finish(started: StartedRun): Promise<void> {
  while ((await started.events.next()).kind === "frames");
}

test("what an upstream must see again is kept while the run waits, given back with the next turn, and then let go", async () => {
  const played = await play(
    [
      { kind: "text.delta", text: "One" },
      { kind: "message.end", phase: "commentary" },
      { kind: "text.delta", text: "Two" },
      { kind: "message.end", phase: null },
      ...asked,
      { kind: "turn.replay", items },
      end(),
    ],
    [{ kind: "text.delta", text: "Done" }, end()],
  );
  assert.deepEqual(
    played.extra()?.replays.map((replay) => replay.items),
    [items],
  );
  assert.equal(played.extra()?.replays[0]?.steps.length, 3);
  await played.submit();
  assert.deepEqual(played.told[1], [
    {
      kind: "assistant",
      text: "One\n\nTwo",
      calls: [{ id: "call_a", name: "f", arguments: "{}" }],
      replay: items,
    },
    { kind: "tool", callId: "call_a", output: "out" },
  ]);
  assert.equal(played.store.get("run", played.run.id)?.status, "completed");
  assert.deepEqual(played.extra()?.replays, []);
  assert.deepEqual(Object.values(played.extra()?.phases ?? {}), ["commentary"]);
});

test("cached and reasoning tokens are added up, beside the run and not in it", async () => {
  const played = await play([...asked, end()], [{ kind: "text.delta", text: "Done" }, end()]);
  await played.submit();
  assert.deepEqual(played.extra()?.details, { cachedTokens: 4, reasoningTokens: 2 });
  assert.deepEqual(played.store.get("run", played.run.id)?.usage, {
    prompt_tokens: 6,
    completion_tokens: 4,
    total_tokens: 10,
  });
});

test("without a replay, a turn is told by its text and calls", async () => {
  const played = await play([{ kind: "text.delta", text: "One" }, ...asked, end()], [end()]);
  await played.submit();
  assert.deepEqual(played.told[1], [
    { kind: "assistant", text: "One", calls: [{ id: "call_a", name: "f", arguments: "{}" }] },
    { kind: "tool", callId: "call_a", output: "out" },
  ]);
});

test("a turn that stopped for a reason of its own: the run is incomplete and gives none", async () => {
  const played = await play([{ kind: "text.delta", text: "One" }, end("other")]);
  const run = played.store.get("run", played.run.id);
  assert.deepEqual([run?.status, run?.incomplete_details, run?.usage], ["incomplete", {}, usage]);
});

test("a run that an earlier version left waiting goes on", async () => {
  const played = await play([...asked, end()], [{ kind: "text.delta", text: "Done" }, end()]);
  played.store.setExtra(played.run.id, { turns: 1, used: usage, waitingStepUsage: usage, lateText: "" });
  await played.submit();
  assert.equal(played.store.get("run", played.run.id)?.status, "completed");
});
