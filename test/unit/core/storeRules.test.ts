import { strict as assert } from "node:assert";
import { describe, it } from "node:test";

import { applyEdits } from "../../../src/core/definition/edit/editedText.ts";
import { editDefinition } from "../../../src/core/definition/editDefinition.ts";
import type { Problem } from "../../../src/core/definition/definition.ts";
import type { DefinitionFacts } from "../../../src/core/definition/rules/rule.ts";
import { parseStore } from "../../../src/core/vectorStoreDefinition/parseStore.ts";
import { storeRules } from "../../../src/core/vectorStoreDefinition/rules.ts";

interface Case {
  readonly code: string;
  readonly text: string;
  /** The text that is underlined. */
  readonly at: string;
  readonly says: RegExp;
  readonly facts?: DefinitionFacts;
  /** The same without the problem. */
  readonly fine: string;
  readonly fixed?: true;
}

const chunks = (most: number, overlap: number): string =>
  `chunking_strategy: { type: static, static: { max_chunk_size_tokens: ${most}, chunk_overlap_tokens: ${overlap} } }\n`;
const pairs = (count: number): string =>
  `attributes:\n${Array.from({ length: count }, (_, index) => `  k${index}: v\n`).join("")}`;
const globMatches = (glob: string): boolean => glob === "docs/**/*.md";

const cases: readonly Case[] = [
  { code: "store-name", text: "name: vs_1\ninclude: [x]\n", at: "vs_1", says: /taken for an id/, fine: "" },
  {
    code: "store-name",
    text: `name: ${"x".repeat(257)}\ninclude: [x]\n`,
    at: "x".repeat(257),
    says: /257 characters/,
    fine: `name: ${"é".repeat(256)}\ninclude: [x]\n`,
  },
  {
    code: "store-duplicate",
    text: "name: A\ninclude: [x]\n",
    at: "A",
    says: /b\.vectorstore\.yaml defines a store called A as well/,
    facts: { sameStore: "b.vectorstore.yaml" },
    fine: "",
  },
  { code: "store-glob", text: "include: [../x]\n", at: "../x", says: /stays inside/, fine: "include: [x..y/**]\n" },
  { code: "store-glob", text: "include: [x]\nexclude: ['C:/x']\n", at: "'C:/x'", says: /stays inside/, fine: "" },
  {
    code: "store-no-match",
    text: "include: ['docs/**/*.md', 'dosc/*.md']\n",
    at: "'dosc/*.md'",
    says: /No file matches dosc/,
    facts: { globMatches },
    fine: "include: ['docs/**/*.md']\nexclude: ['nothing/**']\n",
    fixed: true,
  },
  {
    code: "store-unknown-field",
    text: "include: [x]\nincludes: [y]\n",
    at: "includes",
    says: /no field `includes`/,
    fine: "",
    fixed: true,
  },
  {
    code: "store-chunk-size",
    text: chunks(99, 1),
    at: "99",
    says: /100 to 4096, not 99/,
    fine: chunks(100, 50),
    fixed: true,
  },
  { code: "store-chunk-size", text: chunks(4097, 1), at: "4097", says: /4096/, fine: chunks(4096, 2048), fixed: true },
  {
    code: "store-overlap",
    text: chunks(801, 401),
    at: "401",
    says: /at most half .*\(400\)/,
    fine: chunks(801, 400),
    fixed: true,
  },
  { code: "store-overlap", text: chunks(800, -1), at: "-1", says: /at least 0/, fine: chunks(800, 0), fixed: true },
  {
    code: "store-expiry",
    text: "expires_after: { anchor: last_active_at, days: 366 }\n",
    at: "366",
    says: /1 to 365, not 366/,
    fine: "expires_after: { anchor: last_active_at, days: 365 }\n",
    fixed: true,
  },
  { code: "attribute-count", text: pairs(14), at: "attributes", says: /14 attributes; at most 13/, fine: pairs(13) },
  {
    code: "attribute-count",
    text: `include: [{ glob: x, attributes: { a: 1 } }]\n${pairs(13)}`,
    at: "attributes",
    says: /14 attributes/,
    fine: `include: [{ glob: x, attributes: { k1: 1 } }]\n${pairs(13)}`,
  },
  {
    code: "store-attribute",
    text: "include: [{ glob: x, attributes: { awb_path: a } }]\n",
    at: "awb_path",
    says: /kept for the sync/,
    fine: "include: [{ glob: x, attributes: { path: a } }]\n",
  },
  {
    code: "attribute-key-length",
    text: `attributes: { ${"k".repeat(65)}: v }\n`,
    at: "k".repeat(65),
    says: /65 characters/,
    fine: `attributes: { ${"k".repeat(64)}: v }\n`,
  },
  {
    code: "attribute-value-length",
    text: `attributes: { a: ${"v".repeat(513)} }\n`,
    at: "v".repeat(513),
    says: /513 characters/,
    fine: `attributes: { a: ${"😀".repeat(512)}, b: 1, c: true }\n`,
  },
  {
    code: "secret",
    text: "attributes: { key: sk-proj-4fT9aZk2LmQ8xW1vB7nC3dE6 }\n",
    at: "sk-proj-4fT9aZk2LmQ8xW1vB7nC3dE6",
    says: /API key/,
    fine: "attributes: { key: sk-your-key-goes-right-here-please }\n",
  },
];

