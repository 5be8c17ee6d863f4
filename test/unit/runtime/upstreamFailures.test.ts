import assert from "node:assert/strict";
import { test } from "node:test";
import { connectionError } from "../../../src/runtime/upstream/http/connectionError.ts";
import { turnErrorOf } from "../../../src/runtime/upstream/http/failures.ts";
import { parseBody, readRefusal, refusesTools, retryAfter } from "../../../src/runtime/upstream/http/refusal.ts";
import { dataOf, readSse } from "../../../src/runtime/upstream/http/sseReader.ts";
import { addressOf, headersFor, serverAt, type Target } from "../../../src/runtime/upstream/http/target.ts";

const target: Target = {
  url: "https://models.example/v1",
  key: "hunter2-hunter2",
  keyName: "ASSISTANTS_UPSTREAM_KEY",
  server: "other",
  apiVersion: undefined,
  model: undefined,
};

test("how long to wait: milliseconds first, then seconds or a date; nonsense is no answer", () => {
  const now = Date.parse("2026-01-01T00:00:00Z");
  for (const [headers, expected] of [
    [{ "retry-after": "7" }, 7000],
    [{ "retry-after": "Thu, 01 Jan 2026 00:00:09 GMT" }, 9000],
    [{ "retry-after": "Wed, 31 Dec 2025 00:00:00 GMT" }, 0],
    [{ "retry-after-ms": "250", "retry-after": "7" }, 250],
    [{ "retry-after": "soon" }, undefined],
    [{}, undefined],
  ] as const) {
    assert.equal(retryAfter(new Headers(headers), now), expected, JSON.stringify(headers));
  }
});

