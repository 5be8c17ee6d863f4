import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { fixturesPath } from "../../../src/core/answers/fixture.ts";
import { fixtureOutput, matchFixture } from "../../../src/core/answers/matchFixture.ts";
import { parseFixtures } from "../../../src/core/answers/parseFixtures.ts";
import { newFixturesText, recordFixture } from "../../../src/core/answers/recordFixture.ts";
import { applyEdits } from "../../../src/core/definition/edit/editedText.ts";
import { Random } from "../core/random.ts";
import { randomValue } from "../core/randomDefinitions.ts";

const functions = new Set(["f"]);

describe("a fixtures file", () => {
  it("stands beside its definition", () => {
    assert.equal(fixturesPath("a/order.assistant.yaml"), "a/order.fixtures.yaml");
    assert.equal(fixturesPath("file:///a/order.assistant.json"), "file:///a/order.fixtures.yaml");
  });

  const wrong: readonly [text: string, code: string, at: string][] = [
    ["fixtures:\n  - function: g\n    output: x\n", "fixture-function", "g"],
    ["fixtures:\n  - function: f\n", "fixture-output", "function: f\n"],
    ["fixtures:\n  - { function: f, output: a, error: b }\n", "fixture-output", "b"],
    ["fixtures:\n  - { function: f, output: '{{id}}' }\n", "fixture-template", "'{{id}}'"],
    [
      "fixtures:\n  - { function: f, output: { a: ['{{args}} {{args.}}'] } }\n",
      "fixture-template",
      "{ a: ['{{args}} {{args.}}'] }",
    ],
    ["fixtures:\n  - { function: f, outptu: a }\n", "schema", "a"],
    [
      "fixtures:\n  - { function: f, output: a, when: { exact: 1, partial: 2 } }\n",
      "schema",
      "{ exact: 1, partial: 2 }",
    ],
    ["fixtures:\n\t- f\n", "yaml-tab", "\t"],
    ["- function: f\n", "schema", "- function: f\n"],
    ["fixtures: []\nfixtures: []\n", "yaml-duplicate-key", "fixtures"],
  ];
  for (const [text, code, at] of wrong)
    it(`${code}: ${JSON.stringify(text)}`, () => {
      const found = parseFixtures(text, functions).problems.map((one) => [one.code, text.slice(one.start, one.end)]);
      assert.ok(
        found.some(([one, place]) => one === code && place === at),
        JSON.stringify(found),
      );
    });

  it("may be empty, or comments only", () => {
    for (const text of ["", "# nothing\n", "fixtures:\n", "fixtures: []\n"]) {
      const parsed = parseFixtures(text, functions);
      assert.ok(parsed.valid && parsed.fixtures.length === 0, text);
    }
  });
});

describe("an answer that is kept", () => {
  it("goes to the end of the file, comments and all else as they were", () => {
    const before = "# mine\nfixtures:\n  - function: f # one\n    when: { exact: { a: 1 } }\n    output: old\n";
    const after = applyEdits(before, recordFixture(before, { name: "f", arguments: '{"a":2}' }, '{"b":true}'));
    assert.ok(after.startsWith(before.trimEnd()), after);
    assert.equal(outputFor(after, '{"a":2}'), '{"b":true}');
    assert.equal(outputFor(after, '{"a":1}'), "old");
  });

  it("replaces the one for the same arguments, and its error or template", () => {
    const before =
      "fixtures:\n  # kept\n  - function: f\n    when: { exact: { b: 2, a: 1 } }\n    error: gone\n    delay_ms: 5 # slow\n  - { function: f, output: x }\n";
    const call = { name: "f", arguments: '{"a":1,"b":2}' };
    const after = applyEdits(before, recordFixture(before, call, "{{raw}}"));
    assert.match(after, /# kept\n[\s\S]*delay_ms: 5 # slow/);
    assert.equal(outputFor(after, call.arguments), "{{raw}}");
    assert.equal((after.match(/function: f/g) ?? []).length, 2);
    const again = applyEdits(after, recordFixture(after, call, '{"error":"no"}'));
    assert.match(again, /error: "?no"?\n/);
    assert.doesNotMatch(again, /template|output: "?\{\{/);
  });

  it("begins a new file", () => {
    const text = newFixturesText("order.assistant.yaml");
    const after = applyEdits(text, recordFixture(text, { name: "f", arguments: "{}" }, "x"));
    assert.match(after, /^# Saved answers for order\.assistant\.yaml\nfixtures:/);
    assert.equal(outputFor(after, "{}"), "x");
  });

  it("is refused by a file with a problem, in words", () => {
    assert.throws(
      () => recordFixture("fixtures: 5\n", { name: "f", arguments: "{}" }, "x"),
      /fixtures file has a problem/,
    );
  });

  it("reads back as it was, whatever the arguments and the output are", () => {
    const random = new Random(7);
    let text = newFixturesText("x");
    for (let round = 0; round < 150; round += 1) {
      const call = { name: "f", arguments: JSON.stringify(randomValue(random, 2)) };
      const output = random.chance(0.5)
        ? JSON.stringify(randomValue(random, 2))
        : random.pick([
            "",
            "plain",
            "{{args.x}}",
            "a\nb\r\n",
            "- x",
            "#no",
            "\u{1F642}",
            '"',
            " {} ",
            "null",
            "1",
            "\t",
          ]);
      text = applyEdits(text, recordFixture(text, call, output));
      assert.equal(outputFor(text, call.arguments), output, `${call.arguments}\n${text}`);
      if (round % 25 === 24) text = newFixturesText("x");
    }
  });
});

function outputFor(text: string, args: string): string {
  const parsed = parseFixtures(text, functions);
  assert.ok(parsed.valid, `${JSON.stringify(parsed.problems)}\n${text}`);
  const call = { name: "f", arguments: args };
  return fixtureOutput(matchFixture(parsed.fixtures, call) ?? assert.fail(text), call);
}
