/**
 * `npm run bench -- debug`: a run with 50 tool calls under the debugger, answered by a fixture, beside the same run without a
 * debugger, answered at once by a plain loop over the same provider; in turns, on the bundled runtime. Milliseconds a call.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { DebugClient } from "@vscode/debugadapter-testsupport";
import type { DebugProtocol } from "@vscode/debugprotocol";

import { PolicyAnswerer } from "../../src/core/answers/answerer.ts";
import { parseFixtures } from "../../src/core/answers/parseFixtures.ts";
import { checkDefinition } from "../../src/core/definition/checkDefinition.ts";
import type { Run } from "../../src/core/wire.ts";
import type { RunEvent } from "../../src/core/wireEvents.ts";
import { AssistantDebugSession } from "../../src/debug/assistantDebugSession.ts";
import { ProviderDebuggee } from "../../src/debug/providerDebuggee.ts";
import { createAssistantsProvider } from "../../src/provider/assistants/assistantsProvider.ts";
import { startRuntime } from "../wire/runtimeProcess.ts";

const calls = 50;
const rounds = 5;
const dist = fileURLToPath(new URL("../../dist/", import.meta.url));

const folder = mkdtempSync(join(tmpdir(), "bench-debug-"));
const definition = join(folder, "orders.assistant.yaml");
const definitionText =
  "name: Orders\nmodel: m\ntools:\n  - type: function\n    function: { name: get_order, parameters: { type: object, properties: { n: { type: integer } } } }\n";
const fixturesText = "fixtures:\n  - { function: get_order, output: { status: shipped } }\n";
writeFileSync(definition, definitionText);
writeFileSync(join(folder, "orders.fixtures.yaml"), fixturesText);

/** Asks for one call more until there were 50, then says so. */
const model = createServer((request, response) => {
  let text = "";
  request.setEncoding("utf8").on("data", (part: string) => (text += part));
  request.on("end", () => {
    const { messages } = JSON.parse(text) as { messages: { role: string }[] };
    const answered = messages.filter(({ role }) => role === "tool").length;
    const call = {
      index: 0,
      id: `c${answered}`,
      type: "function",
      function: { name: "get_order", arguments: `{"n":${answered}}` },
    };
    const deltas =
      answered < calls
        ? [
            { delta: { role: "assistant", tool_calls: [call] }, finish_reason: null },
            { delta: {}, finish_reason: "tool_calls" },
          ]
        : [
            { delta: { role: "assistant", content: "All of them." }, finish_reason: null },
            { delta: {}, finish_reason: "stop" },
          ];
    response.writeHead(200, { "content-type": "text/event-stream" });
    const lines = deltas.map(
      (choice) =>
        `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", choices: [{ index: 0, ...choice }] })}\n\n`,
    );
    response.end(`${lines.join("")}data: [DONE]\n\n`);
  });
});
await new Promise<void>((resolve) => model.listen(0, "127.0.0.1", resolve));
const upstream = `http://127.0.0.1:${(model.address() as AddressInfo).port}/v1`;
const runtime = await startRuntime({
  entry: join(dist, "runtime.mjs"),
  args: ["--upstream", "chat", "--upstream-url", upstream],
});
const provider = createAssistantsProvider({ baseUrl: runtime.url, apiKey: runtime.key, label: "bench" });
const assistant = await runtime.client.beta.assistants.create({
  name: "Orders",
  model: "m",
  tools: [
    {
      type: "function",
      function: { name: "get_order", parameters: { type: "object", properties: { n: { type: "integer" } } } },
    },
  ],
});

async function newThread(): Promise<string> {
  return (await runtime.client.beta.threads.create({ messages: [{ role: "user", content: "Every order, please" }] }))
    .id;
}

/** The run without a debugger. */
async function plain(): Promise<number> {
  const thread = await newThread();
  const start = performance.now();
  let run: Run | null = null;
  let events: AsyncIterable<RunEvent> = provider.streamRun(thread, { assistant_id: assistant.id });
  for (;;) {
    for await (const { event, data } of events)
      if (event.startsWith("thread.run.") && data.object === "thread.run") run = data;
    if (run?.status !== "requires_action" || run.required_action === null) break;
    const outputs = run.required_action.submit_tool_outputs.tool_calls.map(({ id }) => ({
      tool_call_id: id,
      output: '{"status":"shipped"}',
    }));
    events = provider.streamToolOutputs(thread, run.id, outputs);
  }
  if (run?.status !== "completed") throw new Error(`The plain run is ${run?.status}.`);
  return (performance.now() - start) / calls;
}

/**
 * The adapter as a process of its own, spoken to over stdio, with a breakpoint whose condition is asked at every call. Its second run
 * counts: the first one warms the process up, as the peer is warm.
 */
