/** Tools that the runtime executes itself, as the SDK sees them; the tools are the test's, the model server is scripted. */
import assert from "node:assert/strict";
import { after, before, beforeEach, test } from "node:test";
import type { AssistantStream } from "openai/lib/AssistantStream";
import type { Run } from "openai/resources/beta/threads/runs/runs";
import type { RunStep } from "openai/resources/beta/threads/runs/steps";
import { saveOutput } from "../../src/runtime/files/saveOutput.ts";
import { RunEngine } from "../../src/runtime/engine/runEngine.ts";
import { systemClock } from "../../src/runtime/clock.ts";
import type { RuntimeTool } from "../../src/runtime/tools/port.ts";
import { ChatUpstream } from "../../src/runtime/upstream/chat/chatUpstream.ts";
import { ResponsesUpstream } from "../../src/runtime/upstream/responses/responsesUpstream.ts";
import { eventNames, threadSaying, untilStatus } from "./assistantFixtures.ts";
import { serveInProcess, type InProcess } from "./inProcess.ts";
import { call, message, reasoning, response } from "./responsesScript.ts";
import {
  chunks,
  delta,
  startScriptedModelServer,
  type ScriptedModelServer,
  type Script,
} from "./scriptedModelServer.ts";

const python: RuntimeTool = {
  type: "code_interpreter",
  input: "code",
  offer: () => ({ name: "python", description: "Run code", parameters: { type: "object", properties: {} } }),
  async execute({ input, ordinal }, report, context, signal) {
    if (input.includes("raise")) throw new Error("the sandbox broke");
    if (input.includes("forever")) await new Promise((resolve) => signal.addEventListener("abort", resolve));
    report.logs(`ran ${ordinal}: `);
    report.logs(`${input}\n`);
    if (!input.includes("plot")) return "ran";
    const image = await saveOutput("plot.png", Buffer.from("png"), context);
    report.image(image.id);
    const table = await saveOutput("out.csv", Buffer.from("a,b"), context);
    report.file("/mnt/data/out.csv", table.id);
    return "made /mnt/data/out.csv";
  },
};

const search: RuntimeTool = {
  type: "file_search",
  offer: () => ({
    name: "file_search",
    description: "Search",
    parameters: { type: "object", properties: {} },
    instructions: (name) => `Cite what ${name} finds.`,
  }),
  execute({ arguments: json, ordinal }, report) {
    report.results({ ranker: "default_2024_08_21", score_threshold: 0 }, [
      { file_id: "file-a", file_name: "a.md", score: 0.5, content: [{ type: "text", text: "secret passage" }] },
    ]);
    report.cite(`${ordinal}:0`, "file-a");
    return Promise.resolve(`【${ordinal}:0†a.md】 about ${json}`);
  },
};

let server: ScriptedModelServer;
let chat: InProcess;
let responses: InProcess;
const target = (): ConstructorParameters<typeof ChatUpstream>[0] => ({
  url: server.url,
  key: undefined,
  keyName: "K",
  server: "other",
  apiVersion: undefined,
  model: undefined,
});

before(async () => {
  server = await startScriptedModelServer(["m"]);
  chat = await serveInProcess(new ChatUpstream(target(), {}, () => undefined), [python, search]);
  responses = await serveInProcess(new ResponsesUpstream(target(), () => undefined), [python, search]);
});
after(async () => {
  await chat.close();
  await responses.close();
  await server.close();
});
beforeEach(() => server.bodies.splice(0));

const userFunction = { type: "function", function: { name: "ask_user", parameters: {} } } as const;
const everything = [{ type: "code_interpreter" }, { type: "file_search" }, userFunction] as const;

function start(settings: object = {}, where = chat, tools: readonly object[] = everything): Promise<AssistantStream> {
  return (async () => {
    const assistant = await where.client.beta.assistants.create({ model: "m", tools: [...tools] as never });
    const thread = await threadSaying(where.client, "Hi");
    return where.client.beta.threads.runs.stream(thread, { assistant_id: assistant.id, ...settings });
  })();
}

const fragment = (index: number, args: string, id?: string, name?: string): object =>
  delta({
    tool_calls: [
      {
        index,
        ...(id === undefined ? {} : { id, type: "function" }),
        function: { ...(name === undefined ? {} : { name }), arguments: args },
      },
    ],
  });
const usage = (prompt: number, completion: number): object => ({
  id: "c",
  choices: [],
  usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion },
});
const said = (text: string): Script => chunks([delta({ content: text }), delta({}, "stop"), usage(5, 1)]);
const called = (...parts: object[]): Script => chunks([...parts, delta({}, "tool_calls"), usage(10, 3)]);
const toolsOf = (step: RunStep | undefined): string[] =>
  step?.step_details.type === "tool_calls" ? step.step_details.tool_calls.map((one) => one.type) : [];
