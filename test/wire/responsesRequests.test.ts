/** What a Responses API is sent: the request of a first turn, the turns after it, and what is learned from refusals. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { pendingCalls } from "./assistantFixtures.ts";
import { startResponsesFixture, upstreamKey, type ResponsesFixture } from "./responsesFixture.ts";
import { message, moisture, reasoning, refusal, response } from "./responsesScript.ts";
import { startRuntime } from "./runtimeProcess.ts";

let fixture: ResponsesFixture;
before(async () => {
  fixture = await startResponsesFixture();
});
after(() => fixture.close());

const fine = response([message(0, ["Fine."])]);

test("the request of a first turn", async () => {
  fixture.server.next(fine);
  await fixture.ask({ temperature: 0.25, top_p: 0.5, max_completion_tokens: 300, reasoning_effort: "low" });
  const { tools, ...rest } = fixture.server.bodies.at(-1) ?? {};
  assert.deepEqual(rest, {
    model: "deep",
    instructions: "Help in the greenhouse.",
    input: [{ role: "user", content: [{ type: "input_text", text: "Hi" }] }],
    stream: true,
    stream_options: { include_obfuscation: false },
    store: false,
    include: ["reasoning.encrypted_content"],
    temperature: 0.25,
    top_p: 0.5,
    max_output_tokens: 300,
    reasoning: { effort: "low" },
  });
  assert.deepEqual((tools as object[])[0], {
    type: "function",
    name: "get_soil_moisture",
    description: "Read the soil moisture of a plant bed",
    parameters: {
      type: "object",
      properties: { bed_id: { type: "string", description: "The bed (e.g., BED-07)" } },
      required: ["bed_id"],
    },
    strict: false,
  });
  assert.deepEqual(
    [fixture.server.requests.at(-1)?.url, fixture.server.authorizations.at(-1)],
    ["/v1/responses", `Bearer ${upstreamKey}`],
  );
});

test("response formats, strict functions, no parallel calls, the runtime's own tools as functions", async () => {
  const schema = { type: "object", properties: { ok: { type: "boolean" } }, required: ["ok"] };
  fixture.server.next(fine);
  await fixture.ask({
    parallel_tool_calls: false,
    tools: [{ type: "code_interpreter" }, { type: "function", function: { name: "ping", strict: true } }],
    response_format: { type: "json_schema", json_schema: { name: "verdict", schema, strict: true } },
  });
  const body = fixture.server.bodies.at(-1) ?? {};
  const [ping, python] = body["tools"] as [unknown, Record<string, unknown>];
  assert.deepEqual(ping, {
    type: "function",
    name: "ping",
    parameters: { type: "object", properties: {} },
    strict: true,
  });
  assert.deepEqual([python["type"], python["name"], python["strict"]], ["function", "python", false]);
  assert.equal(body["parallel_tool_calls"], false);
  assert.deepEqual(body["text"], { format: { type: "json_schema", name: "verdict", schema, strict: true } });
  fixture.server.next(fine);
  await fixture.ask({ response_format: { type: "json_object" } });
  assert.deepEqual(fixture.server.bodies.at(-1)?.["text"], { format: { type: "json_object" } });
});

test("images by address and by data", async () => {
  const data = "data:image/png;base64,iVBORw0KGgo=";
  const { id } = await fixture.runtime.client.beta.threads.create({
    messages: [
      {
        role: "user",
        content: [
          { type: "text", text: "Which plant?" },
          { type: "image_url", image_url: { url: "https://example.com/a.png", detail: "low" } },
          { type: "image_url", image_url: { url: data } },
        ],
      },
    ],
  });
  fixture.server.next(fine);
  await fixture.ask({}, id);
  assert.deepEqual(fixture.input(), [
    {
      role: "user",
      content: [
        { type: "input_text", text: "Which plant?" },
        { type: "input_image", image_url: "https://example.com/a.png", detail: "low" },
        { type: "input_image", image_url: data, detail: "auto" },
      ],
    },
  ]);
});

test("after calls: what the model thought, said and asked is sent back as it came, turn after turn; choices are forced once", async () => {
  const first = [
    reasoning(0, "gAAA-first"),
    message(1, ["Let me look."], "commentary"),
    moisture(2, "call_a", "BED-1"),
  ];
  const second = [reasoning(0, "gAAA-second"), moisture(1, "call_b", "BED-2")];
  fixture.server.next(response(first));
  const choice = { type: "function", function: { name: "get_soil_moisture" } } as const;
  const waiting = await fixture.ask({ tool_choice: choice });
  assert.deepEqual(fixture.server.bodies.at(-1)?.["tool_choice"], { type: "function", name: "get_soil_moisture" });
  fixture.server.next(response(second));
  const again = await fixture.answer(waiting.run, { call_a: "3%" });
  assert.equal("tool_choice" in (fixture.server.bodies.at(-1) ?? {}), false);
  fixture.server.next(fine);
  const ended = await fixture.answer(again.run, { call_b: "4%" });
  const user = { role: "user", content: [{ type: "input_text", text: "Hi" }] };
  assert.deepEqual(fixture.input(), [
    user,
    ...first.map(({ item }) => item),
    { type: "function_call_output", call_id: "call_a", output: "3%" },
    ...second.map(({ item }) => item),
    { type: "function_call_output", call_id: "call_b", output: "4%" },
  ]);
  assert.equal(fixture.server.bodies.at(-1)?.["instructions"], "Help in the greenhouse.");
  assert.deepEqual(ended.run.usage, { prompt_tokens: 90, completion_tokens: 27, total_tokens: 117 });
});

test("text after a call is told later, and sent back in its place", async () => {
  const items = [moisture(0, "call_a", "BED-1"), message(1, ["Looking."]), message(2, ["Patience."])];
  fixture.server.next(response(items));
  const waiting = await fixture.ask();
  assert.deepEqual(waiting.texts, []);
  fixture.server.next(fine);
  const ended = await fixture.answer(waiting.run, { call_a: "3%" });
  assert.deepEqual(ended.texts, ["Looking.\n\nPatience.", "Fine."]);
  assert.deepEqual(fixture.input().slice(1), [
    ...items.map(({ item }) => item),
    { type: "function_call_output", call_id: "call_a", output: "3%" },
  ]);
});

test("an id that the upstream gives twice is another one for the client, and in what is sent back", async () => {
  fixture.server.next(response([moisture(0, "call_0", "BED-1"), moisture(1, "call_0", "BED-2")]));
  const { run } = await fixture.ask();
  const ids = pendingCalls(run).map((pending) => pending.id);
  assert.equal(new Set(ids).size, 2);
  fixture.server.next(fine);
  await fixture.answer(run, Object.fromEntries(ids.map((id, at) => [id, `out ${at}`])));
  assert.deepEqual(
    fixture
      .input()
      .slice(1)
      .map((item) => [item["call_id"], item["output"]]),
    [
      [ids[0], undefined],
      [ids[1], undefined],
      [ids[0], "out 0"],
      [ids[1], "out 1"],
    ],
  );
});

test("a later run is sent the messages with their phases, refusals as such, and not the calls", async () => {
  fixture.server.next(response([message(0, ["I will look."], "commentary"), message(1, ["Dry."], "final_answer")]));
  const { run } = await fixture.ask();
  const say = (content: string): Promise<unknown> =>
    fixture.runtime.client.beta.threads.messages.create(run.thread_id, { role: "user", content });
  await say("And?");
  fixture.server.next(response([refusal(0, ["No."])]));
  await fixture.ask({}, run.thread_id);
  await say("Why?");
  fixture.server.next(fine);
  await fixture.ask({}, run.thread_id);
  assert.deepEqual(fixture.input(), [
    { role: "user", content: [{ type: "input_text", text: "Hi" }] },
    { role: "assistant", content: "I will look.", phase: "commentary" },
    { role: "assistant", content: "Dry.", phase: "final_answer" },
    { role: "user", content: [{ type: "input_text", text: "And?" }] },
    { type: "message", role: "assistant", content: [{ type: "refusal", refusal: "No." }] },
    { role: "user", content: [{ type: "input_text", text: "Why?" }] },
  ]);
});

test("the budget of tokens is what is left of it, and never less than the API takes", async () => {
  fixture.server.next(response([moisture(0, "call_a", "BED-1")]));
  const { run } = await fixture.ask({ max_completion_tokens: 20 });
  fixture.server.next(fine);
  await fixture.answer(run, { call_a: "3%" });
  assert.deepEqual(
    fixture.server.bodies.slice(-2).map((body) => body["max_output_tokens"]),
    [20, 16],
  );
});

test("a run that waits survives kill -9, with what the model thought", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "runtime-"));
  const first = await startResponsesFixture(["deep"], { dataDir });
  try {
    const items = [reasoning(0, "gAAA-kept"), moisture(1, "call_a", "BED-1")];
    first.server.next(response(items));
    const { run } = await first.ask();
    await first.runtime.kill();
    const second = await startRuntime({
      dataDir,
      args: ["--upstream", "responses", "--upstream-url", first.server.url],
    });
    try {
      first.server.next(fine);
      const ended = await second.client.beta.threads.runs.submitToolOutputsAndPoll(run.id, {
        thread_id: run.thread_id,
        tool_outputs: [{ tool_call_id: "call_a", output: "3%" }],
      });
      assert.equal(ended.status, "completed");
      assert.deepEqual(first.input().slice(1), [
        ...items.map(({ item }) => item),
        { type: "function_call_output", call_id: "call_a", output: "3%" },
      ]);
    } finally {
      await second.stop();
    }
  } finally {
    await first.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
});
