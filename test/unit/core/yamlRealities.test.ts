import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { checkDefinition } from "../../../src/core/definition/checkDefinition.ts";
import { textProblems } from "../../../src/core/definition/rules/table.ts";
import { parseStore } from "../../../src/core/vectorStoreDefinition/parseStore.ts";

const cases: readonly [text: string, code: string, at: string][] = [
  ["name: A\nname: B\n", "yaml-duplicate-key", "name"],
  ["name: A\n---\nname: B\n", "yaml-multi-document", "---"],
  ["name: A\nmetadata:\n\tteam: x\n", "yaml-tab", "\t"],
  ["name: *nope\n", "yaml-alias", "*nope"],
  ["name: A\nmetadata: &m { a: *m }\n", "yaml-alias", "*m"],
  ["name: A\nx-kept: &p\n  type: object\n  properties: { again: [*p] }\n", "yaml-alias", "*p"],
  ["name: A\nx-kept: &p\n  <<: *p\n  b: 1\n", "yaml-alias", "*p"],
  ["name: [\n", "yaml-syntax", "\n"],
  ["name: A\ntemperature: warm\n", "schema", "warm"],
];

function textErrors(text: string): readonly { readonly code: string; readonly message: string }[] {
  return checkDefinition(text).problems.filter(({ severity }) => severity === "error");
}

describe("YAML as people write it", () => {
  for (const [text, code, at] of cases)
    it(`${code} is said at its place: ${JSON.stringify(text)}`, () => {
      const problem = checkDefinition(text).problems.find((one) => one.code === code);
      assert.ok(problem !== undefined, JSON.stringify(checkDefinition(text).problems));
      assert.equal(text.slice(problem.start, problem.end), at);
    });

  it("an alias of an inner anchor of the same name is no circle", () => {
    assert.deepEqual(textErrors("name: A\nx-kept: &p { a: &p 1, b: *p }\n"), []);
  });

  it("has a case for every code that keeps a text from being read", () => {
    assert.deepEqual(
      textProblems.map(({ code }) => code).filter((code) => !cases.some((one) => one[1] === code)),
      [],
    );
  });

  it("10,000 lines, CRLF, a byte order mark and unknown fields are nothing to complain of", () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => `  line ${index}: with a colon`);
    const text = `\uFEFFname: A\nrun: { max_completion_tokens: 500 }\nx-ours: { kept: true }\ninstructions: |\n${lines.join("\n")}\n`;
    const parsed = checkDefinition(text.replaceAll("\n", "\r\n"));
    assert.deepEqual(parsed.problems, []);
    assert.equal(
      parsed.valid &&
        parsed.definition.instructions?.kind === "inline" &&
        parsed.definition.instructions.text.split("\n").length,
      10_001,
    );
  });
});

describe("a store definition", () => {
  it("is read whole", () => {
    const parsed = parseStore(
      'name: product-docs\ninclude: [docs/**/*.md]\nexclude: ["**/drafts/**"]\nchunking_strategy: { type: static, static: { max_chunk_size_tokens: 800, chunk_overlap_tokens: 400 } }\nexpires_after: { anchor: last_active_at, days: 30 }\nattributes: { product: widgets, year: 2026, public: true }\n',
    );
    assert.deepEqual(parsed, {
      valid: true,
      problems: [],
      store: {
        name: "product-docs",
        include: ["docs/**/*.md"],
        globAttributes: [],
        exclude: ["**/drafts/**"],
        gitignore: true,
        allowSecrets: [],
        chunkingStrategy: { type: "static", static: { max_chunk_size_tokens: 800, chunk_overlap_tokens: 400 } },
        expiresAfter: { anchor: "last_active_at", days: 30 },
        attributes: { product: "widgets", year: 2026, public: true },
      },
    });
  });

  for (const [text, code, at] of [
    ["name: A\n", "schema", "name: A"],
    ["name: A\ninclude: []\n", "schema", "[]"],
    ["name: A\ninclude: [x]\nexpires_after: { anchor: last_active_at, days: 366 }\n", "store-expiry", "366"],
    [
      "name: A\ninclude: [x]\nchunking_strategy: { type: static, static: { max_chunk_size_tokens: 100, chunk_overlap_tokens: 60 } }\n",
      "store-overlap",
      "60",
    ],
    ["name: A\ninclude: [../x]\n", "store-glob", "../x"],
    ["name: A\ninclude: [/etc/x]\n", "store-glob", "/etc/x"],
    ["name: vs_1\ninclude: [x]\n", "store-name", "vs_1"],
    ["- a\n", "schema", "- a\n"],
  ] as const)
    it(`${code} is said at its place: ${JSON.stringify(text)}`, () => {
      const parsed = parseStore(text);
      assert.equal(parsed.valid, false);
      const problem = parsed.problems.find((one) => one.code === code);
      assert.equal(
        problem === undefined ? JSON.stringify(parsed.problems) : text.slice(problem.start, problem.end),
        at,
      );
    });
});
