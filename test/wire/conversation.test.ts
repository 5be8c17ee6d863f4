import assert from "node:assert/strict";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { ProviderError } from "../../src/core/provider.ts";
import type { AssistantParams } from "../../src/core/provider.ts";
import { wholeText } from "../../src/core/growingText.ts";
import { offlineConnection } from "../../src/host/connections/connection.ts";
import type { Connection } from "../../src/host/connections/connection.ts";
import type { ConnectionStore } from "../../src/host/connections/connectionStore.ts";
import { Conversation } from "../../src/host/conversation/conversation.ts";
import { TraceStore } from "../../src/host/conversation/traceStore.ts";
import type { Log } from "../../src/host/log.ts";
import { ProviderPool } from "../../src/host/runtime/providerPool.ts";
import { RuntimePool } from "../../src/host/runtime/runtimePool.ts";
import { runtimeProgram } from "./programs.ts";

/** What the extension does with a thread, against the real runtime as its child process, killed where it hurts. */

const params: AssistantParams = {
  model: "offline",
  name: "Tester",
  description: null,
  instructions: null,
  tools: [
    {
      type: "function",
      function: {
        name: "get_parcel",
        description: "Look up a parcel",
        parameters: {
          type: "object",
          properties: { parcel_id: { type: "string", description: "The parcel id (e.g., PKG-123)" } },
          required: ["parcel_id"],
        },
      },
    },
  ],
  tool_resources: null,
  metadata: {},
  temperature: null,
  top_p: null,
};

const lines: string[] = [];
const log = {
  info: (text: string) => lines.push(text),
  warn: (text: string) => lines.push(text),
  error: (text: string) => lines.push(text),
} as unknown as Log;
const key = async (): Promise<string> => "test-key-0123456789";
const crashes: boolean[] = [];
const opened: Conversation[] = [];
let dir = "";
let runtimes: RuntimePool;
let providers: ProviderPool;

before(async () => {
  dir = await mkdtemp(join(tmpdir(), "conversation-"));
  runtimes = new RuntimePool({
    bundle: runtimeProgram,
    storageDir: dir,
    pythonDir: join(dir, "python"),
    connections: { keyOf: async () => null } as unknown as ConnectionStore,
    log,
    runtimeKey: key,
    offlinePace: () => 100,
    python: () => true,
    onCrash: (_connection, restarting) => crashes.push(restarting),
  });
  providers = new ProviderPool(runtimes, key);
});

after(async () => {
  for (const chat of opened) chat.dispose();
  runtimes.dispose();
  await rm(dir, { recursive: true, force: true, maxRetries: 10 });
});

const traces = (): TraceStore => new TraceStore(join(dir, "traces"), log);

function conversation(threadId: string | null, store = traces()): Conversation {
  const made = new Conversation(threadId, {
    connection: offlineConnection,
    withProvider: (task) => providers.with(offlineConnection, task),
    traces: store,
    log,
  });
  opened.push(made);
  return made;
}

async function ask(chat: Conversation, text: string): Promise<string> {
  const assistant = await providers.with(offlineConnection, (provider) => provider.createAssistant(params));
  await chat.addMessage(text);
  await chat.startRun((provider, threadId) => provider.streamRun(threadId, { assistant_id: assistant.id }));
  return chat.runs.at(-1)!.run.id;
}

