/** What is learned from the refusals of a Responses API. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startResponsesFixture, type ResponsesFixture } from "./responsesFixture.ts";
import { message, response } from "./responsesScript.ts";
import { status } from "./scriptedModelServer.ts";

let fixture: ResponsesFixture;
before(async () => {
  fixture = await startResponsesFixture();
});
after(() => fixture.close());

const fine = response([message(0, ["Fine."])]);

test("what a model refuses is left out, once, and remembered", async () => {
  const refuse = (words: string, param: string | null = null): ReturnType<typeof status> =>
    status(400, { error: { message: words, type: "invalid_request_error", param, code: null } });
  const picky = { model: "picky", temperature: 0.5, top_p: 0.5, reasoning_effort: "low" } as const;
  fixture.server.next(
    refuse("Unsupported parameter: 'temperature' is not supported with this model.", "temperature"),
    refuse("Unsupported parameter: 'top_p' is not supported with this model.", "top_p"),
    refuse("Unknown parameter: 'stream_options.include_obfuscation'.", "stream_options.include_obfuscation"),
    refuse("Encrypted content is not supported with this model.", "include"),
    refuse("Unsupported parameter: 'reasoning.effort' is not supported with this model.", "reasoning.effort"),
    fine,
    fine,
  );
  assert.equal((await fixture.ask(picky)).run.status, "completed");
  const asked = fixture.server.bodies.length;
  assert.equal((await fixture.ask(picky)).run.status, "completed");
  assert.equal(fixture.server.bodies.length, asked + 1);
  const { input: _input, tools: _tools, instructions: _instructions, ...sent } = fixture.server.bodies.at(-1) ?? {};
  assert.deepEqual(sent, { model: "picky", stream: true, store: false });
  fixture.server.next(fine);
  await fixture.ask({ temperature: 0.5 });
  assert.equal(fixture.server.bodies.at(-1)?.["temperature"], 0.5, "another model takes it");
});

test("a refusal that is about the input or a schema teaches nothing", async () => {
  for (const [words, param] of [
    ["Invalid schema for function 'x': 'tools' is not of type 'object'.", "tools[0].parameters"],
    ["Item 'rs_1' of type 'reasoning' was provided without its required following item.", "input"],
  ] as const) {
    fixture.server.next(status(400, { error: { message: words, param, type: "invalid_request_error" } }));
    const asked = fixture.server.bodies.length;
    const { run } = await fixture.ask({ reasoning_effort: "low" });
    assert.deepEqual([run.last_error?.code, fixture.server.bodies.length], ["invalid_prompt", asked + 1], words);
  }
});

test("a model that takes no functions answers without them, which the log says", async () => {
  fixture.server.next(status(400, { error: { message: "plain does not support tools" } }), fine);
  const { run } = await fixture.ask({ model: "plain" });
  assert.equal(run.status, "completed");
  assert.equal("tools" in (fixture.server.bodies.at(-1) ?? {}), false);
  assert.match(fixture.runtime.log(), /model plain: takes no functions, so its runs go on without them/);
});