const stepsOf = async (where: InProcess, run: Run): Promise<RunStep[]> =>
  (await where.client.beta.threads.runs.steps.list(run.id, { thread_id: run.thread_id, order: "asc" })).data;

test("code is streamed as it is written, its outputs one by one, and its files are shown by the next message", async () => {
  server.next(
    called(fragment(0, '{"co', "call_1", "python"), fragment(0, 'de":"plot(\\"'), fragment(0, 'x\\")"}')),
    chunks([
      ...["See [it](sand", "box:/mnt/da", "ta/out.csv)."].map((text) => delta({ content: text })),
      delta({}, "stop"),
      usage(20, 4),
    ]),
  );
  const stream = await start();
  const names = eventNames(stream);
  const [inputs, logs, images]: [string[], string[], string[]] = [[], [], []];
  stream.on("toolCallDelta", (one) => {
    if (one.type !== "code_interpreter") return;
    if (one.code_interpreter?.input !== undefined) inputs.push(one.code_interpreter.input);
    for (const output of one.code_interpreter?.outputs ?? [])
      if (output.type === "logs") logs.push(output.logs ?? "");
      else images.push(output.image?.file_id ?? "");
  });
  const run = await stream.finalRun();
  assert.deepEqual(names, [
    "thread.run.created",
    "thread.run.queued",
    "thread.run.in_progress",
    "thread.run.step.created",
    "thread.run.step.in_progress",
    "thread.run.step.delta",
    "thread.run.step.completed",
    "thread.run.step.created",
    "thread.run.step.in_progress",
    "thread.message.created",
    "thread.message.in_progress",
    "thread.message.delta",
    "thread.message.completed",
    "thread.run.step.completed",
    "thread.run.completed",
  ]);
  assert.deepEqual(inputs, ['plot("', 'x")']);
  assert.deepEqual(logs, ["ran 0: ", 'plot("x")\n']);
  const steps = await stepsOf(chat, run);
  assert.deepEqual(await stream.finalRunSteps(), steps);
  const details = steps[0]?.step_details;
  assert.ok(details?.type === "tool_calls" && details.tool_calls[0]?.type === "code_interpreter");
  assert.deepEqual(details.tool_calls[0].code_interpreter, {
    input: 'plot("x")',
    outputs: [
      { type: "logs", logs: 'ran 0: plot("x")\n' },
      { type: "image", image: { file_id: images[0] } },
    ],
  });
  const [shown] = await stream.finalMessages();
  assert.deepEqual([shown], (await chat.client.beta.threads.messages.list(run.thread_id, { run_id: run.id })).data);
  const [image, text] = shown?.content ?? [];
  assert.ok(image?.type === "image_file" && text?.type === "text");
  assert.equal(image.image_file.file_id, images[0]);
  const path = "sandbox:/mnt/data/out.csv";
  const [annotation] = text.text.annotations;
  assert.ok(annotation?.type === "file_path");
  assert.deepEqual(
    [annotation.text, text.text.value.slice(annotation.start_index, annotation.end_index)],
    [path, path],
  );
  assert.deepEqual(shown?.attachments, [
    { file_id: annotation.file_path.file_id, tools: [{ type: "code_interpreter" }] },
  ]);
  assert.equal(await (await chat.client.files.content(annotation.file_path.file_id)).text(), "a,b");
  assert.deepEqual(
    steps.map((step) => step.usage?.total_tokens),
    [13, 24],
  );
  assert.equal(run.usage?.total_tokens, 37);
  const told = server.bodies[1]?.["messages"] as { role: string; content: string }[];
  assert.deepEqual(told.at(-1), { role: "tool", tool_call_id: "call_1", content: "made /mnt/data/out.csv" });
});

