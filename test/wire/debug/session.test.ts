/** Conversations over the Debug Adapter Protocol with the adapter as a process, the real runtime behind it. */
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";

import { openDebugWorld } from "./debugWorld.ts";
import type { DebugTalk, DebugWorld } from "./debugWorld.ts";

let world: DebugWorld;
let talk: DebugTalk;
before(async () => {
  world = await openDebugWorld();
});
after(() => world.close());
afterEach(async () => {
  await talk.end();
});

const order = (id: string): readonly [string, unknown] => ["get_order_status", { order_id: id }];

/** What the model was told as outputs, in its last request. */
function outputsSent(): unknown[] {
  const { messages } = world.model.bodies.at(-1) as { messages: { role: string; content: unknown }[] };
  return messages.filter(({ role }) => role === "tool").map(({ content }) => content);
}

test("a breakpoint on a tool's lines: stack, variables, an answer in Variables, continue", async () => {
  talk = await world.client();
  world.says([order("ORD-1")], "It is on its way.");
  const set = await talk.begin("launch", world.launch(), { lines: [{ line: 9 }, { line: 2 }, { line: 14 }] });
  assert.deepEqual(
    set.map(({ verified, line }) => [verified, line]),
    [
      [true, 6],
      [false, 2],
      [false, 14],
    ],
  );
  assert.match(set[1]?.message ?? "", /no tool on this line/);
  assert.match(set[2]?.message ?? "", /file_search is run by the provider/);
  const stop = await talk.stopped();
  assert.deepEqual([stop.reason, stop.threadId, stop.hitBreakpointIds], ["breakpoint", 1, [set[0]?.id]]);

  const frames = await talk.frames();
  assert.deepEqual(
    frames.map(({ name }) => name.replaceAll(/(?:run|thread)_\w+/g, "ID").replace(/\d+:\d\d/, "TIME")),
    [
      'get_order_status(order_id: "ORD-1")',
      "step 1 · 1 tool call",
      "run · requires action · expires in TIME · ID",
      "thread · Where is ORD-1? · ID",
    ],
  );
  assert.deepEqual([frames[0]?.source?.path, frames[0]?.line], [world.definition, 6]);
  assert.deepEqual([frames[3]?.source?.path, frames[3]?.line], [world.definition, 1]);

  const args = await talk.scope("Arguments");
  assert.equal(args.get("order_id")?.value, '"ORD-1"');
  assert.equal(args.get("(as sent)")?.value, '{"order_id":"ORD-1"}');
  assert.equal((await talk.scope("Run")).get("model")?.value, '"m"');
  assert.equal((await talk.scope("Assistant")).get("name")?.value, '"Orders"');
  const messages = await talk.scope("Thread Messages");
  assert.equal(messages.get("user")?.value, "Where is ORD-1?");

  const output = await talk.scope("Output");
  assert.equal(output.get("output")?.value, "(not answered yet)");
  const frameId = (await talk.frames())[0]?.id;
  const scopes = (await talk.ask("scopes", { frameId }))["scopes"] as { name: string; variablesReference: number }[];
  const reference = (name: string): number => scopes.find((one) => one.name === name)?.variablesReference ?? 0;
  const changed = await talk.ask("setVariable", {
    variablesReference: reference("Output"),
    name: "output",
    value: '{"status":"shipped","items":[{"sku":"A"}]}',
  });
  assert.equal(changed["type"], "object");
  await talk.until("invalidated");
  const parts = await talk.variables(Number(changed["variablesReference"]));
  await talk.ask("setVariable", {
    variablesReference: Number(changed["variablesReference"]),
    name: "status",
    value: "late",
  });
  const item = [...(await talk.variables(parts.get("items")?.variablesReference ?? 0)).values()][0];
  await talk.ask("setVariable", { variablesReference: item?.variablesReference, name: "sku", value: '"B"' });
  assert.match(
    await talk.refused("setVariable", { variablesReference: reference("Arguments"), name: "order_id", value: "x" }),
    /order_id cannot be changed: only the output/,
  );
  assert.equal((await talk.variables(reference("Output"))).get("origin")?.value, "by hand: typed in the debugger");
  await talk.go("continue");
  await talk.until("thread", ({ reason }) => reason === "exited");
  await talk.until("terminated");
  assert.deepEqual(outputsSent(), ['{"status":"late","items":[{"sku":"B"}]}']);
});

