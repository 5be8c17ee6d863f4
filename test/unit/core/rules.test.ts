import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";

import { checkDefinition } from "../../../src/core/definition/checkDefinition.ts";
import { applyEdits } from "../../../src/core/definition/edit/editedText.ts";
import { editDefinition } from "../../../src/core/definition/editDefinition.ts";
import type { DefinitionFacts } from "../../../src/core/definition/rules/rule.ts";
import { rulesAsMarkdown } from "../../../src/core/definition/rules/markdown.ts";
import { rules } from "../../../src/core/definition/rules/table.ts";
import { answeredChanges } from "../../../src/core/definition/definition.ts";

interface Case {
  readonly code: string;
  /** Appended to `name: A`; a text that begins with `name:` stands alone. */
  readonly text: string;
  /** What the problem points at, in the text. */
  readonly at: string;
  readonly says: RegExp;
  readonly facts?: DefinitionFacts;
  /** The same with nothing to complain of. */
  readonly fine: string;
  /** Whether the first fix leads to a text without this problem. */
  readonly fixed?: true;
}

const fn = (inner: string): string =>
  `tools:\n  - type: function\n    function: { name: f, description: d, ${inner} }\n`;
const pairs = (count: number): string =>
  `metadata: { ${Array.from({ length: count }, (_, index) => `k${index}: v`).join(", ")} }\n`;
const models = [
  { id: "old", shutdown_date: "2027-01-14" },
  { id: "new", shutdown_date: "2029-01-01" },
];
const now = Date.parse("2026-11-22");

