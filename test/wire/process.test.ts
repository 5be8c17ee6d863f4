import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createGardener, pendingCalls, threadSaying, untilStatus } from "./assistantFixtures.ts";
import { runToExit, startRuntime } from "./runtimeProcess.ts";

let root: string;
const dirs = (): string => mkdtempSync(join(root, "data-"));

before(() => {
  root = mkdtempSync(join(tmpdir(), "runtime-process-"));
});
after(() => rmSync(root, { recursive: true, force: true }));

test("killed while a run waits: the next process knows everything, and the run can be answered", async () => {
  const dataDir = dirs();
  const first = await startRuntime({ dataDir });
  const assistant = await createGardener(first.client);
  const thread = await threadSaying(first.client, "Soil moisture of BED-5 and BED-6?");
  const waiting = await first.client.beta.threads.runs.createAndPoll(thread, { assistant_id: assistant.id });
  const assistantsBefore = await first.client.beta.assistants.list();
  await first.kill();

  const second = await startRuntime({ dataDir });
  try {
    const { beta } = second.client;
    assert.deepEqual((await beta.assistants.list()).data, assistantsBefore.data);
    assert.deepEqual(await beta.threads.runs.retrieve(waiting.id, { thread_id: thread }), waiting);
    const stream = beta.threads.runs.submitToolOutputsStream(waiting.id, {
      thread_id: thread,
      tool_outputs: pendingCalls(waiting).map(({ id }) => ({ tool_call_id: id, output: '{"moisture":"9%"}' })),
    });
    const run = await stream.finalRun();
    assert.equal(run.status, "completed");
    assert.ok((run.usage?.prompt_tokens ?? 0) > 0);
    const part = (await stream.finalMessages())[0]?.content[0];
    assert.ok(part?.type === "text");
    assert.match(part.text.value, /BED-5[^]*9%[^]*BED-6[^]*9%/);
  } finally {
    await second.stop();
  }
});

test("killed while a run is at work: it has failed, in words, and the thread is free", async () => {
  const dataDir = dirs();
  const first = await startRuntime({ dataDir, args: ["--pace", "2"] });
  const assistant = await createGardener(first.client);
  const thread = await threadSaying(first.client, "Hello");
  const { id } = await first.client.beta.threads.runs.create(thread, { assistant_id: assistant.id });
  await untilStatus(first.client, thread, id, "in_progress");
  while ((await first.client.beta.threads.runs.steps.list(id, { thread_id: thread })).data.length === 0);
  await first.kill();

  const second = await startRuntime({ dataDir });
  try {
    const { beta } = second.client;
    const run = await beta.threads.runs.retrieve(id, { thread_id: thread });
    assert.equal(run.status, "failed");
    assert.deepEqual(run.last_error, {
      code: "server_error",
      message: "The runtime was stopped while the run was in progress.",
    });
    const [step] = (await beta.threads.runs.steps.list(id, { thread_id: thread })).data;
    assert.equal(step?.status, "failed");
    const [message] = (await beta.threads.messages.list(thread, { run_id: id })).data;
    assert.deepEqual([message?.status, message?.incomplete_details?.reason], ["incomplete", "run_failed"]);
    assert.equal((await beta.threads.runs.createAndPoll(thread, { assistant_id: assistant.id })).status, "completed");
  } finally {
    await second.stop();
  }
});

test("a second process on the same directory says who has it, and exits with 3", async () => {
  const dataDir = dirs();
  const first = await startRuntime({ dataDir, env: { ASSISTANTS_RUNTIME_KEY: "a-key-of-mine" } });
  try {
    assert.equal(first.key, "a-key-of-mine");
    const word = readFileSync(join(dataDir, "runtime.json"), "utf8");
    assert.deepEqual(JSON.parse(word), { listening: first.url, pid: first.child.pid });
    if (process.platform !== "win32") assert.equal(statSync(join(dataDir, "runtime.json")).mode & 0o777, 0o600);
    const second = await runToExit({ dataDir });
    assert.equal(second.code, 3);
    assert.deepEqual(JSON.parse(second.stdout), { alreadyRunning: first.url, pid: first.child.pid });
    assert.equal((await first.client.beta.assistants.list()).data.length, 0);
  } finally {
    assert.equal(await first.stop(), 0);
  }
  assert.equal(existsSync(join(dataDir, "runtime.json")), false);
  const third = await startRuntime({ dataDir });
  await third.stop();
});