test("conditions, hit counts, logpoints, function breakpoints; without an answer the run is held and says so", async () => {
  talk = await world.client();
  world.says(
    [order("ORD-1")],
    [order("ORD-2")],
    [["refund", { order_id: "ORD-2", amount: 150 }]],
    [order("ORD-3")],
    "Done.",
  );
  await talk.begin("launch", world.launch(), {
    lines: [
      { line: 6, condition: 'order_id == "ORD-2"' },
      { line: 7, logMessage: "asked for {args.order_id}" },
      { line: 8, hitCondition: "3" },
    ],
    functions: [{ name: "refund", condition: "amount > 100" }],
  });
  const first = await talk.stopped();
  assert.deepEqual([first.reason, first.description], ["pause", "Waiting for the output of get_order_status"]);
  assert.match(first.text ?? "", /type output = … in the Debug Console/);
  assert.equal(await talk.evaluate('output = "one"'), '"one"');
  await talk.go("continue");
  const second = await talk.stopped();
  assert.equal(second.reason, "breakpoint");
  await talk.evaluate("output = { status: 'two' }");
  await talk.evaluate("output.by = args.order_id");
  await talk.go("continue");
  const third = await talk.stopped();
  assert.equal(third.reason, "function breakpoint");
  await talk.evaluate("output = { refunded: true }");
  await talk.go("continue");
  const fourth = await talk.stopped();
  assert.deepEqual([fourth.reason, fourth.hitBreakpointIds?.length], ["breakpoint", 1]);
  await talk.evaluate("output = error('lost')");
  await talk.go("continue");
  await talk.until("terminated");
  assert.deepEqual(outputsSent(), ["one", '{"status":"two","by":"ORD-2"}', '{"refunded":true}', '{"error":"lost"}']);
  assert.match(talk.said(), /asked for ORD-1\n[\s\S]*asked for ORD-2\n[\s\S]*asked for ORD-3\n/);
});

test("parallel calls are answered one by one and submitted together; step over goes from one to the next", async () => {
  talk = await world.client();
  world.says([order("A"), order("B"), ["refund", { order_id: "B", amount: 1 }]], [order("C")], "Done.");
  await talk.begin("launch", world.launch(), { filters: { filters: ["every_call"] } });
  for (const [index, value] of ["a", "b"].entries()) {
    const stop = await talk.stopped();
    assert.equal(stop.reason, index === 0 ? "exception" : "exception");
    await talk.evaluate(`output = "${value}"`);
    assert.equal(world.model.bodies.length > 0, true);
    await talk.go("next");
  }
  const third = await talk.stopped();
  assert.equal(third.description, "Tool call");
  assert.match((await talk.frames())[1]?.name ?? "", /3 tool calls, 2 answered/);
  assert.equal((await talk.ask("exceptionInfo", { threadId: 1 }))["exceptionId"], "every_call");
  await talk.ask("setExceptionBreakpoints", { filters: [] });
  await talk.evaluate("output = {refunded: false}");
  await talk.go("next");
  const next = await talk.stopped();
  assert.deepEqual([next.reason, next.description], ["step", "Paused on step: get_order_status"]);
  assert.equal(await talk.evaluate("args.order_id"), '"C"');
  // Nothing answers by itself: stepping over stays, with words.
  await talk.go("next");
  assert.match((await talk.stopped()).text ?? "", /Nothing answers this call by itself/);
  await talk.evaluate('output = "c"');
  await talk.go("stepOut");
  await talk.until("terminated");
  assert.deepEqual(outputsSent(), ["a", "b", '{"refunded":false}', "c"]);
});

