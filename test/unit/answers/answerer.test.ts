import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { PolicyAnswerer } from "../../../src/core/answers/answerer.ts";
import { checkOutput } from "../../../src/core/answers/outputCheck.ts";
import { handlerWords, readHandler, secretNames } from "../../../src/core/answers/handler.ts";
import { parseFixtures } from "../../../src/core/answers/parseFixtures.ts";
import type { AnswerMode } from "../../../src/core/answers/policy.ts";
import { sourcesFor } from "../../../src/core/answers/policy.ts";
import type { AnswererPorts, HandlerResult } from "../../../src/core/answers/ports.ts";
import type { Definition, ToolHandler } from "../../../src/core/definition/definition.ts";
import { parseDefinition } from "../../../src/core/definition/parseDefinition.ts";

function definitionOf(text: string): Definition {
  const parsed = parseDefinition(text);
  assert.ok(parsed.valid, JSON.stringify(parsed.problems));
  return parsed.definition;
}

const tool = (more: string): string =>
  `  - type: function\n    function: { name: f }\n    handler: { command: [a], ${more} }\n`;
const withAnswers = (answers: string, more = ""): Definition =>
  definitionOf(`name: A\n${answers}\ntools:\n${tool(more)}`);

describe("where answers come from", () => {
  const cases: readonly [definition: Definition, mode: AnswerMode, sources: readonly string[]][] = [
    [withAnswers(""), "definition", []],
    [withAnswers(""), "auto", ["fixture", "handler"]],
    [withAnswers(""), "fixtures", ["fixture"]],
    [withAnswers("answers: handler"), "definition", ["handler"]],
    [withAnswers("answers: handler"), "auto", ["handler"]],
    [withAnswers("answers: [handler, fixture]"), "auto", ["handler", "fixture"]],
    [withAnswers("answers: [fixture, ask, handler]"), "definition", ["fixture"]],
    [withAnswers("answers: [fixture, ask, handler]"), "auto", ["fixture", "handler"]],
    [withAnswers("answers: [fixture, handler]"), "ask", []],
    [definitionOf(`name: A\nanswers: handler\ntools:\n${tool("")}    answers: ask\n`), "definition", []],
    [definitionOf(`name: A\nanswers: ask\ntools:\n${tool("")}    answers: [fixture]\n`), "definition", ["fixture"]],
  ];
  for (const [definition, mode, sources] of cases)
    it(`${mode}, ${JSON.stringify(definition.answers)} → ${sources.join()}`, () =>
      assert.deepEqual(sourcesFor(definition, "f", mode), sources));

  it("nobody's, where there is no definition", () => assert.deepEqual(sourcesFor(null, "f", "definition"), []));
});

const call = { id: "c", name: "f", arguments: '{"id":1}' };
const failure = { source: "handler", code: "failed", message: "exit code 1", durationMs: 3 } as const;

function ports(handler: HandlerResult, fixtures = "fixtures: []"): AnswererPorts & { readonly ran: string[] } {
  const ran: string[] = [];
  return {
    ran,
    handlers: {
      run: (one) => {
        ran.push(handlerWords(one));
        return Promise.resolve(handler);
      },
    },
    fixtures: {
      fixturesOf: () => {
        const parsed = parseFixtures(fixtures, null);
        return parsed.valid ? Promise.resolve(parsed.fixtures) : Promise.reject(new Error("broken file"));
      },
    },
    now: () => 5,
    wait: (_, signal) => Promise.resolve(signal.throwIfAborted()),
  };
}

const output: HandlerResult = { ok: true, output: "out", details: "exit code 0", durationMs: 3 };

