/** Attaching to threads of other programs, answers from elsewhere, expiry. */
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { toFile } from "openai";
import type OpenAI from "openai";

import { pendingCalls, threadSaying, untilStatus } from "../assistantFixtures.ts";
import { openDebugWorld } from "./debugWorld.ts";
import type { DebugTalk, DebugWorld } from "./debugWorld.ts";

let world: DebugWorld;
let client: OpenAI;
let assistant: string;
let talk: DebugTalk;
before(async () => {
  world = await openDebugWorld();
  ({ client } = world.runtime);
  const tool = { type: "function", function: { name: "get_order_status", parameters: {} } } as const;
  assistant = (await client.beta.assistants.create({ name: "Orders", model: "m", tools: [tool] })).id;
});
after(() => world.close());
afterEach(() => talk.end());

const order = (id: string): readonly [string, unknown] => ["get_order_status", { order_id: id }];

async function waitingRun(): Promise<{ readonly thread: string; readonly run: string }> {
  const thread = await threadSaying(client, "Where is ORD-1?");
  const run = await client.beta.threads.runs.create(thread, { assistant_id: assistant });
  await untilStatus(client, thread, run.id, "requires_action");
  return { thread, run: run.id };
}

/** Resolves when the server's clock, which tells whole seconds, has passed one. */
async function untilAfter(second: number): Promise<void> {
  while ((await client.beta.threads.create()).created_at <= second);
}

function answer(thread: string, run: string, outputs: readonly (readonly [string, string])[]): Promise<unknown> {
  return client.beta.threads.runs.submitToolOutputs(run, {
    thread_id: thread,
    tool_outputs: outputs.map(([tool_call_id, output]) => ({ tool_call_id, output })),
  });
}

test("a run that waits: found by its thread alone, with its definition; answered here", async () => {
  talk = await world.client();
  world.says([order("A")], "Done.");
  const { thread, run } = await waitingRun();
  const { baseUrl } = { baseUrl: world.runtime.url };
  await talk.begin("attach", { thread, baseUrl, definition: world.definition }, { lines: [{ line: 6 }] });
  assert.equal((await talk.stopped()).reason, "breakpoint");
  assert.equal(await talk.evaluate("args.order_id"), '"A"');
  await talk.evaluate('output = "a"');
  await talk.go("continue");
  await talk.until("terminated");
  assert.equal((await client.beta.threads.runs.retrieve(run, { thread_id: thread })).status, "completed");
});

test("without a definition there is no source, and everything else", async () => {
  talk = await world.client();
  world.says([order("A")], "Done.");
  const { thread, run } = await waitingRun();
  await talk.begin(
    "attach",
    { thread, run, baseUrl: world.runtime.url },
    { functions: [{ name: "get_order_status" }] },
  );
  assert.equal((await talk.stopped()).reason, "function breakpoint");
  assert.deepEqual(
    (await talk.frames()).map(({ source }) => source),
    [undefined, undefined, undefined, undefined],
  );
  await talk.evaluate('output = "a"');
  await talk.go("continue");
  await talk.until("terminated");
});

test("the next run of a thread, and, when it stays, the one after", async () => {
  talk = await world.client();
  const thread = await threadSaying(client, "Where is ORD-1?");
  await talk.begin("attach", { thread, baseUrl: world.runtime.url, stay: true });
  for (const id of [1, 2]) {
    world.says([order(`ORD-${id}`)], "Done.");
    const run = await client.beta.threads.runs.create(thread, { assistant_id: assistant });
    assert.equal((await talk.stopped()).threadId, id);
    assert.equal(await talk.evaluate("order_id", 0, id), `"ORD-${id}"`);
    await talk.evaluate('output = "found"', 0, id);
    await talk.go("continue", id);
    await talk.until("thread", ({ reason, threadId }) => reason === "exited" && threadId === id);
    await untilStatus(client, thread, run.id, "completed");
  }
  await talk.ask("terminate");
  await talk.until("terminated");
});

