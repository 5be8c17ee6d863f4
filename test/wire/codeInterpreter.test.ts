/** The code interpreter with the real sandbox, as the SDK sees it; the model server is scripted. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, test } from "node:test";
import OpenAI, { toFile } from "openai";
import type { Message } from "openai/resources/beta/threads/messages";
import type { Run } from "openai/resources/beta/threads/runs/runs";
import type { CodeInterpreterToolCall } from "openai/resources/beta/threads/runs/steps";
import { systemClock } from "../../src/runtime/clock.ts";
import { CodeInterpreter } from "../../src/runtime/python/codeInterpreter.ts";
import { defaultLimits } from "../../src/runtime/python/limits.ts";
import { PythonSessions } from "../../src/runtime/python/pythonSessions.ts";
import { WheelFolder } from "../../src/runtime/python/wheelFolder.ts";
import { buildBundle } from "../../scripts/build/buildBundle.ts";
import { bundles } from "../../scripts/build/bundles.ts";
import { dist } from "../../scripts/shared/paths.ts";
import { ChatUpstream } from "../../src/runtime/upstream/chat/chatUpstream.ts";
import { eventNames } from "./assistantFixtures.ts";
import { serveInProcess, type InProcess } from "./inProcess.ts";
import { patienceMs, startRuntime } from "./runtimeProcess.ts";
import {
  chunks,
  delta,
  startScriptedModelServer,
  type Script,
  type ScriptedModelServer,
} from "./scriptedModelServer.ts";

let server: ScriptedModelServer;
let runtime: InProcess;
let client: OpenAI;
let sessions: PythonSessions;
const folder = mkdtempSync(join(tmpdir(), "interpreter-"));
const limits = { ...defaultLimits, programMs: 20_000 };

before(async () => {
  server = await startScriptedModelServer(["m"]);
  const wheels = new WheelFolder(join(folder, "packages"));
  const log = (): void => undefined;
  sessions = new PythonSessions({ folder, wheels, limits, clock: systemClock, log });
  const target = {
    url: server.url,
    key: undefined,
    keyName: "K",
    server: "other",
    apiVersion: undefined,
    model: undefined,
  };
  runtime = await serveInProcess(new ChatUpstream(target as never, {}, log), [new CodeInterpreter(sessions, limits)]);
  client = new OpenAI({ baseURL: runtime.client.baseURL, apiKey: "k", maxRetries: 0, timeout: patienceMs });
});
after(async () => {
  await runtime.close();
  await sessions.stop();
  await server.close();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => server.bodies.splice(0));

const usage = { id: "c", choices: [], usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 } };

/** A turn of the model that runs code, in fragments. */
function runs(code: string): Script {
  const json = JSON.stringify({ code });
  const third = Math.ceil(json.length / 3);
  const parts = [json.slice(0, third), json.slice(third, 2 * third), json.slice(2 * third)];
  return chunks([
    delta({ tool_calls: [{ index: 0, id: "call_1", type: "function", function: { name: "python", arguments: "" } }] }),
    ...parts.map((text) => delta({ tool_calls: [{ index: 0, function: { arguments: text } }] })),
    delta({}, "tool_calls"),
    usage,
  ]);
}

function says(text: string): Script {
  return chunks([delta({ content: text }), delta({}, "stop"), usage]);
}

async function assistant(files: readonly string[] = []): Promise<string> {
  const made = await client.beta.assistants.create({
    model: "m",
    tools: [{ type: "code_interpreter" }],
    tool_resources: { code_interpreter: { file_ids: [...files] } },
  });
  return made.id;
}

async function upload(name: string, content: string): Promise<string> {
  return (await client.files.create({ file: await toFile(Buffer.from(content), name), purpose: "assistants" })).id;
}

async function callsOf(run: Run): Promise<CodeInterpreterToolCall[]> {
  const steps = await client.beta.threads.runs.steps.list(run.id, { thread_id: run.thread_id, order: "asc" });
  return steps.data.flatMap(({ step_details: details }) =>
    details.type === "tool_calls" ? details.tool_calls.filter((call) => call.type === "code_interpreter") : [],
  );
}

