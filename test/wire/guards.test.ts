/** Requests that mean harm: each is refused in the wire's envelope, nothing leaks, and the server goes on. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { createGardener, threadSaying } from "./assistantFixtures.ts";
import { rawRequest } from "./rawRequest.ts";
import { startRuntime, type RuntimeProcess } from "./runtimeProcess.ts";
import { chunks, delta, startScriptedModelServer, status } from "./scriptedModelServer.ts";

let runtime: RuntimeProcess;
let host: string;

before(async () => {
  runtime = await startRuntime();
  host = new URL(runtime.url).host;
});
after(() => runtime.stop());

const send = (
  line: string,
  headers: readonly string[] = [`authorization: Bearer ${runtime.key}`],
  body = "",
): ReturnType<typeof rawRequest> =>
  rawRequest(
    runtime.url,
    `${line} HTTP/1.1\r\n${[
      ...(headers.some((one) => one.startsWith("host:")) ? [] : [`host: ${host}`]),
      ...headers,
      ...(body === "" ? [] : ["content-type: application/json", `content-length: ${Buffer.byteLength(body)}`]),
      "connection: close",
    ].join("\r\n")}\r\n\r\n${body}`,
  );

const errorOf = (body: string): { message: string; type: string; param: string | null; code: string | null } =>
  (JSON.parse(body) as { error: { message: string; type: string; param: string | null; code: string | null } }).error;

test("without the key, every address answers 401 in the envelope, also those that do not exist", async () => {
  for (const path of ["/assistants", "/threads/thread_x", "/files", "/vector_stores", "/models", "/nothing", "/"]) {
    for (const headers of [[], ["authorization: Bearer "], [`authorization: Bearer ${runtime.key.slice(0, -1)}`]]) {
      const { status: code, body } = await send(`GET /v1${path}`, headers);
      assert.equal(code, 401, path);
      assert.deepEqual([errorOf(body).type, errorOf(body).code], ["invalid_request_error", "invalid_api_key"]);
      assert.deepEqual(Object.keys(errorOf(body)).toSorted(), ["code", "message", "param", "type"]);
    }
  }
});

test("a name that was bound to this machine (DNS rebinding), and web pages, are refused before the key is looked at", async () => {
  const key = `authorization: Bearer ${runtime.key}`;
  const { port } = new URL(runtime.url);
  for (const name of ["evil.example", `evil.example:${port}`, `127.0.0.1.evil.example:${port}`, `localhost:1`]) {
    assert.equal((await send("GET /v1/assistants", [`host: ${name}`, key])).status, 403, name);
  }
  for (const origin of ["https://evil.example", "null", `http://127.0.0.1:${port}`, "vscode-webview://x"]) {
    const answer = await send("GET /v1/assistants", [key, `origin: ${origin}`]);
    assert.equal(answer.status, 403, origin);
    assert.doesNotMatch(answer.head, /access-control/);
  }
  assert.equal((await send("GET /v1/assistants", [`host: [::1]:${port}`, key])).status, 200);
  assert.notEqual((await send("GET http://evil.example/v1/assistants", [`host: evil.example`, key])).status, 200);
  const preflight = ["origin: https://evil.example", "access-control-request-method: POST"];
  const answer = await send("OPTIONS /v1/assistants", preflight);
  assert.equal(answer.status, 403);
  assert.doesNotMatch(answer.head, /access-control/);
});

test("paths in ids stay ids", async () => {
  for (const id of ["..%2f..%2fetc%2fpasswd", "thread_..%2f..", "%2e%2e", "thread_%00", "thread_%ff", "thread_%"]) {
    for (const path of [`/threads/${id}`, `/threads/${id}/messages`, `/files/${id}/content`, `/vector_stores/${id}`]) {
      const { status: code, body } = await send(`GET /v1${path}`);
      assert.ok(code >= 400 && code < 500, `${path}: ${code}`);
      assert.doesNotMatch(body, /root:|\/work\/|node_modules/);
    }
  }
});

test("line breaks in what is echoed make no headers", async () => {
  for (const path of [
    "/models/a%0d%0ax-injected:%201",
    "/threads/thread_%0d%0ax-injected:%201",
    "/a%0d%0ax-injected: 1",
  ]) {
    const { head } = await send(`GET /v1${path.replaceAll(" ", "%20")}`);
    assert.doesNotMatch(head, /^x-injected/m);
  }
  const metadata = { "a\r\nb": "c\r\nx-injected: 1" };
  const made = await runtime.client.beta.threads.create({ metadata });
  assert.deepEqual((await runtime.client.beta.threads.retrieve(made.id)).metadata, metadata);
});

test("keys of prototypes change nothing for anybody", async () => {
  const key = `authorization: Bearer ${runtime.key}`;
  const evil = '"__proto__":{"polluted":"yes","model":"evil"},"constructor":{"prototype":{"polluted":"yes"}}';
  const refused = await send("POST /v1/assistants", [key], `{"model":"m",${evil}}`);
  assert.equal(refused.status, 400, refused.body);
  assert.equal((await send("POST /v1/assistants", [key], '{"__proto__":{"model":"evil"}}')).status, 400);
  const metadata = await send(
    "POST /v1/threads",
    [key],
    '{"metadata":{"__proto__":"x","constructor":"y","prototype":"z"}}',
  );
  assert.equal(metadata.status, 200);
  const plain = await runtime.client.beta.assistants.create({ model: "m" });
  assert.doesNotMatch(JSON.stringify(plain), /polluted|evil/);
  const thread = await runtime.client.beta.threads.create();
  assert.deepEqual([thread.metadata, thread.tool_resources], [{}, {}]);
});

test("no key is in an answer or in the log, whatever the model server says", async () => {
  const [own, upstreamKey] = ["rt-own-key-0123456789abcdef", "sk-upstream-key-0123456789abcdef"];
  const server = await startScriptedModelServer(["m"]);
  const guarded = await startRuntime({
    args: ["--upstream", "chat", "--upstream-url", server.url],
    env: { ASSISTANTS_RUNTIME_KEY: own, ASSISTANTS_UPSTREAM_KEY: upstreamKey },
  });
  try {
    const answers: unknown[] = [];
    const assistant = (await createGardener(guarded.client, "m")).id;
    for (const script of [
      status(401, { error: { message: `Incorrect API key provided: ${upstreamKey}. Bearer ${upstreamKey}` } }),
      status(400, { error: { message: `bad header Authorization: Bearer ${upstreamKey}` } }),
      status(400, `<html>${upstreamKey}</html>`),
      chunks([{ error: { message: `key ${upstreamKey} is over its limit` } }]),
      chunks([delta({ content: "fine" }, "stop")]),
    ]) {
      server.next(script);
      const thread = await threadSaying(guarded.client, "Hello");
      answers.push(await guarded.client.beta.threads.runs.createAndPoll(thread, { assistant_id: assistant }));
    }
    const wrong = await fetch(`${guarded.url}/assistants`, { headers: { authorization: `Bearer ${own}x` } });
    answers.push(await wrong.text(), (await guarded.client.models.list()).data);
    assert.deepEqual(new Set(server.authorizations), new Set([`Bearer ${upstreamKey}`]));
    await server.close();
    answers.push(await guarded.client.models.list().catch(String));
    for (const key of [own, upstreamKey]) {
      assert.ok(!JSON.stringify(answers).includes(key), "a key was in an answer");
      assert.ok(!guarded.log().includes(key), guarded.log());
    }
  } finally {
    await guarded.stop();
  }
});

test("--cors lets the pages of one origin in, with the key, and no others", async () => {
  const open = await startRuntime({ args: ["--cors", "http://localhost:5173"] });
  try {
    const origin = "http://localhost:5173";
    const authorization = `Bearer ${open.key}`;
    const wanted = { "access-control-request-method": "POST", "access-control-request-headers": "authorization,x-a" };
    const preflight = await fetch(`${open.url}/threads`, { method: "OPTIONS", headers: { origin, ...wanted } });
    assert.equal(preflight.status, 204);
    assert.equal(preflight.headers.get("access-control-allow-origin"), origin);
    assert.equal(preflight.headers.get("access-control-allow-headers"), "authorization,x-a");
    const allowed = await fetch(`${open.url}/assistants`, { headers: { origin, authorization } });
    assert.deepEqual([allowed.status, allowed.headers.get("access-control-allow-origin")], [200, origin]);
    assert.equal((await fetch(`${open.url}/assistants`, { headers: { origin } })).status, 401);
    for (const other of ["http://localhost:5174", "null", "https://localhost:5173"]) {
      const refused = await fetch(`${open.url}/assistants`, { headers: { origin: other, authorization } });
      assert.deepEqual([refused.status, refused.headers.get("access-control-allow-origin")], [403, null], other);
    }
  } finally {
    await open.stop();
  }
  for (const wrong of ["*", "null", "http://localhost:5173/"]) {
    await assert.rejects(() => startRuntime({ args: ["--cors", wrong] }), /--cors must be the origin of web pages/);
  }
});