test("answered elsewhere while it is held: the debugger goes along, and stops at the next call", async () => {
  talk = await world.client();
  world.says([order("A"), order("B")], [order("C")], "Done.");
  const { thread, run } = await waitingRun();
  await talk.begin("attach", { thread, run, baseUrl: world.runtime.url });
  await talk.stopped();
  await talk.evaluate('output = "mine"');
  await talk.go("next");
  await talk.stopped();
  const waiting = await client.beta.threads.runs.retrieve(run, { thread_id: thread });
  await answer(
    thread,
    run,
    pendingCalls(waiting).map(({ id }) => [id, "theirs"] as const),
  );
  await talk.until("continued");
  const next = await talk.stopped();
  assert.equal(next.description, "Paused on step: get_order_status");
  assert.equal(await talk.evaluate("args.order_id"), '"C"');
  await talk.evaluate('output = "mine again"');
  await talk.go("continue");
  await talk.until("terminated");
  const { messages } = world.model.bodies.at(-1) as { messages: { role: string; content: unknown }[] };
  assert.deepEqual(
    messages.filter(({ role }) => role === "tool").map(({ content }) => content),
    ["theirs", "theirs", "mine again"],
  );
});

test("cancelled elsewhere while it is held: the session ends", async () => {
  talk = await world.client();
  world.says([order("A")]);
  const { thread, run } = await waitingRun();
  await talk.begin("attach", { thread, run, baseUrl: world.runtime.url });
  await talk.stopped();
  await client.beta.threads.runs.cancel(run, { thread_id: thread });
  await talk.until("terminated");
  assert.match(talk.said(), /Run 1 cancelled/);
});

test("while it is held the runtime puts the expiry off, and says until when", async () => {
  talk = await world.client();
  world.says([order("A")]);
  const { thread, run } = await waitingRun();
  const before = (await client.beta.threads.runs.retrieve(run, { thread_id: thread })).expires_at ?? 0;
  await untilAfter(before - 600);
  await talk.begin("attach", { thread, run, baseUrl: world.runtime.url });
  await talk.stopped();
  const { state } = (await talk.until("assistantExpiry", (body) => body["state"] !== null)) as {
    state: { expiresAt: number; hold: string };
  };
  assert.equal(state.hold, "held");
  assert.ok(state.expiresAt > before * 1000, `${state.expiresAt} ${before}`);
  assert.equal(
    (await client.beta.threads.runs.retrieve(run, { thread_id: thread })).expires_at,
    state.expiresAt / 1000,
  );
  await talk.ask("disconnect");
  assert.equal((await client.beta.threads.runs.retrieve(run, { thread_id: thread })).status, "requires_action");
});

test("restart runs the same again: the run's own settings, the thread's metadata and resources", async () => {
  talk = await world.client();
  world.says([order("A")]);
  const upload = await toFile(Buffer.from("a,b\n"), "data.txt");
  const file = await client.files.create({ file: upload, purpose: "assistants" });
  const store = await client.vectorStores.create({ name: "Docs" });
  const tool_resources = {
    code_interpreter: { file_ids: [file.id] },
    file_search: { vector_store_ids: [store.id] },
  };
  const thread = await client.beta.threads.create({
    messages: [
      {
        role: "user",
        content: "Where is ORD-1?",
        attachments: [{ file_id: file.id, tools: [{ type: "code_interpreter" }, { type: "file_search" }] }],
      },
    ],
    tool_resources,
    metadata: { customer: "77", title: "Lost order" },
  });
  const own = {
    model: "special",
    instructions: "Only for this run.",
    tools: [
      { type: "function", function: { name: "get_order_status", description: "Anew", parameters: {} } },
      { type: "code_interpreter" },
    ],
    tool_choice: { type: "function", function: { name: "get_order_status" } },
    parallel_tool_calls: false,
    max_completion_tokens: 777,
    max_prompt_tokens: 5000,
    truncation_strategy: { type: "last_messages", last_messages: 3 },
    temperature: 0.25,
    top_p: 0.5,
    response_format: { type: "json_object" },
    metadata: { experiment: "b" },
  } as const;
  type Created = Parameters<typeof client.beta.threads.runs.create>[1];
  const first = await client.beta.threads.runs.create(thread.id, {
    assistant_id: assistant,
    ...own,
  } as unknown as Created);
  assert.ok("id" in first);
  await untilStatus(client, thread.id, first.id, "requires_action");
  await talk.begin("attach", { thread: thread.id, run: first.id, baseUrl: world.runtime.url });
  await talk.stopped();
  const old = await client.beta.threads.runs.retrieve(first.id, { thread_id: thread.id });
  // Twice: what begins again is begun again in the same way.
  for (const id of [2, 3]) {
    world.says([order("B")]);
    await talk.ask("restart");
    assert.equal((await talk.stopped()).threadId, id);
    const again = (await talk.evaluate("run.thread_id", 0, id)).slice(1, -1);
    assert.notEqual(again, thread.id);
    const fork = await client.beta.threads.retrieve(again);
    assert.deepEqual(fork.metadata, thread.metadata);
    assert.deepEqual(fork.tool_resources, thread.tool_resources);
    const [run] = (await client.beta.threads.runs.list(again)).data;
    const names = Object.keys(own) as (keyof typeof own)[];
    for (const name of names) assert.deepEqual(run?.[name], old[name], name);
    const [message] = (await client.beta.threads.messages.list(again)).data;
    assert.deepEqual(message?.attachments, [
      { file_id: file.id, tools: [{ type: "code_interpreter" }, { type: "file_search" }] },
    ]);
  }
  await talk.ask("disconnect", { terminateDebuggee: true });
});

