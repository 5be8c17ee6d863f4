/** Requests without measure, and ends of the wire that go away: 4xx and words, never a crash. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { createGardener, threadSaying, untilStatus } from "./assistantFixtures.ts";
import { rawRequest } from "./rawRequest.ts";
import { startRuntime, type RuntimeProcess } from "./runtimeProcess.ts";
import { delta, startScriptedModelServer } from "./scriptedModelServer.ts";

let runtime: RuntimeProcess;
let head: string;

before(async () => {
  runtime = await startRuntime();
  head = `host: ${new URL(runtime.url).host}\r\nauthorization: Bearer ${runtime.key}\r\nconnection: close\r\n`;
});
after(async () => {
  // Whatever was sent, the server still answers.
  await runtime.client.beta.assistants.list();
  assert.equal(await runtime.stop(), 0);
});

test("a body that is too large is refused, with a declared length and without", async () => {
  const declared = await rawRequest(
    runtime.url,
    `POST /v1/threads HTTP/1.1\r\n${head}content-length: 99999999999\r\n\r\n{`,
  );
  assert.equal(declared.status, 413);
  assert.match(declared.body, /"code":"request_too_large"/);
  const block = "x".repeat(1024 * 1024);
  const chunked = await rawRequest(
    runtime.url,
    `POST /v1/threads HTTP/1.1\r\n${head}transfer-encoding: chunked\r\n\r\n${`${block.length.toString(16)}\r\n${block}\r\n`.repeat(20)}0\r\n\r\n`,
  );
  assert.equal(chunked.status, 413);
});

test("headers that are too large or too many are refused", async () => {
  const large = await rawRequest(runtime.url, `GET /v1/models HTTP/1.1\r\n${head}x: ${"y".repeat(100_000)}\r\n\r\n`);
  assert.equal(large.status, 431);
  const many = Array.from({ length: 1500 }, (_, at) => `x${at}: y\r\n`).join("");
  const answer = await rawRequest(runtime.url, `GET /v1/models HTTP/1.1\r\n${head}${many}\r\n`);
  assert.ok([200, 400, 431].includes(answer.status), `${answer.status}`);
  const long = await rawRequest(runtime.url, `GET /v1/threads/thread_${"x".repeat(12_000)} HTTP/1.1\r\n${head}\r\n`);
  assert.ok(long.status === 404 || long.status === 431, `${long.status}`);
});

test("JSON of any depth is an answer, not a stack overflow", async () => {
  const post = (path: string, body: string): ReturnType<typeof rawRequest> =>
    rawRequest(runtime.url, `POST /v1${path} HTTP/1.1\r\n${head}content-length: ${body.length}\r\n\r\n${body}`);
  const depth = 100_000;
  const nested = `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
  for (const body of [
    nested,
    `${"[".repeat(depth)}${"]".repeat(depth)}`,
    "[".repeat(depth),
    `{"metadata":${nested}}`,
    `{"model":"m","tools":[{"type":"function","function":{"name":"f","parameters":${nested}}}]}`,
  ]) {
    const { status, body: said } = await post("/assistants", body);
    assert.equal(status, 400, said.slice(0, 300));
  }
});

test("half a request holds nobody up", async () => {
  const { hostname, port } = new URL(runtime.url);
  const slow = Array.from({ length: 50 }, () => {
    const socket = connect(Number(port), hostname);
    socket.on("error", () => undefined).write(`POST /v1/threads HTTP/1.1\r\nhost: x\r\nx-slow: `);
    return socket;
  });
  try {
    assert.equal((await runtime.client.beta.threads.create()).object, "thread");
  } finally {
    for (const socket of slow) socket.destroy();
  }
});

test("the model server goes away in the middle, or says nothing: the run ends with words, the thread is usable", async () => {
  const server = await startScriptedModelServer(["m"]);
  const chat = await startRuntime({ args: ["--upstream", "chat", "--upstream-url", server.url] });
  try {
    const { beta } = chat.client;
    const assistant = (await createGardener(chat.client, "m")).id;
    const thread = await threadSaying(chat.client, "Hello");
    server.next((response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write(`data: ${JSON.stringify(delta({ content: "Once upon" }))}\n\n`, () =>
        setTimeout(() => response.destroy(), 30),
      );
    });
    const cut = await beta.threads.runs.stream(thread, { assistant_id: assistant }).finalRun();
    assert.equal(cut.status, "failed");
    assert.match(cut.last_error?.message ?? "", /\w+ \w+/);
    const [message] = (await beta.threads.messages.list(thread, { run_id: cut.id })).data;
    assert.deepEqual([message?.status, message?.incomplete_details?.reason], ["incomplete", "run_failed"]);

    server.next(() => undefined);
    const silent = await beta.threads.runs.create(thread, { assistant_id: assistant });
    await untilStatus(chat.client, thread, silent.id, "in_progress");
    await beta.threads.runs.cancel(silent.id, { thread_id: thread });
    await untilStatus(chat.client, thread, silent.id, "cancelled");
    await beta.threads.messages.create(thread, { role: "user", content: "Free again" });
  } finally {
    await chat.stop();
    await server.close();
  }
});
