import assert from "node:assert/strict";
import { test } from "node:test";
import type { Clock } from "../../../src/runtime/clock.ts";
import { newRun } from "../../../src/runtime/engine/newRun.ts";
import { RunEngine, type StartedRun } from "../../../src/runtime/engine/runEngine.ts";
import type { Assistant, Run } from "../../../src/runtime/objects.ts";
import { openDatabase } from "../../../src/runtime/store/database.ts";
import { ObjectStore } from "../../../src/runtime/store/objectStore.ts";
import type { TurnEvent, Upstream } from "../../../src/runtime/upstream/port.ts";

/** Time that stands still until it is told to go on. */
class ManualClock implements Clock {
  #now = 1_800_000_000_000;
  #timers: { at: number; run: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.#now + ms, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }

  advance(ms: number): void {
    this.#now += ms;
    const due = this.#timers.filter((timer) => timer.at <= this.#now);
    this.#timers = this.#timers.filter((timer) => timer.at > this.#now);
    for (const timer of due) timer.run();
  }

  get waiting(): number {
    return this.#timers.length;
  }
}

const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
const never = new Promise<never>(() => undefined);

/** An upstream that says the given things, and then nothing for ever unless they end the turn. Deaf to aborts. */
function saying(...turns: readonly (readonly TurnEvent[])[]): Upstream {
  let turn = 0;
  return {
    async *runTurn() {
      const events = turns[turn++] ?? [];
      yield* events;
      if (events.at(-1)?.kind !== "turn.end") await never;
    },
    listModels: () => Promise.resolve([]),
  };
}

const wantsTool: readonly TurnEvent[] = [
  { kind: "fn.start", slot: 0, callId: "call_a", name: "f" },
  { kind: "fn.args", slot: 0, fragment: "{}" },
  { kind: "turn.end", reason: "stop", usage },
];

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

async function setUp(
  upstream: Upstream,
): Promise<{ store: ObjectStore; clock: ManualClock; engine: RunEngine; run: Run; log: string[] }> {
  const store = new ObjectStore(await openDatabase(":memory:"));
  const clock = new ManualClock();
  const log: string[] = [];
  const engine = new RunEngine({ store, clock, upstream, log: (line) => log.push(line) });
  store.insert("thread", { id: "thread_1", object: "thread", created_at: 1, tool_resources: {}, metadata: {} });
  return { store, clock, engine, run: newRun(assistant, "thread_1", {}, clock), log };
}

async function eventsOf(started: StartedRun): Promise<string[]> {
  let text = "";
  for (;;) {
    const part = await started.events.next();
    if (part.kind !== "frames") return [...text.matchAll(/^event: (.*)$/gm)].map((match) => match[1] ?? "");
    text += part.frames;
  }
}

/** Lets everything that can happen without time passing happen. */
async function settle(): Promise<void> {
  for (let at = 0; at < 10; at++) await new Promise((resolve) => setImmediate(resolve));
}

test("a waiting run expires 600 seconds after its creation, not before", async () => {
  const { store, clock, engine, run } = await setUp(saying(wantsTool));
  const names = await eventsOf(engine.create(run, []));
  assert.equal(names.at(-1), "thread.run.requires_action");
  clock.advance(599_000);
  assert.equal(store.get("run", run.id)?.status, "requires_action");
  clock.advance(1_000);
  const ended = store.get("run", run.id);
  assert.deepEqual([ended?.status, ended?.required_action, ended?.usage], ["expired", null, usage]);
  assert.deepEqual(
    store.all("step", run.id).map((step) => [step.status, step.usage]),
    [["expired", usage]],
  );
  assert.equal(store.activeRun("thread_1"), undefined);
  assert.equal(clock.waiting, 0);
});

test("a run at work expires: message, step, run", async () => {
  const { store, clock, engine, run } = await setUp(saying([{ kind: "text.delta", text: "Hm" }]));
  const started = engine.create(run, []);
  await settle();
  clock.advance(600_000);
  const names = await eventsOf(started);
  assert.deepEqual(names.slice(-3), ["thread.message.incomplete", "thread.run.step.expired", "thread.run.expired"]);
  const [message] = store.all("message", "thread_1");
  assert.deepEqual(message?.incomplete_details, { reason: "run_expired" });
  assert.deepEqual(message?.content, [{ type: "text", text: { value: "Hm", annotations: [] } }]);
});

