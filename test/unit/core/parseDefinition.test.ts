import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";

import { parseDefinition } from "../../../src/core/definition/parseDefinition.ts";

/** The text that each problem points at, with its message. */
function pointed(text: string): readonly string[] {
  return parseDefinition(text).problems.map(
    (problem) => `${text.slice(problem.start, problem.end).trim()} → ${problem.message}`,
  );
}

test("the examples are valid", () => {
  const folder = new URL("../../../examples/", import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith(".assistant.yaml"));
  assert.equal(files.length >= 2, true);
  for (const name of files) {
    const parsed = parseDefinition(readFileSync(new URL(name, folder), "utf8"));
    assert.deepEqual(parsed.problems, [], name);
  }
});

test("fields, tools with their lines, instructions in a file", () => {
  const parsed = parseDefinition(
    "name: A\nmodel: m\ninstructions: { file: ./a.md }\ntools:\n  - type: file_search\n  - type: function\n    function: { name: f }\ntemperature: 0.2\n",
  );
  assert.equal(parsed.valid, true);
  if (!parsed.valid) return;
  assert.deepEqual(parsed.definition.instructions, { kind: "file", path: "./a.md" });
  assert.deepEqual(
    parsed.definition.tools.map((tool) => [tool.type, tool.line]),
    [
      ["file_search", 5],
      ["function", 6],
    ],
  );
  assert.equal(parsed.definition.temperature, 0.2);
});

test("problems stand at their ranges", () => {
  assert.deepEqual(pointed("name: A\ntools:\n  - type: function\n    function: { name: 'bad name' }\n"), [
    "'bad name' → A function's name is 1 to 64 letters, digits, _ and -.",
  ]);
  assert.deepEqual(pointed("name: x\ntemperature: 5\n"), ["5 → `temperature` is from 0 to 2, not 5."]);
  assert.match(pointed("name: A\nname: B\n")[0]!, /Map keys must be unique/);
  assert.deepEqual(pointed("name: *nope\n"), ["*nope → No anchor named nope."]);
  assert.match(pointed("name: A\n\tmodel: x\n")[0]!, /[Tt]ab/);
  assert.match(pointed("model: x\n")[0]!, /name/);
});

test("text that is no definition at all: a problem, never a crash", () => {
  for (const text of [
    "",
    "   \n",
    "- a\n- b\n",
    "just words",
    "{",
    "name: [",
    "\u0000",
    "a: &a [*a]",
    "---\nname: A\n---\nname: B\n",
    "name: A\r\nmodel: x\r\n",
    "\uFEFFname: A\n",
    "%YAML 9.9\n---\nname: A",
  ]) {
    const parsed = parseDefinition(text);
    for (const problem of parsed.problems)
      assert.equal(problem.start <= problem.end && problem.end <= text.length + 1, true, JSON.stringify(text));
  }
  assert.equal(parseDefinition("name: A\r\nmodel: x\r\n").valid, true);
  assert.equal(parseDefinition("\uFEFFname: A\n").valid, true);
  assert.equal(parseDefinition("").valid, false);
});

test("an alias bomb is refused", () => {
  const lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"];
  for (let index = 0; index < 8; index += 1) {
    const previous = String.fromCharCode(97 + index);
    const next = String.fromCharCode(98 + index);
    lines.push(`${next}: &${next} [${Array.from({ length: 10 }, () => `*${previous}`).join(", ")}]`);
  }
  assert.equal(parseDefinition(`name: A\n${lines.join("\n")}\n`).valid, false);
});

test("merge keys and anchors are resolved", () => {
  const parsed = parseDefinition("x: &base { team: support }\nname: A\nmetadata:\n  <<: *base\n  tier: gold\n");
  assert.equal(parsed.valid && parsed.definition.metadata["team"], "support");
});

test("a store's name and files by their paths are read for the push to resolve", () => {
  const parsed = parseDefinition(
    "name: A\ntool_resources:\n  file_search: { vector_store: product-docs }\n  code_interpreter: { files: [./a.csv] }\n",
  );
  assert.equal(parsed.valid && parsed.definition.vectorStore, "product-docs");
  assert.deepEqual(parsed.valid && parsed.definition.vectorStoreIds, []);
  assert.deepEqual(parsed.valid && parsed.definition.files, ["./a.csv"]);
});