const logsOf = (call: CodeInterpreterToolCall | undefined): string =>
  (call?.code_interpreter.outputs ?? []).map((one) => (one.type === "logs" ? one.logs : "")).join("");

/** What the model was told at last about its call. */
function toldModel(): string {
  const messages = (server.bodies.at(-1) as { messages: { role: string; content: string }[] }).messages;
  return messages.filter(({ role }) => role === "tool").at(-1)?.content ?? "";
}

async function newestMessage(threadId: string): Promise<Message> {
  const [message] = (await client.beta.threads.messages.list(threadId, { limit: 1 })).data;
  assert.ok(message);
  return message;
}

test("code streams, runs, and shows its output in the protocol's order", async () => {
  const ofAssistant = await upload("prices.csv", "price\n2\n3\n");
  const attached = await upload("amounts.csv", "amount\n10\n20\n");
  const thread = await client.beta.threads.create({
    messages: [
      { role: "user", content: "Total?", attachments: [{ file_id: attached, tools: [{ type: "code_interpreter" }] }] },
    ],
  });
  const code =
    "import os\nprint(sorted(os.listdir('.')))\nopen('chart.svg', 'w').write('<svg xmlns=\"http://www.w3.org/2000/svg\"/>')\n" +
    "open('total.csv', 'w').write('total\\n30\\n')\nclass P:\n    def _repr_png_(self): return b'\\x89PNG'\ndisplay(P())\n6 * 7";
  server.next(runs(code), says("See [total](sandbox:/mnt/data/total.csv) and ![chart](sandbox:/mnt/data/chart.svg)."));
  const stream = client.beta.threads.runs.stream(thread.id, { assistant_id: await assistant([ofAssistant]) });
  const names = eventNames(stream);
  let input = "";
  let logs = "";
  stream.on("toolCallDelta", (one) => {
    if (one.type !== "code_interpreter") return;
    input += one.code_interpreter?.input ?? "";
    for (const output of one.code_interpreter?.outputs ?? []) if (output.type === "logs") logs += output.logs ?? "";
  });
  const run = await stream.finalRun();
  assert.equal(run.status, "completed");
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
  const [call] = await callsOf(run);
  assert.equal(call?.code_interpreter.input, code);
  assert.equal(logsOf(call), "['amounts.csv', 'prices.csv']\n42\n");
  assert.equal(logs, logsOf(call));
  assert.ok(code.endsWith(input) || input === code);
  const images =
    call?.code_interpreter.outputs.flatMap((one) => (one.type === "image" ? [one.image.file_id] : [])) ?? [];
  assert.equal(images.length, 2);
  assert.equal(
    Buffer.from(await (await client.files.content(images[0] ?? "")).arrayBuffer()).toString("latin1"),
    "\x89PNG",
  );
  assert.match(
    toldModel(),
    /^\['amounts.csv', 'prices.csv'\]\n42\n\[One picture was shown to the user.\]\n\[Files written: /,
  );

  const message = await newestMessage(thread.id);
  assert.deepEqual(
    message.content.slice(0, 2).map((part) => part.type === "image_file" && part.image_file.file_id),
    images,
  );
  const [text] = message.content.flatMap((part) => (part.type === "text" ? [part.text] : []));
  const paths = text?.annotations.flatMap((one) =>
    one.type === "file_path" ? [[one.text, one.file_path.file_id]] : [],
  );
  assert.deepEqual(
    paths?.map(([name]) => name),
    ["sandbox:/mnt/data/total.csv", "sandbox:/mnt/data/chart.svg"],
  );
  const total = await client.files.retrieve(paths?.[0]?.[1] ?? "");
  assert.deepEqual([total.filename, total.purpose, total.bytes], ["total.csv", "assistants_output", 9]);
  assert.equal(await (await client.files.content(total.id)).text(), "total\n30\n");
  assert.deepEqual(new Set(message.attachments?.map(({ file_id: id }) => id)), new Set(paths?.map(([, id]) => id)));
});

test("a thread keeps its variables and its files from one run to the next, and in a fresh session its files", async () => {
  const thread = await client.beta.threads.create({ messages: [{ role: "user", content: "Begin" }] });
  const assistantId = await assistant();
  const ask = async (code: string): Promise<string> => {
    server.next(runs(code), says("Done."));
    const run = await client.beta.threads.runs.createAndPoll(
      thread.id,
      { assistant_id: assistantId },
      { pollIntervalMs: 20 },
    );
    assert.equal(run.status, "completed");
    return logsOf((await callsOf(run))[0]);
  };
  await ask("x = 5\nopen('kept.txt', 'w').write('five')");
  assert.equal(await ask("print(x, open('kept.txt').read())"), "5 five\n");
  await sessions.end(thread.id);
  assert.match(await ask("print('x' in globals(), open('kept.txt').read())"), /^False five\n/);
});

test("what programs write is where they wrote it, and takes no path of what is attached", async () => {
  const original = await upload("data.csv", "ORIGINAL");
  const thread = await client.beta.threads.create({ messages: [{ role: "user", content: "Begin" }] });
  const assistantId = await assistant([original]);
  const list =
    "import pathlib\nfor p in sorted(pathlib.Path('/mnt/data').rglob('*.*')): print(p.relative_to('/mnt/data'), p.read_text())";
  const ask = async (code: string): Promise<string> => {
    server.next(runs(code), says("Done."));
    const run = await client.beta.threads.runs.createAndPoll(
      thread.id,
      { assistant_id: assistantId },
      { pollIntervalMs: 20 },
    );
    assert.equal(run.status, "completed");
    return logsOf((await callsOf(run))[0]);
  };
  await ask(
    "import os\nos.makedirs('clean')\nfor path, text in (('clean/data.csv', 'CLEANED'), ('r.txt', 'TOP'), ('report.csv', 'OLD')):\n" +
      "    open(path, 'w').write(text)",
  );
  const corrected = await upload("report.csv", "CORRECTED");
  await client.beta.threads.messages.create(thread.id, {
    role: "user",
    content: "Here is the corrected report",
    attachments: [{ file_id: corrected, tools: [{ type: "code_interpreter" }] }],
  });
  const all = "clean/data.csv CLEANED\ndata.csv ORIGINAL\nr.txt TOP\nreport (2).csv OLD\nreport.csv CORRECTED\n";
  assert.equal(await ask(list), all);
  assert.match(JSON.stringify(server.bodies.at(-1)), /which an earlier program wrote to \/mnt\/data\/report\.csv/);
  await sessions.end(thread.id);
  const edited = await ask(`open('report.csv', 'a').write(', EDITED')\n${list}`);
  assert.equal(edited, all.replace("CORRECTED", "CORRECTED, EDITED"));
  await sessions.end(thread.id);
  assert.equal(await ask(list), edited);
});

test("what a run wrote is there for its next program, also when another ended the session meanwhile", async () => {
  const thread = await client.beta.threads.create({ messages: [{ role: "user", content: "Go" }] });
  server.next(
    runs("import os\nos.makedirs('out')\nopen('out/made.txt', 'w').write('kept')"),
    runs("import asyncio\nawait asyncio.get_event_loop().create_future()"),
    runs("print(open('out/made.txt').read())"),
    says("Done."),
  );
  const run = await client.beta.threads.runs.createAndPoll(
    thread.id,
    { assistant_id: await assistant() },
    { pollIntervalMs: 20 },
  );
  const calls = await callsOf(run);
  assert.match(logsOf(calls[1]), /variables are gone; files that were given or handed out before are still there/);
  assert.match(logsOf(calls[2]), /^kept\n/);
});

test("a deleted thread's session ends", async () => {
  const thread = await client.beta.threads.create({ messages: [{ role: "user", content: "Go" }] });
  server.next(runs("secret = 1"), says("Kept."));
  await client.beta.threads.runs.createAndPoll(thread.id, { assistant_id: await assistant() }, { pollIntervalMs: 20 });
  const before = sessions.size;
  assert.ok(before > 0);
  await client.beta.threads.delete(thread.id);
  assert.equal(sessions.size, before - 1);
});

test("a traceback is output, and the run goes on", async () => {
  const thread = await client.beta.threads.create({ messages: [{ role: "user", content: "Go" }] });
  server.next(runs("1 / 0"), runs("print('again')"), says("It failed first."));
  const run = await client.beta.threads.runs.createAndPoll(
    thread.id,
    { assistant_id: await assistant() },
    { pollIntervalMs: 20 },
  );
  assert.equal(run.status, "completed");
  const calls = await callsOf(run);
  assert.match(logsOf(calls[0]), /ZeroDivisionError: division by zero\n$/);
  assert.equal(logsOf(calls[1]), "again\n");
});

test("cancelling a run ends its program at once", async () => {
  const thread = await client.beta.threads.create({ messages: [{ role: "user", content: "Go" }] });
  server.next(runs("print('started')\nwhile True: pass"));
  const stream = client.beta.threads.runs.stream(thread.id, { assistant_id: await assistant() });
  const run = await new Promise<string>((resolve) => {
    stream.on("toolCallDelta", (_, snapshot) => {
      const said = snapshot.type === "code_interpreter" ? JSON.stringify(snapshot.code_interpreter.outputs) : "";
      if (said.includes("started")) resolve(stream.currentRun()?.id ?? "");
    });
  });
  await client.beta.threads.runs.cancel(run, { thread_id: thread.id });
  const ended = await stream.finalRun();
  assert.equal(ended.status, "cancelled");
  const [call] = await callsOf(ended);
  assert.equal(logsOf(call), "started\n");
});

test("a program that takes too long is told of, and the run goes on", async () => {
  const short = { ...limits, programMs: 1000 };
  const own = new PythonSessions({
    folder,
    wheels: new WheelFolder(folder),
    limits: short,
    clock: systemClock,
    log: () => undefined,
  });
  const target = {
    url: server.url,
    key: undefined,
    keyName: "K",
    server: "other",
    apiVersion: undefined,
    model: undefined,
  };
  const where = await serveInProcess(new ChatUpstream(target as never, {}, () => undefined), [
    new CodeInterpreter(own, short),
  ]);
  try {
    const made = await where.client.beta.assistants.create({ model: "m", tools: [{ type: "code_interpreter" }] });
    const thread = await where.client.beta.threads.create({ messages: [{ role: "user", content: "Go" }] });
    server.next(runs("while True: pass"), says("Too slow."));
    const run = await where.client.beta.threads.runs.createAndPoll(
      thread.id,
      { assistant_id: made.id },
      { pollIntervalMs: 20 },
    );
    assert.equal(run.status, "completed");
    assert.match(toldModel(), /ended because it took more than 1 seconds\. The session's variables are gone/);
  } finally {
    await where.close();
    await own.stop();
  }
});

test("files of one name are both there, and names that are paths are names", async () => {
  const ids = [await upload("a.csv", "1"), await upload("a.csv", "2"), await upload("..", "3")];
  const thread = await client.beta.threads.create({ messages: [{ role: "user", content: "Go" }] });
  server.next(runs("import os\nfor n in sorted(os.listdir('.')): print(n, open(n).read())"), says("Done."));
  const run = await client.beta.threads.runs.createAndPoll(
    thread.id,
    { assistant_id: await assistant(ids) },
    { pollIntervalMs: 20 },
  );
  assert.match(logsOf((await callsOf(run))[0]), /^a \(2\)\.csv 2\na\.csv 1\n/);
});

test("the bundled runtime runs programs, too, as a process of its own, and leaves none behind", async () => {
  for (const bundle of bundles.filter(({ name, partOf }) => name === "runtime" || partOf === "runtime"))
    await buildBundle(bundle, "development");
  const bundled = await startRuntime({
    entry: join(dist, "runtime.mjs"),
    args: ["--upstream", "chat", "--upstream-url", server.url],
  });
  try {
    const made = await bundled.client.beta.assistants.create({ model: "m", tools: [{ type: "code_interpreter" }] });
    server.next(runs("import sys\nprint(sys.platform)"), says("Done."));
    const run = await bundled.client.beta.threads.createAndRunPoll(
      { assistant_id: made.id, thread: { messages: [{ role: "user", content: "Go" }] } },
      { pollIntervalMs: 50 },
    );
    assert.equal(run.status, "completed");
    assert.match(toldModel(), /^emscripten/);
    assert.equal(await bundled.stop(), 0);
  } finally {
    await bundled.kill();
  }
});
