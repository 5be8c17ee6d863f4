/** What comes back from a Responses API, in every order that it comes in, as the SDK's AssistantStream sees it. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { pendingCalls } from "./assistantFixtures.ts";
import { startResponsesFixture, type ResponsesFixture, type Watched } from "./responsesFixture.ts";
import { begun, call, ended, events, message, moisture, reasoning, refusal, response } from "./responsesScript.ts";
import { status } from "./scriptedModelServer.ts";

let fixture: ResponsesFixture;
before(async () => {
  fixture = await startResponsesFixture();
});
after(() => fixture.close());

const messageStep = [
  "thread.run.step.created",
  "thread.run.step.in_progress",
  "thread.message.created",
  "thread.message.in_progress",
  "thread.message.delta",
];
const messageEnd = ["thread.message.completed", "thread.run.step.completed"];

function outcome({ run, texts }: Watched): unknown {
  return [run.status, run.incomplete_details, texts];
}

test("text: one message, the tokens that were counted there", async () => {
  fixture.server.next(response([reasoning(0, "opaque"), message(1, ["All ", "well"])]));
  const watched = await fixture.ask();
  assert.deepEqual(outcome(watched), ["completed", null, ["All well"]]);
  assert.deepEqual(watched.run.usage, { prompt_tokens: 30, completion_tokens: 9, total_tokens: 39 });
  assert.deepEqual(watched.names.slice(3), [...messageStep, ...messageEnd, "thread.run.completed"]);
});

test("two messages in one response are two messages; the whole usage is the last step's", async () => {
  fixture.server.next(
    response([
      message(0, ["I will ", "look."], "commentary"),
      reasoning(1, "x"),
      message(2, ["Done."], "final_answer"),
    ]),
  );
  const watched = await fixture.ask();
  assert.deepEqual(outcome(watched), ["completed", null, ["I will look.", "Done."]]);
  assert.deepEqual(watched.names.slice(3), [
    ...messageStep,
    ...messageEnd,
    ...messageStep,
    ...messageEnd,
    "thread.run.completed",
  ]);
  assert.deepEqual(
    watched.steps.map((step) => step.usage?.total_tokens),
    [0, 39],
  );
});

test("a refusal is a part of its own", async () => {
  fixture.server.next(response([refusal(0, ["I ", "won't"])]));
  assert.deepEqual(outcome(await fixture.ask()), ["completed", null, ["refusal: I won't"]]);
});

test("a message and then a call: the message ends before the call's step begins", async () => {
  fixture.server.next(response([message(0, ["Let me look."], "commentary"), moisture(1, "call_a", "BED-1")]));
  const watched = await fixture.ask();
  assert.deepEqual(watched.names.slice(3), [
    ...messageStep,
    ...messageEnd,
    "thread.run.step.created",
    "thread.run.step.in_progress",
    "thread.run.step.delta",
    "thread.run.requires_action",
  ]);
  assert.deepEqual(watched.texts, ["Let me look."]);
  assert.deepEqual(pendingCalls(watched.run), [
    { id: "call_a", name: "get_soil_moisture", arguments: { bed_id: "BED-1" } },
  ]);
});

test("parallel calls, also when their arguments alternate", async () => {
  const [one, two] = [moisture(0, "call_a", "BED-1"), moisture(1, "call_b", "BED-2")];
  const alternating = one.events.flatMap((event, at) => [event, two.events[at] ?? {}]);
  for (const list of [[...one.events, ...two.events], alternating]) {
    fixture.server.next(events([...begun, ...list, ended("completed", {}, [one, two])]));
    const { run, steps } = await fixture.ask();
    assert.deepEqual(pendingCalls(run), [
      { id: "call_a", name: "get_soil_moisture", arguments: { bed_id: "BED-1" } },
      { id: "call_b", name: "get_soil_moisture", arguments: { bed_id: "BED-2" } },
    ]);
    assert.equal(steps.length, 1);
  }
});

test("what comes of a later item while a message is open waits for the message's end", async () => {
  const [said, asked] = [message(0, ["Let me ", "look."]), moisture(1, "call_a", "BED-1")];
  const middle = said.events.length - 4;
  const mixed = [...said.events.slice(0, middle), ...asked.events, ...said.events.slice(middle)];
  fixture.server.next(events([...begun, ...mixed, ended("completed", {}, [said, asked])]));
  const { run, texts } = await fixture.ask();
  assert.deepEqual(texts, ["Let me look."]);
  assert.deepEqual(
    pendingCalls(run).map(({ arguments: args }) => args),
    [{ bed_id: "BED-1" }],
  );
});

test("a call that the limit of tokens cut is dropped: the run is incomplete", async () => {
  const cut = call(1, "call_a", "get_soil_moisture", ['{"bed_']);
  for (const items of [[cut], [message(0, ["Let me look."]), cut]]) {
    fixture.server.next(
      events([
        ...begun,
        ...items.flatMap((item) => item.events.slice(0, -2)),
        ended("incomplete", { incomplete_details: { reason: "max_output_tokens" } }),
      ]),
    );
    const { run, steps } = await fixture.ask();
    assert.deepEqual(
      [run.status, run.incomplete_details, run.required_action],
      ["incomplete", { reason: "max_completion_tokens" }, null],
    );
    assert.equal(run.usage?.total_tokens, 39);
    assert.equal(steps.at(-1)?.status, "failed");
  }
});

for (const [reason, runStatus, details, messageReason] of [
  ["max_output_tokens", "incomplete", { reason: "max_completion_tokens" }, "max_tokens"],
  ["content_filter", "failed", null, "content_filter"],
  ["steered", "incomplete", {}, "max_tokens"],
] as const) {
  test(`response.incomplete: ${reason}`, async () => {
    const said = message(0, ["Once ", "upon"]);
    fixture.server.next(
      events([...begun, ...said.events.slice(0, 4), ended("incomplete", { incomplete_details: { reason } })]),
    );
    const { run } = await fixture.ask();
    assert.deepEqual([run.status, run.incomplete_details], [runStatus, details]);
    const [last] = (await fixture.runtime.client.beta.threads.messages.list(run.thread_id, { run_id: run.id })).data;
    assert.deepEqual(
      [last?.status, last?.incomplete_details, last?.content[0]?.type === "text" && last.content[0].text.value],
      ["incomplete", { reason: messageReason }, "Once upon"],
    );
  });
}

test("a message that was whole before the limit was met is complete; the run is not", async () => {
  fixture.server.next(
    response([message(0, ["Whole."])], ended("incomplete", { incomplete_details: { reason: "max_output_tokens" } })),
  );
  const { run, messages } = await fixture.ask();
  assert.deepEqual([run.status, messages[0]?.status], ["incomplete", "completed"]);
});

test("events and items of unknown types are passed over", async () => {
  const odd = { type: "web_search_call", id: "ws_0", status: "completed" };
  fixture.server.next(
    events([
      ...begun,
      { type: "response.something.new", output_index: 0, delta: "no" },
      { type: "response.output_item.added", output_index: 0, item: odd },
      { type: "response.web_search_call.searching", output_index: 0, item_id: "ws_0" },
      { type: "response.output_item.done", output_index: 0, item: odd },
      { type: "response.output_text.annotation.added", output_index: 1, annotation: { type: "url_citation" } },
      ...message(1, ["Fine."]).events,
      ended("completed"),
    ]),
  );
  assert.deepEqual(outcome(await fixture.ask()), ["completed", null, ["Fine."]]);
});

test("servers that are like it: no deltas, no ends, no output at the end, no stream at all", async () => {
  const said = message(0, ["Fine."]);
  const asked = moisture(1, "call_a", "BED-1");
  const isDelta = (event: object): boolean => "delta" in event;
  const isEnd = (event: object): boolean => "type" in event && event.type === "response.output_item.done";
  const all = [...said.events, ...asked.events];
  const whole = (ended("completed", {}, [said, asked]) as { response: object }).response;
  for (const [name, script] of [
    ["no deltas", events([...begun, ...all.filter((event) => !isDelta(event)), ended("completed")])],
    ["no ends", events([...all.filter((event) => !isEnd(event)), ended("completed", {}, [said, asked])])],
    ["only the end", events([ended("completed", {}, [said, asked])])],
    ["no stream", status(200, whole)],
  ] as const) {
    fixture.server.next(script);
    const { run, texts } = await fixture.ask();
    assert.deepEqual([run.status, texts], ["requires_action", ["Fine."]], name);
    assert.deepEqual(
      pendingCalls(run).map(({ arguments: args }) => args),
      [{ bed_id: "BED-1" }],
      name,
    );
    fixture.server.next(response([message(0, ["Dry."])]));
    await fixture.answer(run, { call_a: "3%" });
    const sent = fixture.input().map((item) => item["type"] ?? item["role"]);
    assert.deepEqual(sent, ["user", "message", "function_call", "function_call_output"], name);
  }
});

test("a response that says it is complete, and is not, is not", async () => {
  const cut = { status: "incomplete", incomplete_details: { reason: "max_output_tokens" } };
  fixture.server.next(response([message(0, ["Once"])], ended("completed", cut)));
  assert.equal((await fixture.ask()).run.status, "incomplete");
});

test("cancelling ends the upstream's request", async () => {
  const closed = new Promise<void>((resolve) => {
    fixture.server.next((answer) => {
      answer.on("close", resolve);
      answer.writeHead(200, { "content-type": "text/event-stream" });
      for (const event of message(0, ["Once upon a time"]).events.slice(0, 3))
        answer.write(`data: ${JSON.stringify(event)}\n\n`);
    });
  });
  const { beta } = fixture.runtime.client;
  const thread = await beta.threads.create({ messages: [{ role: "user", content: "Hi" }] });
  const stream = beta.threads.runs.stream(thread.id, { assistant_id: fixture.assistantId });
  stream.on("textCreated", () => {
    const current = stream.currentRun();
    if (current !== undefined) void beta.threads.runs.cancel(current.id, { thread_id: thread.id });
  });
  assert.equal((await stream.finalRun()).status, "cancelled");
  await closed;
});

test("arguments that are an object are JSON for the client", async () => {
  const made = call(0, "call_a", "get_soil_moisture", []);
  const whole = { ...made.item, arguments: { bed_id: "BED-1" } };
  fixture.server.next(
    response([{ item: whole, events: [{ type: "response.output_item.done", output_index: 0, item: whole }] }]),
  );
  assert.deepEqual(
    pendingCalls((await fixture.ask()).run).map((pending) => pending.arguments),
    [{ bed_id: "BED-1" }],
  );
});