async function overStdio(): Promise<number> {
  const client = new DebugClient(process.execPath, join(dist, "debugAdapter.mjs"), "assistant", {
    env: { ...process.env, ASSISTANTS_API_KEY: runtime.key },
  });
  await client.start();
  let start = Number.NaN;
  let end = Number.NaN;
  client.on("thread", ({ body: { reason, threadId } }: DebugProtocol.ThreadEvent) => {
    if (threadId !== 2) return;
    if (reason === "started") start = performance.now();
    else end = performance.now();
  });
  const over = new Promise((resolve) => client.once("terminated", resolve));
  client.once("initialized", () => {
    const breakpoints = [{ line: 5, condition: "n > 1000" }];
    void client
      .setBreakpointsRequest({ source: { path: definition }, breakpoints })
      .then(() => client.configurationDoneRequest());
  });
  await client.initializeRequest();
  await client.launchRequest({
    definition,
    assistant: assistant.id,
    messages: ["Every order, please", "Again, please"],
    baseUrl: runtime.url,
    policy: "fixtures",
  } as DebugProtocol.LaunchRequestArguments);
  await over;
  await client.stop();
  return (end - start) / calls;
}

const fixtures = parseFixtures(fixturesText, null);
if (!fixtures.valid) throw new Error("The fixtures are not valid.");
const answerer = new PolicyAnswerer({
  handlers: { run: () => Promise.reject(new Error("There are no handlers.")) },
  fixtures: { fixturesOf: () => Promise.resolve(fixtures.fixtures) },
  now: () => performance.now(),
  wait: (ms, signal) => pause(ms, undefined, { signal }),
});
const checked = checkDefinition(definitionText);
const parsed = checked.valid ? checked.definition : null;

/** The session in this process, as VS Code has it. */
async function inProcess(): Promise<number> {
  const thread = await newThread();
  const released = (): Promise<void> => Promise.resolve();
  const debuggee = new ProviderDebuggee({
    provider,
    threadId: thread,
    assistantId: assistant.id,
    run: {},
    now: Date.now,
    released,
  });
  const session = new AssistantDebugSession({
    launch: () =>
      Promise.resolve({
        debuggee,
        definition: { path: definition, text: definitionText, parsed },
        connectionLabel: "",
        answer: (call, mode, onSource, signal) =>
          answerer.answer(call, { definition: parsed, place: definition, mode, onSource }, signal),
        debugHandler: null,
      }),
    attach: () => Promise.reject(new Error("not here")),
    log: (message, error) => process.stderr.write(`${message}: ${String(error)}\n`),
  });
  let start = Number.NaN;
  let seq = 0;
  const send = (command: string, args: object): void =>
    session.handleMessage({ seq: ++seq, type: "request", command, arguments: args } as DebugProtocol.Request);
  const over = new Promise<void>((resolve) => {
    session.onDidSendMessage((sent) => {
      const { type, event } = sent as DebugProtocol.Event;
      if (type !== "event") return;
      if (event === "initialized") {
        send("setBreakpoints", { source: { path: definition }, breakpoints: [{ line: 5, condition: "n > 1000" }] });
        start = performance.now();
        send("configurationDone", {});
      }
      if (event === "terminated") resolve();
    });
  });
  send("initialize", { adapterID: "assistant", pathFormat: "path" });
  send("launch", { definition, thread, policy: "fixtures" });
  await over;
  return (performance.now() - start) / calls;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

const times = { plain: [] as number[], stdio: [] as number[], inline: [] as number[] };
try {
  for (let round = -1; round < rounds; round++) {
    const ms = { plain: await plain(), inline: await inProcess(), stdio: await overStdio() };
    // The first round warms up.
    if (round < 0) continue;
    times.plain.push(ms.plain);
    times.inline.push(ms.inline);
    times.stdio.push(ms.stdio);
  }
} finally {
  await runtime.stop();
  model.closeAllConnections();
  model.close();
  rmSync(folder, { recursive: true, force: true });
}
const round = (value: number): number => Math.round(value * 1000) / 1000;
for (const [name, values] of [
  ["50 tool calls, session in process", times.inline],
  ["50 tool calls, adapter on stdio", times.stdio],
] as const) {
  const [ours, peer] = [median(values), median(times.plain)];
  process.stdout.write(
    `${JSON.stringify({ bench: "debug", case: name, ours: round(ours), peer: round(peer), peerName: "the same run without a debugger", ratio: round(ours / peer), unit: "ms a call", aim: "at most 5 ms more", met: ours - peer <= 5 })}\n`,
  );
}
process.exit(0);
