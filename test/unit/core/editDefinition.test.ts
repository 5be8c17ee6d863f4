import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { applyEdits } from "../../../src/core/definition/edit/editedText.ts";
import type { FieldChange } from "../../../src/core/definition/edit/fieldChange.ts";
import { editDefinition, EditRefused } from "../../../src/core/definition/editDefinition.ts";

const set = (path: readonly (string | number)[], value: unknown): FieldChange => ({ kind: "set", path, value });
const remove = (...path: readonly (string | number)[]): FieldChange => ({ kind: "remove", path });

const cases: readonly [what: string, before: string, change: FieldChange, after: string][] = [
  ["a plain value, its comment kept", "a: x # c\nb: 1\n", set(["a"], "y z"), "a: y z # c\nb: 1\n"],
  ["the quotes that it had", "a: 'x'\nb: \"y\"\n", set(["a"], "it's"), "a: 'it''s'\nb: \"y\"\n"],
  ["quotes where they are needed", "a: x\n", set(["a"], "yes: no"), 'a: "yes: no"\n'],
  ["a number stays one", "t: 0.2   # low\n", set(["t"], 1.5), "t: 1.5   # low\n"],
  [
    "a block scalar keeps its form and indentation",
    "a: |\n    one\n    two\nb: 1\n",
    set(["a"], "one\nthree\n"),
    "a: |\n    one\n    three\nb: 1\n",
  ],
  ["a string of lines becomes a block", "a: x\nb: 1\n", set(["a"], "p\nq\n"), "a: |\n  p\n  q\nb: 1\n"],
  ["CRLF stays CRLF", "a: |\r\n  one\r\nb: 1\r\n", set(["a"], "one\ntwo\n"), "a: |\r\n  one\r\n  two\r\nb: 1\r\n"],
  ["a byte order mark stays", "\uFEFFa: 1\n", set(["a"], 2), "\uFEFFa: 2\n"],
  ["a new key behind the last one", "a:\n  b: 1 # c\n# end\n", set(["a", "d"], "x"), "a:\n  b: 1 # c\n  d: x\n# end\n"],
  ["a map that was not there", "a: 1\n", set(["m", "k"], "v"), "a: 1\nm:\n  k: v\n"],
  ["into a flow map", "m: { a: 1 } # c\n", set(["m", "b"], "x y"), "m: { a: 1, b: x y } # c\n"],
  ["without a line break at the end", "a: 1", set(["b"], 2), "a: 1\nb: 2"],
  ["a value for a key that has none", "a:   # c\nb: 1\n", set(["a"], "x"), "a: x   # c\nb: 1\n"],
  ["a field removed with its line", "# top\na: 1 # x\n# about b\nb: 2\n", remove("a"), "# top\n# about b\nb: 2\n"],
  ["the first key behind a dash removed", "l:\n  - a: 1\n    b: 2\n", remove("l", 0, "a"), "l:\n  - b: 2\n"],
  [
    "a field of a merge key overridden",
    "x: &x { a: 1 }\nm:\n  <<: *x\n  b: 2\n",
    set(["m", "a"], 3),
    "x: &x { a: 1 }\nm:\n  <<: *x\n  b: 2\n  a: 3\n",
  ],
  ["an alias is written out when its anchor changes", "x: &x y\nz: *x\n", set(["x"], "new"), 'x: &x new\nz: "y"\n'],
  [
    "JSON keeps its layout",
    '{\n\t"a": 1,\n\t"b": [\n\t\t2\n\t]\n}\n',
    set(["b", 0], 3),
    '{\n\t"a": 1,\n\t"b": [\n\t\t3\n\t]\n}\n',
  ],
  ["a new key in JSON", '{\n  "a": 1\n}\n', set(["m"], { k: "v" }), '{\n  "a": 1,\n  "m": {\n    "k": "v"\n  }\n}\n'],
  ["JSON on one line", '{"a":1}', set(["b"], [1]), '{"a":1, "b": [1]}'],
];

describe("edits of a definition", () => {
  for (const [what, before, change, after] of cases)
    it(what, () => {
      assert.equal(applyEdits(before, editDefinition(before, [change])), after);
    });

  it("touch no more than the characters that differ, also in 10,000 lines", () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => `  line ${index}`);
    const text = `name: A\ninstructions: |\n${lines.join("\n")}\nmodel: m\n`;
    const value = `${lines.map((line) => line.trim()).join("\n")}\n`.replace("line 5000\n", "line five thousand\n");
    const [edit, ...others] = editDefinition(text, [set(["instructions"], value)]);
    assert.deepEqual(others, []);
    assert.deepEqual([text.slice(edit?.start, edit?.end), edit?.text], ["5000", "five thousand"]);
  });

  it("nothing for what is so already", () => {
    assert.deepEqual(editDefinition("a: { b: 0.20 }\n", [set(["a", "b"], 0.2), remove("gone")]), []);
  });

  it("are refused in a text that is not valid", () => {
    for (const text of ["a: [", "a: 1\na: 2\n", "a: *nope\n", "a: 1\n---\nb: 2\n"])
      assert.throws(() => editDefinition(text, [set(["a"], 1)]), EditRefused, text);
  });
});