test("what a run has from its assistant is the assistant's again, as it is now", async () => {
  talk = await world.client();
  world.says([order("A")]);
  const tool = { type: "function", function: { name: "get_order_status", parameters: {} } } as const;
  const made = await client.beta.assistants.create({
    name: "Changing",
    model: "m",
    instructions: "Old.",
    tools: [tool],
  });
  const thread = await threadSaying(client, "Where is ORD-1?");
  const { id } = await client.beta.threads.runs.create(thread, { assistant_id: made.id, max_completion_tokens: 500 });
  await untilStatus(client, thread, id, "requires_action");
  await talk.begin("attach", { thread, run: id, baseUrl: world.runtime.url });
  await talk.stopped();
  world.says([order("B")]);
  await talk.ask("restart");
  await talk.stopped();
  // The first one that was begun here knows what it was given; an assistant that changes then is run as it is.
  await client.beta.assistants.update(made.id, { instructions: "New." });
  world.says([order("B")]);
  await talk.ask("restart");
  await talk.stopped();
  assert.equal(await talk.evaluate("run.instructions", 0, 3), '"New."');
  assert.equal(await talk.evaluate("run.max_completion_tokens", 0, 3), "500");
  await talk.ask("disconnect", { terminateDebuggee: true });
});

test("a session that is told not to does not hold it", async () => {
  talk = await world.client();
  world.says([order("A")]);
  const { thread, run } = await waitingRun();
  await talk.begin("attach", { thread, run, hold: false, baseUrl: world.runtime.url });
  await talk.stopped();
  const { state } = (await talk.until("assistantExpiry", (body) => body["state"] !== null)) as {
    state: { hold: string };
  };
  assert.equal(state.hold, "off");
});

test("what cannot be attached to, in words", async () => {
  world.says("Done.");
  const thread = await threadSaying(client, "Hello");
  const run = await client.beta.threads.runs.create(thread, { assistant_id: assistant });
  await untilStatus(client, thread, run.id, "completed");
  const wrong: readonly [object, RegExp][] = [
    [{}, /give `thread`/],
    [{ thread: "thread_none" }, /thread_none/],
    [{ thread, run: "run_none" }, /The thread has no run run_none/],
    [{ thread, run: run.id }, /is completed: there is nothing left to debug/],
  ];
  for (const [args, words] of wrong) {
    talk = await world.client();
    await talk.ask("initialize", { adapterID: "assistant", pathFormat: "path" });
    await talk.ask("configurationDone");
    assert.match(await talk.refused("attach", { baseUrl: world.runtime.url, ...args }), words);
    await talk.end();
  }
});