test("stepping out is out of one run: log messages speak on, and breakpoints stop in the next", async () => {
  talk = await world.client();
  world.says([order("A")], [order("B")], "Done.", [order("C")], "Done.");
  await talk.begin("launch", world.launch({ messages: ["And C?"] }), {
    lines: [
      { line: 6, logMessage: "asked for {order_id}" },
      { line: 7, logMessage: "found {output}" },
    ],
    functions: [{ name: "get_order_status", condition: 'order_id != "B"' }],
  });
  assert.equal((await talk.stopped()).reason, "function breakpoint");
  await talk.evaluate('output = "a"');
  await talk.go("stepOut");
  // Nothing answers the second call: that stops, whoever steps out.
  assert.equal((await talk.stopped()).reason, "pause");
  await talk.evaluate('output = "b"');
  await talk.go("stepOut");
  const next = await talk.stopped();
  assert.deepEqual([next.threadId, next.reason], [2, "function breakpoint"]);
  assert.equal(await talk.evaluate("order_id", 0, 2), '"C"');
  await talk.evaluate('output = "c"', 0, 2);
  await talk.go("continue", 2);
  await talk.until("terminated");
  const logged = talk.said().match(/^(?:asked|found).*$/gm);
  assert.deepEqual(logged, ["asked for A", "found a", "asked for B", "found b", "asked for C", "found c"]);
});

test("after the answer: a mode, a condition on the output, outputs that do not fit", async () => {
  talk = await world.client();
  world.says([order("A")], [order("B")], [["refund", { amount: 1 }]], "Done.");
  await talk.begin("launch", world.launch(), {
    lines: [{ line: 6, condition: 'output.status == "lost"' }],
    filters: { filters: ["invalid_output"] },
  });
  await talk.stopped();
  await talk.evaluate('output = {status: "found"}');
  await talk.go("continue");
  await talk.stopped();
  assert.equal(await talk.evaluate("args.order_id"), '"B"');
  await talk.evaluate('output = {status: "lost"}');
  await talk.go("continue");
  const stop = await talk.stopped();
  assert.deepEqual([stop.reason, stop.description], ["breakpoint", "Paused on breakpoint: get_order_status, answered"]);
  await talk.evaluate('output.status = "found again"');
  await talk.go("continue");
  await talk.stopped();
  await talk.evaluate("output = { refunded: 'yes' }");
  await talk.go("continue");
  const invalid = await talk.stopped();
  assert.deepEqual([invalid.reason, invalid.description], ["exception", "Invalid output"]);
  assert.match(invalid.text ?? "", /refunded/);
  assert.match((await talk.scope("Output")).get("problem")?.value ?? "", /output_schema/);
  await talk.go("continue");
  await talk.until("terminated");
  assert.deepEqual(outputsSent(), ['{"status":"found"}', '{"status":"found again"}', '{"refunded":"yes"}']);
});

test("the third equal call looks like a loop", async () => {
  talk = await world.client();
  world.says([order("A")], [order("A")], [order("A")], "Done.");
  await talk.begin("launch", world.launch());
  for (let count = 0; count < 2; count++) {
    assert.equal((await talk.stopped()).reason, "pause");
    await talk.evaluate('output = "again"');
    await talk.go("continue");
  }
  const stop = await talk.stopped();
  assert.deepEqual([stop.reason, stop.description], ["exception", "Loop suspected"]);
  assert.match(stop.text ?? "", /for the 3rd time/);
  await talk.evaluate('output = "stop it"');
  await talk.go("continue");
  await talk.until("terminated");
});

test("a failed run stops, with its reason; an incomplete one does so when asked to", async () => {
  talk = await world.client();
  world.model.next((response) =>
    response.writeHead(400, { "content-type": "application/json" }).end('{"error":{"message":"no such thing"}}'),
  );
  await talk.begin("launch", world.launch());
  const stop = await talk.stopped();
  assert.deepEqual([stop.reason, stop.description], ["exception", "Run failed"]);
  assert.match(stop.text ?? "", /no such thing/);
  assert.match((await talk.frames())[0]?.name ?? "", /^run · failed · run_\w+$/);
  assert.match(await talk.evaluate("run.last_error.message"), /no such thing/);
  assert.match(
    await talk.refused("evaluate", { expression: "output = 1", context: "repl" }),
    /Only a tool call has an output/,
  );
  await talk.go("continue");
  await talk.until("terminated");
});