async function until(chat: Conversation, runId: string, statuses: readonly string[]): Promise<void> {
  while (!statuses.includes(chat.run(runId)!.run.status)) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Ends the runtime without a word. */
async function killRuntime(): Promise<void> {
  const { pid } = JSON.parse(await readFile(join(runtimes.dataDir(offlineConnection), "runtime.json"), "utf8")) as {
    readonly pid: number;
  };
  process.kill(pid, "SIGKILL");
}

test("ask, answer, complete; another window sees the recorded trace", async () => {
  const store = traces();
  const chat = conversation(null, store);
  const runId = await ask(chat, "Where is parcel PKG-42?");
  await until(chat, runId, ["requires_action"]);
  const call = chat.run(runId)!.steps[0]!.calls[0]!;
  assert.equal(wholeText(call.input), '{"parcel_id":"PKG-42"}');
  await chat.submit(runId, [{ callId: call.id, output: '{"at":"Oslo"}', origin: "hand" }]);
  await until(chat, runId, ["completed", "failed"]);
  assert.equal(chat.run(runId)!.run.status, "completed");
  assert.equal(chat.activeRun, null);
  assert.deepEqual(
    chat.messages.map((message) => message.object.role),
    ["user", "assistant"],
  );

  await store.flush();
  const other = conversation(chat.threadId);
  await other.load();
  const trace = other.run(runId)!;
  assert.equal(trace.fidelity, "recorded");
  assert.equal(trace.steps[0]!.calls[0]!.origin, "hand");
  assert.deepEqual(trace.segments, chat.run(runId)!.segments);
  assert.deepEqual(
    other.messages.map((message) => message.id),
    chat.messages.map((message) => message.id),
  );
});

test("a thread without a record is reconstructed from its objects", async () => {
  const chat = conversation(null);
  const runId = await ask(chat, "Hello there");
  await until(chat, runId, ["completed"]);
  const other = conversation(chat.threadId, new TraceStore(join(dir, "nothing"), log));
  await other.load();
  assert.equal(other.run(runId)!.fidelity, "reconstructed");
  assert.equal(other.run(runId)!.steps.length, 1);
});

test("the runtime is killed while a run streams: it is restarted once, the run has failed with a reason, the thread goes on", async () => {
  const chat = conversation(null);
  const runId = await ask(chat, "Tell me something about yourself");
  await killRuntime();
  await until(chat, runId, ["failed"]);
  assert.deepEqual(crashes, [true]);
  assert.match(chat.run(runId)!.run.last_error!.message, /stopped|restart/i);
  assert.equal(chat.run(runId)!.end !== null, true);

  const next = await ask(chat, "Where is parcel PKG-43?");
  await until(chat, next, ["requires_action"]);
  assert.equal(chat.messages.filter((message) => message.object.role === "user").length, 2);
});

test("the runtime is killed while a run waits: the output can still be submitted", async () => {
  const chat = conversation(null);
  const runId = await ask(chat, "Where is parcel PKG-44?");
  await until(chat, runId, ["requires_action"]);
  await killRuntime();
  while (crashes.length < 2) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(crashes[1], false, "the second crash within a minute is not answered with a restart by itself");
  const call = chat.run(runId)!.steps[0]!.calls[0]!;
  await chat.submit(runId, [{ callId: call.id, output: "found", origin: "hand" }]);
  await until(chat, runId, ["completed", "failed"]);
  assert.equal(chat.run(runId)!.run.status, "completed");
});

test("cancel ends a waiting run", async () => {
  const chat = conversation(null);
  const runId = await ask(chat, "Where is parcel PKG-45?");
  await until(chat, runId, ["requires_action"]);
  await chat.cancel(runId);
  assert.equal(chat.run(runId)!.run.status, "cancelled");
  assert.equal(chat.activeRun, null);
});

test("a connection whose key is not kept starts nothing, and says which command asks for it", async () => {
  const withoutKey: Connection = {
    id: "keyless",
    name: "Hosted",
    upstream: {
      kind: "chat",
      baseUrl: "http://127.0.0.1:9/v1",
      profile: null,
      modelMap: {},
      switches: {},
      apiVersion: null,
      embeddingModel: null,
      hostedFiles: false,
      hostedPython: false,
    },
    model: "m",
    key: { kind: "stored", url: "http://127.0.0.1:9/v1" },
  };
  await assert.rejects(
    providers.with(withoutKey, (provider) => provider.listModels()),
    (error: unknown) =>
      error instanceof ProviderError && error.kind === "unauthorized" && /Hosted.*Set Key/.test(error.message),
  );
});

test("no key is in what was logged", () => {
  assert.equal(lines.length > 0, true);
  assert.equal(
    lines.some((line) => line.includes("test-key-0123456789")),
    false,
  );
});