const whole = (text: string): string =>
  `${text.startsWith("name:") ? "" : "name: A\n"}${text.includes("include:") ? "" : "include: [x]\n"}${text}`;

function found(
  text: string,
  code: string,
  facts: DefinitionFacts,
  disabled: readonly string[] = [],
): readonly Problem[] {
  return parseStore(text, { facts, disabled: new Set(disabled) }).problems.filter((one) => one.code === code);
}

describe("rules for store definitions", () => {
  for (const { code, text, at, says, facts = {}, fine, fixed } of cases)
    it(`${code}: ${text.slice(0, 60).replaceAll("\n", " ")}`, () => {
      const full = whole(text);
      const [problem] = found(full, code, facts);
      assert.ok(problem !== undefined, JSON.stringify(parseStore(full, { facts }).problems));
      assert.equal(full.slice(problem.start, problem.end), at);
      assert.match(problem.message, says);
      assert.deepEqual(found(full, code, facts, [code]), [], "turned off");
      assert.deepEqual(parseStore(whole(fine), { facts: { globMatches: () => true, sameStore: null } }).problems, []);
      const [fix] = problem.fixes ?? [];
      assert.equal(fix !== undefined, fixed === true);
      if (fix !== undefined)
        assert.deepEqual(found(applyEdits(full, editDefinition(full, fix.changes)), code, facts), [], "fixed");
    });

  it("every one has a case; shapes and unreadable texts are told as an assistant's are", () => {
    assert.deepEqual(
      storeRules.filter(({ code }) => !cases.some((one) => one.code === code)),
      [],
    );
    for (const [text, code] of [
      ["name: A\n", "schema"],
      ["name: A\ninclude: []\n", "schema"],
      ["name: A\ninclude: x\n", "schema"],
      ["name: A\ninclude: [x]\nchunking_strategy: { type: static }\n", "schema"],
      ["name: A\ninclude: [x]\nexpires_after: { anchor: created_at, days: 1 }\n", "schema"],
      ["name: A\ninclude: [x]\nattributes: { a: [1] }\n", "schema"],
      ["name: A\nname: B\ninclude: [x]\n", "yaml-duplicate-key"],
      ["name: A\n\tinclude: [x]\n", "yaml-tab"],
      ["", "schema"],
    ] as const)
      assert.ok(
        parseStore(text).problems.some((one) => one.code === code),
        text,
      );
  });
});