const cases: readonly Case[] = [
  {
    code: "name-length",
    text: `name: ${"n".repeat(257)}\n`,
    at: "n".repeat(257),
    says: /257 characters; at most 256/,
    fine: `name: ${"🙂".repeat(256)}\n`,
  },
  {
    code: "description-length",
    text: `description: ${"d".repeat(513)}\n`,
    at: "d".repeat(513),
    says: /at most 512/,
    fine: `description: ${"d".repeat(512)}\n`,
  },
  {
    code: "instructions-length",
    text: `instructions: ${"i".repeat(256_001)}\n`,
    at: "i".repeat(256_001),
    says: /256,001 characters/,
    fine: `instructions: ${"i".repeat(256_000)}\n`,
  },
  {
    code: "instructions-length",
    text: "instructions: { file: a.md }\n",
    at: "{ file: a.md }",
    says: /256,001/,
    facts: { instructionsText: "x".repeat(256_001) },
    fine: "instructions: short\n",
  },
  { code: "metadata-count", text: pairs(17), at: "metadata", says: /17 pairs; at most 16/, fine: pairs(15) },
  { code: "metadata-marker", text: pairs(16), at: "metadata", says: /marks what it creates/, fine: pairs(15) },
  {
    code: "metadata-reserved",
    text: "metadata: { assistants_workbench: x, a: b }\n",
    at: "assistants_workbench",
    says: /own marker/,
    fine: "metadata: { a: b }\n",
    fixed: true,
  },
  {
    code: "metadata-key-length",
    text: `metadata: { ${"k".repeat(65)}: v }\n`,
    at: "k".repeat(65),
    says: /65 characters; at most 64/,
    fine: `metadata: { ${"k".repeat(64)}: v }\n`,
  },
  {
    code: "metadata-value-length",
    text: `metadata: { k: ${"v".repeat(513)} }\n`,
    at: "v".repeat(513),
    says: /513 characters; at most 512/,
    fine: `metadata: { k: ${"v".repeat(512)} }\n`,
  },
  {
    code: "tool-count",
    text: `tools:\n${"  - { type: code_interpreter }\n".repeat(129)}`,
    at: "tools",
    says: /129 tools; at most 128/,
    fine: "tools: []\n",
  },
  {
    code: "function-name",
    text: "tools: [{ type: function, function: { name: get order } }]\n",
    at: "get order",
    says: /letters, digits/,
    fine: "tools: [{ type: function, function: { name: get_order } }]\n",
    fixed: true,
  },
  {
    code: "function-name",
    text: "response_format: { type: json_schema, json_schema: { name: x y, schema: {} } }\n",
    at: "x y",
    says: /letters, digits/,
    fine: "response_format: { type: json_schema, json_schema: { name: x_y, schema: {} } }\n",
    fixed: true,
  },
  {
    code: "duplicate-function",
    text: "tools: [{ type: function, function: { name: f } }, { type: function, function: { name: 'f' } }]\n",
    at: "'f'",
    says: /called f already/,
    fine: "tools: [{ type: function, function: { name: f } }, { type: function, function: { name: g } }]\n",
  },
  {
    code: "duplicate-tool",
    text: "tools: [{ type: file_search }, { type: 'file_search' }]\n",
    at: "'file_search'",
    says: /listed already/,
    fine: "tools: [{ type: file_search }, { type: code_interpreter }]\n",
    fixed: true,
  },
  {
    code: "parameters-schema",
    text: fn("parameters: { type: array }"),
    at: "array",
    says: /of type object/,
    fine: fn("parameters: { type: object }"),
  },
  {
    code: "parameters-schema",
    text: fn("parameters: { properties: { a: { type: string } } }"),
    at: "parameters",
    says: /need `type: object`/,
    fine: fn("parameters: {}"),
    fixed: true,
  },
  {
    code: "parameters-schema",
    text: fn("parameters: { type: object, properties: { a: { type: text } } }"),
    at: "text",
    says: /no type of JSON Schema/,
    fine: fn("parameters: { type: object, properties: { a: { type: [string, 'null'] } } }"),
  },
  {
    code: "parameters-schema",
    text: fn("parameters: { type: object, properties: {}, required: [gone] }"),
    at: "[gone]",
    says: /names gone, which is no property/,
    fine: fn("parameters: { type: object, properties: { a: {} }, required: [a] }"),
  },
  {
    code: "parameters-schema",
    text: fn("parameters: { type: object, properties: { a: { pattern: '[' } } }"),
    at: "'['",
    says: /no regular expression/,
    fine: fn("parameters: { type: object, properties: { a: { pattern: '^a' } } }"),
  },
  {
    code: "parameters-schema",
    text: fn("parameters: { type: object, properties: { a: { $ref: '#/$defs/b' } } }"),
    at: "'#/$defs/b'",
    says: /points at nothing/,
    fine: fn("parameters: { type: object, properties: { a: { $ref: '#/$defs/b' } }, $defs: { b: {} } }"),
  },
  {
    code: "strict-schema",
    text: fn("strict: true, parameters: { type: object, properties: { a: {} }, required: [a] }"),
    at: "parameters",
    says: /additionalProperties: false/,
    fine: fn("parameters: { type: object, properties: { a: {} } }"),
    fixed: true,
  },
  {
    code: "strict-schema",
    text: fn(
      "strict: true, parameters: { type: object, additionalProperties: false, properties: { a: {} }, required: [] }",
    ),
    at: "parameters",
    says: /a is not/,
    fine: fn(
      "strict: true, parameters: { type: object, additionalProperties: false, properties: { a: {} }, required: [a] }",
    ),
    fixed: true,
  },
  {
    code: "number-range",
    text: "temperature: 2.5\n",
    at: "2.5",
    says: /from 0 to 2, not 2.5/,
    fine: "temperature: 2\n",
    fixed: true,
  },
  {
    code: "number-range",
    text: "tools: [{ type: file_search, file_search: { max_num_results: 51 } }]\n",
    at: "51",
    says: /from 1 to 50/,
    fine: "top_p: 1\n",
    fixed: true,
  },
  {
    code: "budget-minimum",
    text: "run: { max_completion_tokens: 255 }\n",
    at: "255",
    says: /at least 256/,
    fine: "run: { max_completion_tokens: 256 }\n",
    fixed: true,
  },
  {
    code: "resource-count",
    text: "tool_resources: { file_search: { vector_store_ids: [vs_1, vs_2] } }\n",
    at: "[vs_1, vs_2]",
    says: /2 vector stores/,
    fine: "tool_resources: { file_search: { vector_store_ids: [vs_1] } }\n",
  },
  {
    code: "completion-budget",
    text: "model: m\n",
    at: "name",
    says: /no ceiling/,
    fine: "run: { max_completion_tokens: 2000 }\n",
    fixed: true,
  },
  {
    code: "function-description",
    text: "tools: [{ type: function, function: { name: f } }]\n",
    at: "f",
    says: /only its name/,
    fine: fn("strict: false"),
    fixed: true,
  },
  {
    code: "reasoning-sampling",
    text: "model: o3-mini\ntemperature: 0.2\n",
    at: "temperature",
    says: /o3-mini reasons/,
    fine: "model: gpt-5-chat-latest\ntemperature: 0.2\n",
    fixed: true,
  },
  {
    code: "reasoning-sampling",
    text: "model: some-model\nreasoning_effort: low\ntop_p: 0.2\n",
    at: "top_p",
    says: /reasons/,
    fine: "model: some-model\ntop_p: 0.2\n",
    fixed: true,
  },
  {
    code: "file-search-store",
    text: "tools: [{ type: file_search }]\n",
    at: "file_search",
    says: /no vector store/,
    fine: "tools: [{ type: file_search }]\ntool_resources: { file_search: { vector_store: vs_1 } }\n",
  },
  {
    code: "resource-tool",
    text: "tool_resources: { code_interpreter: { file_ids: [file-1] } }\n",
    at: "code_interpreter",
    says: /not used/,
    fine: "tools: [{ type: code_interpreter }]\ntool_resources: { code_interpreter: { file_ids: [file-1] } }\n",
    fixed: true,
  },
  {
    code: "instructions-file",
    text: "instructions: { file: ./gone.md }\n",
    at: "./gone.md",
    says: /no file/,
    facts: { fileExists: (path) => path !== "./gone.md" },
    fine: "instructions: { file: ./there.md }\n",
  },
  {
    code: "instructions-file",
    text: "instructions: { file: ../../etc/passwd }\n",
    at: "../../etc/passwd",
    says: /leads out of the folder/,
    facts: { fileExists: () => true, leadsOut: (path) => path.startsWith("../..") },
    fine: "instructions: { file: ../there.md }\n",
  },
  {
    code: "code-file",
    text: "tool_resources: { code_interpreter: { files: [./data.csv, ./link.csv] } }\n",
    at: "./link.csv",
    says: /^\.\/link\.csv leads out of the folder, by its path or by a link/,
    facts: { fileExists: () => true, leadsOut: (path) => path === "./link.csv" },
    fine: "tool_resources: { code_interpreter: { files: [./data.csv] } }\n",
  },
  {
    code: "code-file",
    text: "tool_resources: { code_interpreter: { files: [./gone.csv] } }\n",
    at: "./gone.csv",
    says: /no file/,
    facts: { fileExists: (path) => path !== "./gone.csv" },
    fine: "tool_resources: { code_interpreter: { files: [./there.csv] } }\n",
  },
  {
    code: "store-reference",
    text: "tool_resources: { file_search: { vector_store: product } }\n",
    at: "product",
    says: /called product/,
    facts: { storeNames: new Set(["product-docs"]) },
    fine: "tool_resources: { file_search: { vector_store: vs_1 } }\n",
    fixed: true,
  },
  {
    code: "handler-file",
    text: "tools: [{ type: function, function: { name: f }, handler: { command: [node, ./gone.mjs] } }]\n",
    at: "./gone.mjs",
    says: /no file/,
    facts: { fileExists: () => false },
    fine: "tools: [{ type: function, function: { name: f }, handler: { command: [node, --version] } }]\n",
  },
  {
    code: "handler-file",
    text: "tools: [{ type: function, function: { name: f }, handler: { module: { file: gone.py } } }]\n",
    at: "gone.py",
    says: /no file gone/,
    facts: { fileExists: (path) => path !== "gone.py" },
    fine: "tools: [{ type: function, function: { name: f }, handler: { module: { file: there.py } } }]\n",
  },
  {
    code: "handler-shape",
    text: "tools: [{ type: function, function: { name: f }, handler: { timeout_ms: 5 } }]\n",
    at: "handler",
    says: /one of `command`, `module` and `http`/,
    fine: "tools: [{ type: function, function: { name: f }, handler: { command: [a] } }]\n",
  },
  {
    code: "handler-shape",
    text: "tools: [{ type: code_interpreter, handler: { command: [a] } }]\n",
    at: "handler",
    says: /Only calls of functions/,
    fine: "tools: [{ type: code_interpreter }]\n",
  },
  {
    code: "unknown-model",
    text: "model: none\n",
    at: "none",
    says: /no model none/,
    facts: { models },
    fine: "model: new\n",
  },
  {
    code: "retiring-model",
    text: "model: old\n",
    at: "old",
    says: /switched off on 2027-01-14, in 53 days/,
    facts: { models, now },
    fine: "model: new\n",
  },
  {
    code: "retiring-model",
    text: "model: old\n",
    at: "old",
    says: /was switched off/,
    facts: { models, now: Date.parse("2027-02-01") },
    fine: "model: new\n",
  },
  {
    code: "secret",
    text: "description: use sk-proj-4fT9aZk2LmQ8xW1vB7nC3dE6\n",
    at: "sk-proj-4fT9aZk2LmQ8xW1vB7nC3dE6",
    says: /API key/,
    fine: "description: use sk-your-key-goes-right-here-please\n",
  },
  {
    code: "secret",
    text: "instructions: { file: ./help.md }\n",
    at: "./help.md",
    says: /^\.\/help\.md holds what looks like an API key \(sk-…\), in line 2\. /,
    facts: { instructionsText: "Help.\nUse sk-proj-4fT9aZk2LmQ8xW1vB7nC3dE6.\n" },
    fine: "instructions: Help.\n",
  },
  {
    code: "secret-file",
    text: 'tool_resources: { code_interpreter: { files: [./data.csv, "keys/.env"] } }\n',
    at: '"keys/.env"',
    says: /^keys\/\.env is not uploaded: files called \.env hold secrets\.$/,
    fine: "tool_resources: { code_interpreter: { files: [./data.csv, keys/.env.example] } }\n",
  },
  {
    code: "secret-file",
    text: "tool_resources: { code_interpreter: { files: [./notes.txt] } }\n",
    at: "./notes.txt",
    says: /holds what looks like a GitHub token/,
    facts: { secretInFile: (path) => (path === "./notes.txt" ? "a GitHub token" : null) },
    fine: "tool_resources: { code_interpreter: { files: [./data.csv] } }\n",
  },
  {
    code: "resource-id",
    text: 'tool_resources: { code_interpreter: { file_ids: [file-1, "upload:../secret.txt"] } }\n',
    at: '"upload:../secret.txt"',
    says: /^"upload:\.\.\/secret\.txt" is no id; a file of the workspace goes under `files`\.$/,
    fine: "tool_resources: { code_interpreter: { file_ids: [file-1, assistant-2, 0b1c.9_A] } }\n",
  },
  {
    code: "resource-id",
    text: 'tool_resources: { file_search: { vector_store_ids: ["store:docs"] } }\n',
    at: '"store:docs"',
    says: /goes under `vector_store`/,
    fine: "tool_resources: { file_search: { vector_store_ids: [vs_1] } }\n",
  },
];