describe("an answer by policy", () => {
  const never = new AbortController().signal;
  const ask = (definition: Definition, given: AnswererPorts, mode: AnswerMode = "auto", signal = never) =>
    new PolicyAnswerer(given).answer(call, { definition, place: "dir/a.assistant.yaml", mode }, signal);

  it("a fixture goes first, the handler does not run", async () => {
    const given = ports(output, "fixtures:\n  - { function: f, output: saved }\n");
    assert.deepEqual(await ask(withAnswers(""), given), {
      kind: "answer",
      answer: { output: "saved", origin: "fixture", details: "a.fixtures.yaml, line 2", durationMs: 0 },
    });
    assert.deepEqual(given.ran, []);
  });

  it("without a fixture that matches, the handler", async () => {
    const given = ports(output, "fixtures:\n  - { function: f, when: { exact: {} }, output: saved }\n");
    const outcome = await ask(withAnswers(""), given);
    assert.equal(outcome.kind === "answer" && outcome.answer.origin, "handler");
    assert.deepEqual(given.ran, ["a"]);
  });

  it("a handler that fails: the person is asked, and told why", async () => {
    assert.deepEqual(await ask(withAnswers(""), ports({ ok: false, failure })), { kind: "ask", failure });
  });

  it("with on_error: return, the model is told, unless a person stopped or refused it", async () => {
    const definition = withAnswers("", "on_error: return");
    assert.deepEqual(await ask(definition, ports({ ok: false, failure })), {
      kind: "answer",
      answer: { output: '{"error":"exit code 1"}', origin: "error", details: "exit code 1", durationMs: 3 },
    });
    for (const code of ["cancelled", "refused"] as const) {
      const said = { ...failure, code };
      assert.deepEqual(await ask(definition, ports({ ok: false, failure: said })), { kind: "ask", failure: said });
    }
  });

  it("a broken fixtures file is told of, and no handler runs in its place", async () => {
    const given = ports(output, "fixtures: 5");
    const outcome = await ask(withAnswers(""), given);
    assert.equal(outcome.kind === "ask" && outcome.failure?.message, "broken file");
    assert.deepEqual(given.ran, []);
  });

  it("a delay that is cut short is cancelled", async () => {
    const aborting = new AbortController();
    const given = {
      ...ports(output, "fixtures:\n  - { function: f, output: saved, delay_ms: 600000 }\n"),
      wait: () => {
        aborting.abort();
        return Promise.reject(new Error("aborted"));
      },
    };
    const outcome = await ask(withAnswers(""), given, "auto", aborting.signal);
    assert.equal(outcome.kind === "ask" && outcome.failure?.code, "cancelled");
  });

  it("fixtures only: no handler", async () => {
    const given = ports(output);
    assert.deepEqual(await ask(withAnswers("answers: handler"), given, "fixtures"), { kind: "ask", failure: null });
    assert.deepEqual(given.ran, []);
  });
});

describe("a handler as written", () => {
  const wrong: readonly [raw: ToolHandler, reason: RegExp][] = [
    [{}, /one of/],
    [{ command: ["a"], module: { file: "a.py" } }, /command and module/],
    [{ command: [""] }, /needs a program/],
    [{ command: ["a", "b\0"] }, /NUL/],
    [{ module: { file: "a.rb" } }, /\.py file/],
    [{ module: { file: "a.py", export: "f();x" } }, /name of a function/],
    [{ http: { url: "file:///etc/passwd" } }, /http:\/\//],
    [{ http: { url: "http://{{args.host}}/x" } }, /path and query only/],
    [{ http: { url: "http://a.{{args.host}}" } }, /path and query only/],
    [{ http: { url: "http://user:secret@host/" } }, /password/],
    [{ http: { url: "http://a/", headers: { "a b": "c" } } }, /headers/],
    [{ http: { url: "http://a/", headers: { a: "b\r\nc: d" } } }, /headers/],
    [{ http: { url: "http://a/", method: "TRACE" } }, /method/],
  ];
  for (const [raw, reason] of wrong)
    it(`is refused: ${JSON.stringify(raw)}`, () => {
      const read = readHandler(raw);
      assert.match(read.valid ? "valid" : read.reason, reason);
    });

  it("has its kind, defaults and words", () => {
    const python = readHandler({ module: { file: "./a.py" } });
    assert.ok(python.valid && python.handler.kind === "module");
    assert.deepEqual(
      [python.handler.language, python.handler.exportName, python.handler.timeoutMs],
      ["python", "handle", 30_000],
    );
    const http = readHandler({
      http: { url: "https://a/{{args.id}}", headers: { A: "Bearer ${secret:x} ${env:Y} ${secret:x}" } },
    });
    assert.ok(http.valid);
    assert.equal(handlerWords(http.handler), "POST https://a/{{args.id}}");
    assert.deepEqual(secretNames(http.handler), ["x"]);
    const command = readHandler({ command: ["node", "./a b.mjs", "$(rm)"] });
    assert.equal(command.valid && handlerWords(command.handler), 'node "./a b.mjs" "$(rm)"');
  });
});

describe("the check of an output", () => {
  const schema = { type: "object", required: ["status"], properties: { status: { type: "string" } } };
  it("warns by the schema, at the place", () => {
    assert.deepEqual(checkOutput('{"status":"x"}', schema), []);
    assert.match(checkOutput('{"status":1}', schema)[0]?.message ?? "", /status/);
    assert.match(checkOutput("{}", schema)[0]?.message ?? "", /status/);
    assert.match(checkOutput("no", schema)[0]?.message ?? "", /asks for JSON/);
    assert.deepEqual(checkOutput("no", null), []);
  });
  it("says when it is large, and refuses when it is too large", () => {
    assert.equal(checkOutput("x".repeat(300_000), null)[0]?.severity, "warning");
    assert.equal(checkOutput("é".repeat(4_200_000), null)[0]?.severity, "error");
  });
});