test("a mixed turn: tools are executed, functions wait, and the next turn is told all calls in the model's order", async () => {
  server.next(
    called(
      fragment(0, '{"query":"a"}', "call_1", "file_search"),
      fragment(1, '{"q":1}', "call_2", "ask_user"),
      fragment(2, '{"code":"x"}', "call_3", "python"),
      fragment(3, "", "call_4", "ask_user"),
    ),
    said("Found【0:0†a.md】."),
  );
  const stream = await start();
  const waiting = await stream.finalRun();
  assert.equal(waiting.status, "requires_action");
  assert.deepEqual(
    waiting.required_action?.submit_tool_outputs.tool_calls.map((one) => [one.id, one.function.arguments]),
    [
      ["call_2", '{"q":1}'],
      ["call_4", "{}"],
    ],
  );
  assert.deepEqual((await stepsOf(chat, waiting)).map(toolsOf), [
    ["file_search"],
    ["code_interpreter"],
    ["function", "function"],
  ]);
  // As after a restart: everything is in the database.
  const engine = new RunEngine({ store: chat.store, clock: systemClock, upstream: silent, log: () => undefined });
  engine.recover();
  await engine.stop(0);
  const later = chat.client.beta.threads.runs.submitToolOutputsStream(waiting.id, {
    thread_id: waiting.thread_id,
    tool_outputs: [
      { tool_call_id: "call_4", output: "four" },
      { tool_call_id: "call_2", output: "two" },
    ],
  });
  const run = await later.finalRun();
  assert.equal(run.status, "completed");
  const told = server.bodies[1]?.["messages"] as Record<string, unknown>[];
  assert.deepEqual(
    ((told.at(-5)?.["tool_calls"] ?? []) as { id: string; function: { name: string } }[]).map((one) => [
      one.id,
      one.function.name,
    ]),
    [
      ["call_1", "file_search"],
      ["call_2", "ask_user"],
      ["call_3", "python"],
      ["call_4", "ask_user"],
    ],
  );
  assert.deepEqual(
    told.slice(-4).map((one) => [one["tool_call_id"], one["content"]]),
    [
      ["call_1", '【0:0†a.md】 about {"query":"a"}'],
      ["call_2", "two"],
      ["call_3", "ran"],
      ["call_4", "four"],
    ],
  );
  const text = (await later.finalMessages())[0]?.content[0];
  assert.ok(text?.type === "text");
  assert.deepEqual(text.text.annotations, [
    {
      type: "file_citation",
      text: "【0:0†a.md】",
      start_index: 5,
      end_index: 15,
      file_citation: { file_id: "file-a" },
    },
  ]);
  const steps = await stepsOf(chat, run);
  assert.equal(
    steps.reduce((sum, step) => sum + (step.usage?.total_tokens ?? 0), 0),
    run.usage?.total_tokens,
  );
});

const silent = { runTurn: () => never(), listModels: () => Promise.resolve([]) };
async function* never(): AsyncGenerator<never> {
  yield* [];
  await new Promise(() => undefined);
}

test("a function that comes first is streamed as ever; a tool after it is executed in the same step", async () => {
  server.next(
    called(
      fragment(0, '{"q":', "call_1", "ask_user"),
      fragment(0, "1}"),
      fragment(1, '{"code":"x"}', "call_2", "python"),
      fragment(2, '{"query":"b"}', "call_3", "file_search"),
    ),
    said("Done."),
  );
  const stream = await start({}, chat);
  const waiting = await stream.finalRun();
  assert.equal(waiting.required_action?.submit_tool_outputs.tool_calls.length, 1);
  const done = await chat.client.beta.threads.runs.submitToolOutputsAndPoll(waiting.id, {
    thread_id: waiting.thread_id,
    tool_outputs: [{ tool_call_id: "call_1", output: "one" }],
  });
  assert.equal(done.status, "completed");
  const steps = await stepsOf(chat, done);
  assert.deepEqual(steps.map(toolsOf), [["function", "code_interpreter", "file_search"], []]);
  const told = server.bodies[1]?.["messages"] as Record<string, unknown>[];
  assert.deepEqual(
    told.slice(-3).map((one) => one["content"]),
    ["one", "ran", '【0:0†a.md】 about {"query":"b"}'],
  );
});

test("the text of results is in steps and events only when it was asked for", async () => {
  for (const include of [[], ["step_details.tool_calls[*].file_search.results[*].content"]] as const) {
    server.next(called(fragment(0, "{}", "call_1", "file_search")), said("Done."));
    const stream = await start(include.length === 0 ? {} : { include: [...include] });
    const [step] = await stream.finalRunSteps();
    assert.ok(step?.step_details.type === "tool_calls" && step.step_details.tool_calls[0]?.type === "file_search");
    const [result] = step.step_details.tool_calls[0].file_search.results ?? [];
    assert.deepEqual(
      [result?.file_name, result?.content?.[0]?.text],
      ["a.md", include.length === 0 ? undefined : "secret passage"],
    );
  }
});

test("names: the user's functions keep theirs; a forced tool is forced under its name; instructions follow it", async () => {
  server.next(called(fragment(0, "{}", "call_1", "assistants_file_search")), said("Done."));
  const mine = { type: "function", function: { name: "file_search", parameters: {} } };
  const stream = await start({ tool_choice: { type: "file_search" }, instructions: "Be brief." }, chat, [
    mine,
    { type: "file_search" },
  ]);
  const run = await stream.finalRun();
  assert.equal(run.status, "completed");
  const [first, second] = server.bodies;
  assert.deepEqual(
    ((first?.["tools"] ?? []) as { function: { name: string } }[]).map((tool) => tool.function.name),
    ["file_search", "assistants_file_search"],
  );
  assert.deepEqual(first?.["tool_choice"], { type: "function", function: { name: "assistants_file_search" } });
  assert.equal(second?.["tool_choice"], undefined);
  assert.deepEqual(((first?.["messages"] ?? []) as object[])[0], {
    role: "system",
    content: "Be brief.\n\nCite what assistants_file_search finds.",
  });
});