test("stop on entry: nothing was asked of the model; stepping goes to the first call; pause", async () => {
  talk = await world.client();
  world.says([order("A")], [order("B")], "Done.");
  const before = world.model.bodies.length;
  await talk.begin("launch", world.launch({ stopOnEntry: true }));
  assert.equal((await talk.stopped()).reason, "entry");
  assert.equal(world.model.bodies.length, before);
  assert.match((await talk.frames())[0]?.name ?? "", /the run has not begun/);
  assert.equal((await talk.scope("Assistant")).get("name")?.value, '"Orders"');
  assert.equal(await talk.evaluate("assistant.name"), '"Orders"');
  await talk.go("next");
  assert.equal((await talk.stopped()).reason, "step");
  assert.match(await talk.refused("pause", { threadId: 1 }), /stopped already/);
  await talk.evaluate('output = "a"');
  await talk.go("stepOut");
  assert.equal((await talk.stopped()).reason, "pause");
  await talk.evaluate('output = "b"');
  await talk.go("continue");
  await talk.until("terminated");
});

test("several messages are several runs, each a debug thread", async () => {
  talk = await world.client();
  world.says("Hello.", [order("A")], "Done.");
  await talk.begin("launch", world.launch({ message: "Hi", messages: ["And ORD-1?"] }));
  await talk.until("thread", ({ reason, threadId }) => reason === "exited" && threadId === 1);
  assert.equal((await talk.stopped()).threadId, 2);
  const { threads } = (await talk.ask("threads")) as { threads: { id: number; name: string }[] };
  assert.deepEqual(
    threads.map(({ id }) => id),
    [2],
  );
  assert.match(threads[0]?.name ?? "", /^Run 2 · requires action · expires in /);
  await talk.evaluate('output = "a"', 0, 2);
  await talk.go("continue", 2);
  await talk.until("terminated");
});

test("step back over the run's record: earlier states, read-only and marked so", async () => {
  talk = await world.client();
  world.says([order("A")], [order("B")], "Done.");
  await talk.begin("launch", world.launch(), { filters: { filters: ["every_call"] } });
  await talk.stopped();
  await talk.evaluate('output = "a"');
  await talk.go("continue");
  await talk.stopped();
  assert.equal(await talk.evaluate("args.order_id"), '"B"');
  await talk.go("stepBack");
  const back = await talk.stopped();
  assert.match(back.description ?? "", /^Earlier state \d+ of \d+ \(read-only\)$/);
  assert.match((await talk.frames())[0]?.name ?? "", /read-only/);
  await talk.go("reverseContinue");
  await talk.stopped();
  assert.equal(await talk.evaluate("args.order_id"), '"A"');
  assert.equal((await talk.scope("Output")).get("output")?.value, "(not answered yet)");
  const frameId = (await talk.frames())[0]?.id;
  assert.match(
    await talk.refused("evaluate", { expression: 'output = "x"', frameId }),
    /earlier state: it can be looked at/,
  );
  assert.match(
    await talk.refused("setExpression", { expression: "output", value: "x", frameId }),
    /earlier state: it can be looked at/,
  );
  await talk.go("reverseContinue");
  assert.match((await talk.stopped()).description ?? "", /^Earlier state 1 of/);
  await talk.go("stepBack");
  assert.match((await talk.stopped()).description ?? "", /^This is the beginning/);
  await talk.go("continue");
  await talk.stopped();
  assert.equal(await talk.evaluate("args.order_id"), '"A"');
  await talk.go("next");
  await talk.stopped();
  await talk.go("stepOut");
  await talk.stopped();
  assert.equal(await talk.evaluate("args.order_id"), '"B"');
  assert.equal(await talk.evaluate('output = "b"'), '"b"');
  await talk.go("continue");
  await talk.until("terminated");
  assert.deepEqual(outputsSent(), ["a", "b"]);
});

