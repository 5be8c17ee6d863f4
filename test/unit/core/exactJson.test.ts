import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { recordFixture } from "../../../src/core/answers/recordFixture.ts";
import { fixtureOutput, matchFixture } from "../../../src/core/answers/matchFixture.ts";
import { parseFixtures } from "../../../src/core/answers/parseFixtures.ts";
import { namesOf } from "../../../src/core/debug/callNames.ts";
import { evaluate } from "../../../src/core/debug/expression/evaluate.ts";
import { parseConsoleLine } from "../../../src/core/debug/expression/parse.ts";
import { inlineText } from "../../../src/core/debug/expression/values.ts";
import { RepeatedCalls } from "../../../src/core/debug/repeatedCalls.ts";
import { parseJson, withNumbers, writeJson } from "../../../src/core/exactJson.ts";
import { withOutputPart } from "../../../src/debug/outputNode.ts";
import { dapVariable, jsonNode } from "../../../src/debug/variableNode.ts";

const id = "1234567890123456789";
const other = "1234567890123456790";

describe("JSON with long integers", () => {
  it("comes back as it was, character for character", () => {
    for (const text of [
      `{"id":${id}}`,
      `[${id},-${other},${id}0000000000,0,-1,9007199254740991,9007199254740993]`,
      `{"text":"@${id}","@@${id}":"\\\\\\"${id}","\\u0040":"\\u0040@1","n":${id},"${id}":[{"a":${id}}]}`,
      id,
      `"${id}"`,
    ])
      assert.equal(writeJson(parseJson(text)), text.replaceAll("\\u0040", "@"));
    assert.equal(writeJson(parseJson(`{"a":[${id}]}`), 2), `{\n  "a": [\n    ${id}\n  ]\n}`);
  });

  it("has numbers for all other numbers, and refuses what is no JSON", () => {
    assert.deepEqual(parseJson(`[1234567890123456.5, 1e400, 1234567890123456e2, 1]`), [
      1234567890123456.5,
      Infinity,
      1234567890123456e2,
      1,
    ]);
    const own = `{"__proto__":{"a":${id}}}`;
    assert.equal(writeJson(parseJson(own)), own);
    for (const text of [`{"id":${id}`, `0${id}`, `${id}n`, `"${id}`, ""])
      assert.throws(() => parseJson(text), SyntaxError);
    assert.equal(writeJson(undefined), undefined);
    assert.deepEqual(withNumbers({ a: [BigInt(id), "x"] }), { a: [Number(id), "x"] });
  });
});

describe("Long integers of a call", () => {
  const fixtures = (text: string) => {
    const parsed = parseFixtures(text, null);
    assert.ok(parsed.valid, JSON.stringify(parsed.problems));
    return parsed.fixtures;
  };

  it("tell calls apart, and are filled in whole", () => {
    const [exact] = fixtures(
      `fixtures:\n  - function: f\n    when: { exact: { id: ${id} } }\n    output: { id: "{{args.id}}", own: ${other} }\n`,
    );
    const call = (digits: string) => ({ name: "f", arguments: `{"id":${digits}}` });
    assert.ok(exact);
    assert.equal(matchFixture([exact], call(id)), exact);
    assert.equal(matchFixture([exact], call(other)), null);
    assert.equal(fixtureOutput(exact, call(id)), `{"id":${id},"own":${other}}`);
    const [schema] = fixtures(
      `fixtures:\n  - function: f\n    when: { schema: { properties: { id: { type: integer, minimum: ${id} } } } }\n    output: "{{args.id}}"\n`,
    );
    assert.ok(schema);
    assert.equal(matchFixture([schema], call(id)), schema);
    assert.equal(fixtureOutput(schema, call(other)), other);
  });

  it("are kept in a fixtures file, and found there again", () => {
    let text = "fixtures: []\n";
    for (const [digits, output] of [
      [id, `{"id":${id}}`],
      [other, "two"],
      [id, `{"id":${other}}`],
    ] as const) {
      const edits = recordFixture(text, { name: "f", arguments: `{"id":${digits}}` }, output);
      for (const { start, end, text: fresh } of edits.toReversed())
        text = text.slice(0, start) + fresh + text.slice(end);
    }
    const saved = fixtures(text);
    assert.equal(saved.length, 2, text);
    const answer = (digits: string): string => {
      const found = matchFixture(saved, { name: "f", arguments: `{"id":${digits}}` });
      assert.ok(found);
      return fixtureOutput(found, { name: "f", arguments: `{"id":${digits}}` });
    };
    assert.deepEqual([answer(id), answer(other)], [`{"id":${other}}`, "two"]);
  });

  it("stay when a part of an output is edited, and are shown and set whole", () => {
    assert.equal(withOutputPart(`{"id":${id}}`, ["status"], "b"), `{"id":${id},"status":"b"}`);
    let set: unknown;
    const node = jsonNode("id", parseJson(id), "output.id", (_, part) => (set = part));
    assert.deepEqual([dapVariable(node, 0).value, dapVariable(node, 0).type], [id, "number"]);
    assert.equal(node.set?.(other).value, other);
    assert.equal(set, BigInt(other));
    assert.equal(jsonNode("output", parseJson(`{"a":[${id}]}`), null).value, `{"a": [${id}]}`);
  });

  it("are compared exactly in expressions", () => {
    const names = namesOf({ known: new Map(), args: parseJson(`{"id":${id},"n":5}`), parameters: new Set() });
    const value = (line: string): unknown => {
      const parsed = parseConsoleLine(line);
      assert.ok(parsed.kind !== "assignment");
      return evaluate(parsed, names);
    };
    assert.equal(value(`id == ${id}`), true);
    assert.equal(value(`id == ${other}`), false);
    assert.equal(value(`id < ${other} and id > n and -id < 0`), true);
    assert.equal(value(`id in [1, ${id}]`), true);
    assert.equal(inlineText(value("{ a: id }")), `{"a":${id}}`);
    assert.deepEqual([value("text(id)"), value("type(id)"), value(`json("[${id}]")[0] == id`)], [id, "a number", true]);
    assert.equal(value("id + n"), Number(id) + 5);
    assert.equal(value("100000000000000000000 == 10000000000 * 10000000000"), true);
    const calls = new RepeatedCalls();
    assert.deepEqual([calls.count("1", "f", `{"id":${id}}`), calls.count("2", "f", `{"id":${other}}`)], [1, 1]);
  });
});