test("a tool that throws gives the model an error; the run goes on, and the log of the step says it", async () => {
  server.next(called(fragment(0, "raise it", "call_1", "python")), said("Sorry."));
  const stream = await start();
  const run = await stream.finalRun();
  assert.equal(run.status, "completed");
  const told = server.bodies[1]?.["messages"] as Record<string, unknown>[];
  assert.equal(told.at(-1)?.["content"], "Error: code_interpreter failed: the sandbox broke");
  const details = (await stepsOf(chat, run))[0]?.step_details;
  assert.ok(details?.type === "tool_calls" && details.tool_calls[0]?.type === "code_interpreter");
  assert.deepEqual(details.tool_calls[0].code_interpreter.outputs, [
    { type: "logs", logs: "code_interpreter failed: the sandbox broke\n" },
  ]);
});

test("cancelling stops a tool; its step is cancelled and the turn's tokens count", async () => {
  server.next(called(fragment(0, '{"code":"forever"}', "call_1", "python")));
  const stream = await start();
  let cancelled = false;
  stream.on("toolCallDelta", () => {
    if (cancelled) return;
    cancelled = true;
    const { id, thread_id: thread } = stream.currentRun() ?? { id: "", thread_id: "" };
    void chat.client.beta.threads.runs.cancel(id, { thread_id: thread });
  });
  const run = await stream.finalRun();
  assert.equal(run.status, "cancelled");
  assert.equal(run.usage?.total_tokens, 13);
  assert.deepEqual(
    (await stepsOf(chat, run)).map((step) => [step.status, step.usage?.total_tokens]),
    [["cancelled", 13]],
  );
});

test("a run that calls a tool for ever is ended", async () => {
  for (let turn = 0; turn < 64; turn++) server.next(called(fragment(0, "{}", `call_${turn}`, "file_search")));
  const stream = await start();
  const run = await stream.finalRun();
  assert.equal(run.status, "failed");
  assert.match(run.last_error?.message ?? "", /64 times/);
});

test("responses: what was thought before a call is sent back with it, tool by tool", async () => {
  server.next(
    response([
      reasoning(0, "enc"),
      call(1, "call_1", "python", ['{"code":', '"x"}']),
      call(2, "call_2", "ask_user", ["{}"]),
    ]),
    response([call(0, "call_3", "file_search", ['{"query":"a"}'])]),
    response([message(0, ["Found【0:", "0†a.md】."])]),
  );
  const stream = await start({}, responses);
  const waiting = await stream.finalRun();
  const run = await responses.client.beta.threads.runs.submitToolOutputsAndPoll(waiting.id, {
    thread_id: waiting.thread_id,
    tool_outputs: [{ tool_call_id: "call_2", output: "two" }],
  });
  assert.equal((await untilStatus(responses.client, run.thread_id, run.id, "completed")).status, "completed");
  const input = server.bodies[2]?.["input"] as Record<string, unknown>[];
  assert.deepEqual(
    input.map((item) => item["type"] ?? item["role"]),
    [
      "user",
      "reasoning",
      "function_call",
      "function_call",
      "function_call_output",
      "function_call_output",
      "function_call",
      "function_call_output",
    ],
  );
  assert.deepEqual(
    input.filter((item) => item["type"] === "function_call_output").map((item) => [item["call_id"], item["output"]]),
    [
      ["call_1", "ran"],
      ["call_2", "two"],
      ["call_3", '【0:0†a.md】 about {"query":"a"}'],
    ],
  );
  const [shown] = (await responses.client.beta.threads.messages.list(run.thread_id, { run_id: run.id })).data;
  assert.ok(shown?.content[0]?.type === "text");
  assert.equal(shown.content[0].text.annotations.length, 1);
});

test("text after a call of the same turn is told after the tool, and the run goes on", async () => {
  server.next(
    chunks([
      fragment(0, "{}", "call_1", "file_search"),
      delta({ content: "Let me see." }),
      delta({}, "stop"),
      usage(3, 3),
    ]),
    said("Done."),
  );
  const stream = await start();
  const run = await stream.finalRun();
  assert.equal(run.status, "completed");
  assert.deepEqual(
    (await stepsOf(chat, run)).map((step) => step.type),
    ["tool_calls", "message_creation", "message_creation"],
  );
});