test("restart copies what was said before the run into a new thread and runs again", async () => {
  talk = await world.client();
  world.says([order("A")]);
  await talk.begin("launch", world.launch(), { lines: [{ line: 6 }] });
  await talk.stopped();
  const old = (await talk.evaluate("run.thread_id")).slice(1, -1);
  const run = (await talk.evaluate("run.id")).slice(1, -1);
  world.says([order("B")], "Done.");
  await talk.ask("restart");
  assert.equal((await talk.stopped()).threadId, 2);
  const thread = (await talk.evaluate("run.thread_id", 0, 2)).slice(1, -1);
  assert.notEqual(thread, old);
  const { beta } = world.runtime.client;
  assert.match((await beta.threads.runs.retrieve(run, { thread_id: old })).status, /cancel/);
  const { data } = await beta.threads.messages.list(thread);
  assert.deepEqual(
    data.map(({ role }) => role),
    ["user"],
  );
  await talk.evaluate('output = "b"', 0, 2);
  await talk.go("continue", 2);
  await talk.until("terminated");
});

test("a launch that does not come to a run leaves no assistant behind", async () => {
  const { beta } = world.runtime.client;
  const assistants = async (): Promise<string[]> => (await beta.assistants.list()).data.map(({ id }) => id);
  const before = await assistants();
  for (const end of ["disconnect", "terminate", "nothing"] as const) {
    talk = await world.client();
    await talk.ask("initialize", { adapterID: "assistant", pathFormat: "path" });
    const refused = talk.refused("launch", world.launch(end === "nothing" ? { thread: "thread_none" } : {}));
    refused.catch(() => undefined);
    if (end === "nothing") {
      assert.match(await refused, /thread_none/);
    } else {
      await talk.until("initialized");
      assert.notDeepEqual(await assistants(), before);
      await talk.ask(end);
      assert.equal(await refused, "The session was ended before it began.");
    }
    assert.deepEqual(await assistants(), before, end);
    await talk.end();
  }
});

test("terminate cancels the run; disconnect leaves it", async () => {
  const { beta } = world.runtime.client;
  for (const [command, status] of [
    ["terminate", "cancelled"],
    ["disconnect", "requires_action"],
  ] as const) {
    talk = await world.client();
    world.says([order("A")]);
    await talk.begin("launch", world.launch());
    await talk.stopped();
    const thread = (await talk.evaluate("run.thread_id")).slice(1, -1);
    const run = (await talk.evaluate("run.id")).slice(1, -1);
    await talk.ask(command);
    if (command === "terminate") await talk.until("terminated");
    assert.equal((await beta.threads.runs.retrieve(run, { thread_id: thread })).status, status);
    await talk.end();
  }
});

test("watch, hover, completions, and copying", async () => {
  talk = await world.client();
  world.says([["get_order_status", { order_id: "A", priority: 2, notes: { text: "x".repeat(5000) } }]]);
  await talk.begin("launch", world.launch());
  await talk.stopped();
  const frameId = (await talk.frames())[0]?.id;
  const evaluate = async (expression: string, context: string): Promise<string> =>
    String((await talk.ask("evaluate", { expression, frameId, context }))["result"]);
  assert.equal(await evaluate("priority > 1 and order_id == 'A'", "watch"), "true");
  assert.equal(await evaluate("call.count", "hover"), "1");
  assert.equal(await evaluate("messages[0].content[0].text.value", "repl"), '"Where is ORD-1?"');
  assert.match(await evaluate("notes.text", "repl"), /… \(5002 characters\)$/);
  assert.equal((await evaluate("notes.text", "clipboard")).length, 5000);
  assert.match(
    await talk.refused("evaluate", { expression: "ordr_id", frameId, context: "hover" }),
    /Is it order_id\?/,
  );
  const completions = async (text: string): Promise<unknown> =>
    ((await talk.ask("completions", { text, column: text.length + 1, frameId }))["targets"] as { label: string }[]).map(
      ({ label }) => label,
    );
  assert.deepEqual(await completions("args.o"), ["order_id"]);
  assert.deepEqual(await completions("run.last"), ["last_error"]);
  assert.deepEqual(await completions("1 == le"), ["len"]);
  const set = await talk.ask("setExpression", { expression: "output.status", value: "shipped", frameId });
  assert.equal(set["value"], '"shipped"');
  await talk.ask("disconnect", { terminateDebuggee: true });
});
