/** What fails at a Responses API: in words that say what to do, and asked again only while nothing was said. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startResponsesFixture, upstreamKey, type ResponsesFixture } from "./responsesFixture.ts";
import { begun, ended, events, message, response } from "./responsesScript.ts";
import { status } from "./scriptedModelServer.ts";

let fixture: ResponsesFixture;
before(async () => {
  fixture = await startResponsesFixture();
});
after(() => fixture.close());

test("failures end the run with words that say what to do", async () => {
  const { host } = new URL(fixture.server.url);
  const half = message(0, ["Half"]).events.slice(0, 3);
  const failed = (code: string, words: string): object =>
    ended("failed", { error: { code, message: words }, usage: null });
  const cases = [
    [
      [...half, { type: "error", error: { type: "server_error", code: null, message: "boom", param: null } }],
      "server_error",
      /failed while it answered\. It says: boom/,
    ],
    [
      [...half, { type: "error", error: { type: "insufficient_quota", code: "insufficient_quota", message: "spent" } }],
      "rate_limit_exceeded",
      /no credit or quota left\. It says: spent/,
    ],
    [[...half, { type: "error", code: "server_error", message: "flat" }], "server_error", /It says: flat/],
    [[...half, failed("server_error", "oops")], "server_error", /failed while it answered\. It says: oops/],
    [[...half, failed("rate_limit_exceeded", "slow down")], "rate_limit_exceeded", /limits the rate/],
    [[failed("bio_policy", "not this")], "invalid_prompt", /refused the request\. It says: not this/],
    [
      [failed("invalid_image_url", "no image there")],
      "invalid_prompt",
      /It says: no image there An image as a data: URL/,
    ],
    [[...half, ended("failed", { error: null })], "server_error", /it gave no reason/],
    [half, "server_error", /closed the connection before the response had ended/],
  ] as const;
  for (const [list, code, words] of cases) {
    fixture.server.next(events([...begun, ...list]));
    const { run } = await fixture.ask();
    assert.deepEqual([run.status, run.last_error?.code], ["failed", code], run.last_error?.message);
    assert.match(run.last_error?.message ?? "", words);
    assert.match(run.last_error?.message ?? "", new RegExp(host));
  }
});

test("refusals before the stream: the key, the path, a web page, a redirect, a validator that echoes the request", async () => {
  const cases = [
    [status(401, { error: { message: `Incorrect API key: ${upstreamKey}` } }), "server_error", /refused the key/],
    [status(404, { error: { message: "The model 'deep' does not exist" } }), "invalid_prompt", /It offers deep\./],
    [
      status(200, "<html><body>Sign in</body></html>", { "content-type": "text/html; charset=utf-8" }),
      "server_error",
      /answered with a web page \(HTTP 200\) instead of the API\. A proxy/,
    ],
    [
      status(307, "", { location: "https://elsewhere.example/v1/responses?token=hidden" }),
      "server_error",
      /points elsewhere \(HTTP 307\).* It says: https:\/\/elsewhere\.example$/,
    ],
    [
      status(422, { detail: [{ loc: ["body", "input"], msg: "bad input", input: { secret: "the whole request" } }] }),
      "invalid_prompt",
      /It says: input: bad input$/,
    ],
  ] as const;
  for (const [script, code, words] of cases) {
    fixture.server.next(script);
    const asked = fixture.server.bodies.length;
    const { run } = await fixture.ask();
    assert.equal(run.last_error?.code, code, run.last_error?.message);
    assert.match(run.last_error?.message ?? "", words);
    assert.equal(fixture.server.bodies.length, asked + 1, "asked once");
  }
  assert.doesNotMatch(fixture.runtime.log(), /secret|whole request/);
});

test("asked again while nothing was said, not afterwards", async () => {
  fixture.server.next(
    events([...begun, { type: "error", error: { type: "server_error", code: "server_error", message: "busy" } }]),
    events(begun, "cut"),
    response([message(0, ["third try"])]),
  );
  assert.deepEqual((await fixture.ask()).texts, ["third try"]);
  fixture.server.next(events([...begun, ...message(0, ["Half"]).events.slice(0, 3)], "cut"));
  const asked = fixture.server.bodies.length;
  const { run } = await fixture.ask();
  assert.equal(run.status, "failed");
  assert.match(run.last_error?.message ?? "", /The connection to the upstream .* broke/);
  assert.equal(fixture.server.bodies.length, asked + 1);
});