test("a run that has ended is not expired", async () => {
  const { store, clock, engine, run } = await setUp(
    saying([
      { kind: "text.delta", text: "Hm" },
      { kind: "turn.end", reason: "stop", usage },
    ]),
  );
  await eventsOf(engine.create(run, []));
  await settle();
  assert.equal(clock.waiting, 0);
  clock.advance(600_000);
  assert.equal(store.get("run", run.id)?.status, "completed");
});

test("a run that waits and is held gets its lifetime again; who stops holding it lets it expire", async () => {
  const { store, clock, engine, run } = await setUp(saying(wantsTool));
  await eventsOf(engine.create(run, []));
  await settle();
  const waiting = (): Run => {
    const found = store.get("run", run.id);
    assert.ok(found);
    return found;
  };
  clock.advance(599_000);
  assert.equal(engine.hold(waiting()).expires_at, run.created_at + 599 + 600);
  clock.advance(599_000);
  assert.equal(waiting().status, "requires_action");
  clock.advance(1000);
  assert.equal(waiting().status, "expired");
});

test("a queued run can be cancelled before anything is asked of the model", async () => {
  let asked = 0;
  const { store, engine, run } = await setUp({
    ...saying([]),
    runTurn: () => {
      asked++;
      throw new Error("asked");
    },
  });
  const started = engine.create(run, []);
  assert.equal(started.run.status, "queued");
  assert.equal(engine.cancel(run).status, "cancelling");
  assert.deepEqual(await eventsOf(started), [
    "thread.run.created",
    "thread.run.queued",
    "thread.run.cancelling",
    "thread.run.cancelled",
  ]);
  assert.deepEqual([asked, store.get("run", run.id)?.status], [0, "cancelled"]);
});

test("after a start: a waiting run is watched, or expired when its time is over; a cancelling one is cancelled", async () => {
  for (const [status, later, expected] of [
    ["requires_action", 0, "requires_action"],
    ["requires_action", 700_000, "expired"],
    ["in_progress", 0, "failed"],
    ["queued", 0, "failed"],
    ["cancelling", 0, "cancelled"],
  ] as const) {
    const { store, clock, engine, run } = await setUp(saying());
    store.insert("run", { ...run, status }, { parent: "thread_1" });
    clock.advance(later);
    engine.recover();
    clock.advance(0);
    assert.equal(store.get("run", run.id)?.status, expected, status);
  }
});

test("an upstream that throws fails the run, and the log says so", async () => {
  const { store, engine, run, log } = await setUp({
    ...saying([]),
    runTurn: () => {
      throw new Error("broken adapter");
    },
  });
  await eventsOf(engine.create(run, []));
  assert.deepEqual(store.get("run", run.id)?.last_error, {
    code: "server_error",
    message: "The runtime failed: broken adapter",
  });
  assert.match(log.join(), /broken adapter/);
});

test("a run that never stops asking for functions ends after 64 turns", async () => {
  const { engine, run, store } = await setUp(saying(...Array.from({ length: 100 }, () => wantsTool)));
  await eventsOf(engine.create(run, []));
  let turns = 1;
  for (;;) {
    const current = store.get("run", run.id);
    const call = current?.required_action?.submit_tool_outputs.tool_calls[0];
    if (current?.status !== "requires_action" || call === undefined) break;
    await eventsOf(engine.submit(current, new Map([[call.id, "again"]])));
    turns++;
  }
  assert.equal(turns, 65);
  assert.match(store.get("run", run.id)?.last_error?.message ?? "", /loop/);
  assert.equal(
    new Set(
      store
        .all("step", run.id)
        .flatMap((step) =>
          step.step_details.type === "tool_calls" ? step.step_details.tool_calls.map((call) => call.id) : [],
        ),
    ).size,
    64,
  );
});

test("the store refuses a second active run on a thread by itself", async () => {
  const { store, run, clock } = await setUp(saying());
  store.insert("run", run, { parent: "thread_1" });
  assert.throws(() => store.insert("run", newRun(assistant, "thread_1", {}, clock), { parent: "thread_1" }), /UNIQUE/);
});