test("connections that cannot be made: what to do about each, and whether asking again may help", () => {
  for (const [code, words, retryable] of [
    ["ECONNREFUSED", /Cannot reach the upstream at models\.example \(ECONNREFUSED\)\. Is the server running/, true],
    ["ENOTFOUND", /is https:\/\/models\.example\/v1 its address\?/, true],
    ["SELF_SIGNED_CERT_IN_CHAIN", /certificate .* not trusted .* NODE_EXTRA_CA_CERTS/, false],
    ["CERT_HAS_EXPIRED", /certificate .* not trusted \(CERT_HAS_EXPIRED\)/, false],
    ["ERR_SSL_WRONG_VERSION_NUMBER", /does not speak TLS .* http:\/\//, false],
    ["UND_ERR_BODY_TIMEOUT", /has sent nothing for five minutes/, false],
    ["ECONNRESET", /The connection to the upstream models\.example broke \(ECONNRESET\)/, true],
  ] as const) {
    const failed = new TypeError("fetch failed", { cause: Object.assign(new Error("x"), { code }) });
    const error = connectionError(failed, target);
    assert.match(error.message, words);
    assert.equal(error.retryable, retryable, code);
  }
  assert.doesNotMatch(connectionError(new Error("bad header hunter2-hunter2"), target).message, /hunter2/);
});

test("an error's words: wherever a server puts them, without keys, and without the request that validators echo", () => {
  for (const [body, words] of [
    [{ error: { message: "plain" } }, "plain"],
    [{ error: "a string" }, "a string"],
    [{ message: "on top" }, "on top"],
    [{ detail: "a detail" }, "a detail"],
    [{ detail: [{ loc: ["body", "top_p"], msg: "too big", input: "my secret text" }] }, "top_p: too big"],
    [{ detail: [{ loc: ["body"], input: "my secret text" }] }, ""],
    [{ error: { metadata: { input: "my secret text" } } }, ""],
    [{ error: { message: "key hunter2-hunter2 or sk-abcdefghijkl" } }, "key [key] or [key]"],
    [parseBody("<html><style>p{}</style><h1>502 Bad Gateway</h1></html>"), "502 Bad Gateway"],
  ] as const) {
    assert.equal(readRefusal(400, body, target).message, words);
  }
});

test("what is refused, in the middle of a stream too, is not asked again; what merely failed is", () => {
  const kind = (status: number, body: unknown): string => {
    const error = turnErrorOf(readRefusal(status, body, target), target, "m", []);
    return `${error.error}${error.retryable ? ", again" : ""}`;
  };
  const coded = (code: string): object => ({ error: { code, message: "words" } });
  for (const [status, body, expected] of [
    [200, coded("server_error"), "server, again"],
    [200, coded("rate_limit_exceeded"), "rate_limit, again"],
    [200, coded("insufficient_quota"), "rate_limit"],
    [200, coded("invalid_prompt"), "invalid"],
    [200, coded("misalignment_policy_violation"), "invalid"],
    [200, coded("image_file_not_found"), "invalid"],
    [200, coded("context_length_exceeded"), "context"],
    [200, { error: { code: 401, message: "no" } }, "auth"],
    [400, { error: { message: "prompt is too long: 300 tokens" } }, "context"],
    [402, "pay", "rate_limit"],
    [403, {}, "auth"],
    [408, {}, "server, again"],
    [429, coded("slow_down"), "rate_limit, again"],
    [503, "loading", "server, again"],
  ] as const) {
    assert.equal(kind(status, body), expected, JSON.stringify([status, body]));
  }
});

test("only words about tools say that there are none", () => {
  for (const message of ["m does not support tools", "Function calling is not enabled for this model"])
    assert.ok(refusesTools({ status: 400, message }), message);
  for (const message of [
    "Invalid schema for function 'tools'",
    "tools[0].type: extra field",
    "does not support images",
  ])
    assert.ok(!refusesTools({ status: 400, message }), message);
});

test("servers by their address, and where their keys go", () => {
  for (const [url, server] of [
    ["https://api.openai.com/v1", "openai"],
    ["https://api.openai.com.evil.example/v1", "other"],
    ["https://mine.openai.azure.com/openai/v1", "azure"],
    ["https://openrouter.ai/api/v1", "openrouter"],
    ["http://localhost:11434/v1", "ollama"],
    ["http://192.168.0.7:1234/v1", "lmstudio"],
    ["http://localhost:8000/v1", "other"],
  ] as const)
    assert.equal(serverAt(url), server);
  const azure = { ...target, server: "azure", url: "https://a.openai.azure.com/openai", apiVersion: "v 1" } as const;
  assert.deepEqual(headersFor(azure), { "api-key": "hunter2-hunter2" });
  assert.equal(
    addressOf(azure, "/chat/completions", "a/b"),
    "https://a.openai.azure.com/openai/deployments/a%2Fb/chat/completions?api-version=v+1",
  );
  assert.equal(addressOf(target, "/models"), "https://models.example/v1/models");
});

async function all(source: AsyncIterable<string>): Promise<string[]> {
  const found: string[] = [];
  for await (const one of source) found.push(one);
  return found;
}

test("server-sent events, however they are cut into chunks", async () => {
  const text = ': hello\r\nevent: x\r\ndata: {"a":\r\ndata: 1}\r\n\r\ndata:two é\n\n\n\rdata: three';
  const bytes = new TextEncoder().encode(text);
  for (const size of [1, 2, 3, 7, bytes.length]) {
    const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, at) =>
      bytes.slice(at * size, (at + 1) * size),
    );
    // eslint-disable-next-line -- an async iterable of chunks
    const source = (async function* () {
      yield* chunks;
    })();
    assert.deepEqual(await all(readSse(source)), ['{"a":\n1}', "two é", "three"], `${size}`);
  }
});

test("an answer ends at [DONE], also when its connection stays open", { timeout: 20_000 }, async () => {
  let cancelled = false;
  const body = new ReadableStream<Uint8Array>({
    start: (stream) => stream.enqueue(new TextEncoder().encode("data: one\n\ndata: [DONE]\n\n")),
    cancel: () => void (cancelled = true),
  });
  assert.deepEqual(await all(dataOf(new Response(body))), ["one"]);
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(cancelled);
});
