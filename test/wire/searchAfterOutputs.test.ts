/** A file search after submitted tool outputs: its results have their text, also where the server's stream leaves it out. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Provider } from "../../src/core/provider.ts";
import type { RunTrace } from "../../src/core/runTrace.ts";
import type { RunEvent } from "../../src/core/wireEvents.ts";
import { offlineConnection } from "../../src/host/connections/connection.ts";
import { Conversation } from "../../src/host/conversation/conversation.ts";
import { TraceStore } from "../../src/host/conversation/traceStore.ts";
import type { Log } from "../../src/host/log.ts";
import { createAssistantsProvider } from "../../src/provider/assistants/assistantsProvider.ts";
import { cookbook, until } from "./fileFixtures.ts";
import { startRuntime, type RuntimeProcess } from "./runtimeProcess.ts";
import {
  chunks,
  delta,
  startScriptedModelServer,
  type ScriptedModelServer,
  type Script,
} from "./scriptedModelServer.ts";

let server: ScriptedModelServer;
let runtime: RuntimeProcess;
let dir = "";
const faults: string[] = [];
const log = {
  info: () => undefined,
  warn: () => undefined,
  error: (text: string) => faults.push(text),
} as unknown as Log;

before(async () => {
  dir = mkdtempSync(join(tmpdir(), "search-after-"));
  server = await startScriptedModelServer(["m"]);
  runtime = await startRuntime({ args: ["--upstream", "chat", "--upstream-url", server.url, "--model", "m"] });
});
after(async () => {
  await runtime.stop();
  await server.close();
  rmSync(dir, { recursive: true, force: true });
});

const calls = (name: string, input: object): Script =>
  chunks([
    delta({
      tool_calls: [
        { index: 0, id: `call_${name}`, type: "function", function: { name, arguments: JSON.stringify(input) } },
      ],
    }),
    delta({}, "tool_calls"),
  ]);

/** As servers that send the text of results only to who asks for it: nobody can, when outputs are submitted. */
function withoutText(provider: Provider): Provider {
  return {
    ...provider,
    async *streamToolOutputs(...args): AsyncGenerator<RunEvent> {
      for await (const event of provider.streamToolOutputs(...args)) {
        const bare = JSON.stringify(event, (key, value: unknown) => (key === "content" ? undefined : value));
        yield event.event.startsWith("thread.run.step.") ? (JSON.parse(bare) as RunEvent) : event;
      }
    },
  };
}

/** A run that calls a function, and searches when it has the output. @returns its trace once it has ended */
async function searchAfterOutputs(provider: Provider): Promise<RunTrace> {
  const book = await cookbook(runtime.client);
  const assistant = await runtime.client.beta.assistants.create({
    model: "m",
    tools: [
      { type: "file_search" },
      { type: "function", function: { name: "get_flour", parameters: { type: "object", properties: {} } } },
    ],
    tool_resources: { file_search: { vector_store_ids: [book.id] } },
  });
  server.next(
    calls("get_flour", {}),
    calls("file_search", { queries: ["rye bread crust"] }),
    chunks([delta({ content: "Bake it." }), delta({}, "stop")]),
  );
  const chat = new Conversation(null, {
    connection: offlineConnection,
    withProvider: (task) => task(provider),
    traces: new TraceStore(dir, log),
    log,
  });
  try {
    await chat.addMessage("Which bread?");
    await chat.startRun((one, threadId) => one.streamRun(threadId, { assistant_id: assistant.id }));
    const runId = chat.runs[0]?.run.id ?? "";
    await until(async () => chat.run(runId)?.run.status === "requires_action");
    const [call] = chat.pendingCalls(runId);
    await chat.submit(runId, [{ callId: call?.id ?? "", output: "rye", origin: "hand" }]);
    await until(async () => chat.run(runId)?.run.status === "completed" && textsOf(chat.run(runId)).length > 0);
    const trace = chat.run(runId);
    assert.ok(trace !== undefined);
    return trace;
  } finally {
    chat.dispose();
  }
}

function textsOf(trace: RunTrace | undefined): readonly string[] {
  const results = (trace?.steps ?? []).flatMap((step) => step.calls.flatMap((call) => call.results ?? []));
  return results.flatMap((result) => (result.content ?? []).map(({ text }) => text ?? ""));
}

for (const [name, wrap] of [
  ["the runtime's stream", (provider: Provider) => provider],
  ["a stream that leaves it out", withoutText],
] as const)
  test(`results of a search after submitted outputs have their text: ${name}`, async () => {
    const provider = createAssistantsProvider({ baseUrl: runtime.url, apiKey: runtime.key, label: "runtime" });
    const trace = await searchAfterOutputs(wrap(provider));
    assert.match(textsOf(trace).join("\n"), /Knead rye flour/);
    assert.deepEqual(
      trace.steps.map(({ type, status }) => [type, status]),
      [
        ["tool_calls", "completed"],
        ["tool_calls", "completed"],
        ["message_creation", "completed"],
      ],
    );
    const times = trace.steps.map(({ start, end }) => (end ?? 0) - start);
    assert.ok(times.every((time) => time >= 0));
    assert.deepEqual(faults, []);
  });