test("a killed owner does not keep the directory", async () => {
  const dataDir = dirs();
  const first = await startRuntime({ dataDir });
  await first.kill();
  assert.equal(existsSync(join(dataDir, "runtime.json")), true);
  const second = await startRuntime({ dataDir });
  await second.stop();
});

test("when standard input closes, runs at work end first", async () => {
  const dataDir = dirs();
  const runtime = await startRuntime({ dataDir, args: ["--pace", "200", "--exit-with-parent"] });
  const assistant = await createGardener(runtime.client);
  const thread = await threadSaying(runtime.client, "Hello");
  const { id } = await runtime.client.beta.threads.runs.create(thread, { assistant_id: assistant.id });
  await untilStatus(runtime.client, thread, id, "in_progress");
  const exited = new Promise((resolve) => runtime.child.once("exit", resolve));
  // As when the parent is killed: nobody reads what the runtime says any more.
  runtime.child.stdout?.destroy();
  runtime.child.stderr?.destroy();
  runtime.child.stdin?.end();
  assert.equal(await exited, 0);
  const next = await startRuntime({ dataDir });
  try {
    assert.equal((await next.client.beta.threads.runs.retrieve(id, { thread_id: thread })).status, "completed");
  } finally {
    await next.stop();
  }
});

test("without --exit-with-parent, a closed standard input changes nothing", async () => {
  const runtime = await startRuntime();
  runtime.child.stdin?.end();
  await runtime.client.beta.assistants.list();
  await runtime.client.beta.assistants.list();
  assert.equal(await runtime.stop(), 0);
});

test("SIGTERM ends a run at work as failed, and the process with 0", async () => {
  const runtime = await startRuntime({ args: ["--pace", "1"] });
  const assistant = await createGardener(runtime.client);
  const stream = runtime.client.beta.threads.runs.stream(await threadSaying(runtime.client, "Hello"), {
    assistant_id: assistant.id,
  });
  await new Promise<void>((resolve) =>
    stream.on("event", (event) => event.event === "thread.run.in_progress" && resolve()),
  );
  const [run, code] = await Promise.all([stream.finalRun(), runtime.stop()]);
  assert.deepEqual([run.status, code], ["failed", 0]);
});

test("a directory that cannot be used gives one clear line", async () => {
  const file = join(root, "a-file");
  writeFileSync(file, "");
  const { code, stdout, stderr } = await runToExit({ dataDir: join(file, "below") });
  assert.deepEqual([code, stdout, stderr.trim().split("\n").length], [1, "", 1]);
  assert.match(stderr, /^Cannot use the data directory .*below: /);
  // Root may write anywhere.
  if (process.platform === "win32" || process.getuid?.() === 0) return;
  const locked = dirs();
  chmodSync(locked, 0o500);
  assert.match((await runToExit({ dataDir: locked })).stderr, /^Cannot use the data directory/);
});

test("wrong arguments give one line and exit with 2", async () => {
  const dataDir = dirs();
  for (const [args, words] of [
    [["--upstream", "moon"], /--upstream must be offline, chat or responses, not 'moon'/],
    [["--upstream", "chat"], /needs --upstream-url/],
    [["--pace", "fast"], /--pace must be a number/],
    [["--port", "99999"], /--port must be a number from 0 to 65535/],
    [["--colour"], /--colour/],
    [["--upstream", "chat", "--upstream-url", "ftp://x"], /must be an http or https URL/],
  ] as const) {
    const { code, stdout, stderr } = await runToExit({ dataDir, args });
    assert.deepEqual([code, stdout, stderr.trim().split("\n").length], [2, "", 1], stderr);
    assert.match(stderr, words);
  }
  const help = await runToExit({ dataDir, args: ["--help"] });
  assert.equal(help.code, 0);
  assert.match(help.stdout, /--exit-with-parent/);
});