function textOf(text: string): string {
  return text.startsWith("name:") ? text : `name: A\n${text}`;
}

function found(
  text: string,
  code: string,
  facts: DefinitionFacts = {},
  disabled: readonly string[] = [],
): readonly ReturnType<typeof checkDefinition>["problems"][number][] {
  return checkDefinition(text, { facts, disabled: new Set(disabled) }).problems.filter(
    (problem) => problem.code === code,
  );
}

describe("rules", () => {
  for (const { code, text, at, says, facts = {}, fine, fixed } of cases)
    it(`${code}: ${text.slice(0, 60).replaceAll("\n", " ")}`, () => {
      const full = textOf(text);
      const [problem] = found(full, code, facts);
      assert.ok(problem !== undefined, JSON.stringify(checkDefinition(full, { facts }).problems));
      assert.equal(full.slice(problem.start, problem.end), at);
      assert.match(problem.message, says);
      assert.deepEqual(found(full, code, facts, [code]), [], "turned off");
      assert.deepEqual(found(textOf(fine), code, facts), [], "nothing to complain of");
      const [fix] = problem.fixes ?? [];
      assert.equal(fix !== undefined, fixed === true);
      if (fix === undefined) return;
      const changes = fix.ask === undefined ? fix.changes : answeredChanges(fix, "Looks it up");
      const left = found(applyEdits(full, editDefinition(full, changes)), code, facts);
      assert.deepEqual(
        left.filter(({ message }) => message === problem.message),
        [],
        "fixed",
      );
    });

  it("all have a case here, a code of their own and a line in docs/diagnostics.md", () => {
    const codes = rules.map(({ code }) => code);
    assert.deepEqual(
      codes.filter((code) => !cases.some((one) => one.code === code)),
      [],
    );
    assert.equal(new Set(codes).size, codes.length);
    for (const { code, doc } of rules) assert.match(`${code} ${doc}`, /^[a-z]+(-[a-z]+)* .*\.$/);
    assert.equal(readFileSync(new URL("../../../docs/diagnostics.md", import.meta.url), "utf8"), rulesAsMarkdown());
  });
});
