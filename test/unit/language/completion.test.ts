import { strict as assert } from "node:assert";
import { describe, it } from "node:test";

import { labels } from "./cursor.ts";
import type { Options } from "./cursor.ts";

const json: Options = { json: true };
const store: Options = { kind: "vectorstore" };
const inFunction = "tools:\n  - type: function\n    function:\n      name: f\n";
const kinds = ["function", "file_search", "code_interpreter"];
const models = ["gpt-6-astra", "gpt-4.1", "llama3.2:3b"];

interface Case {
  readonly it: string;
  readonly text: string;
  /** These are offered. */
  readonly has?: readonly string[];
  /** These are not. */
  readonly lacks?: readonly string[];
  /** These and nothing else, in this order. */
  readonly is?: readonly string[];
  readonly options?: Options;
}

const cases: readonly Case[] = [
  { it: "an empty document: all keys", text: "|", has: ["name", "model", "tools", "run"] },
  { it: "a half-typed key", text: "to|", has: ["tools", "tool_resources"] },
  { it: "not those that are there", text: "name: a\nmodel: b\n|", has: ["tools"], lacks: ["name", "model"] },
  { it: "the key being typed, between others", text: "name: a\nto|\nmodel: b\n", has: ["tools"], lacks: ["model"] },
  { it: "a key that has its value", text: "na|me: a\nmodel: b\n", has: ["name", "tools"], lacks: ["model"] },
  { it: "a blank line in the middle", text: "name: a\n|\nmodel: b\n", has: ["tools"], lacks: ["name", "model"] },
  { it: "behind a document marker", text: "---\n|\nname: a\n", has: ["tools"], lacks: ["name"] },
  { it: "in the second of two documents", text: "name: a\n---\n|\n", has: ["name"] },
  { it: "a nested map", text: "run:\n  |", has: ["max_prompt_tokens", "truncation_strategy"], lacks: ["name"] },
  {
    it: "a nested map with keys",
    text: "run:\n  max_prompt_tokens: 1\n  ma|\n",
    has: ["max_completion_tokens"],
    lacks: ["max_prompt_tokens"],
  },
  {
    it: "back at the outer level",
    text: "run:\n  max_prompt_tokens: 1\n|",
    has: ["name"],
    lacks: ["max_prompt_tokens", "run"],
  },
  { it: "a nested map from behind the colon", text: "run: |", has: ["max_prompt_tokens"] },
  { it: "a flow map", text: "run: { | }", has: ["max_prompt_tokens"] },
  {
    it: "a flow map with keys",
    text: "run: { max_prompt_tokens: 1, ma| }",
    has: ["max_completion_tokens"],
    lacks: ["max_prompt_tokens"],
  },
  {
    it: "a flow map that nobody closed",
    text: "run: { max_prompt_tokens: 1, |\nname: a\n",
    has: ["max_completion_tokens"],
  },
  {
    it: "a flow map of several lines",
    text: "run: {\n  max_prompt_tokens: 1,\n  |\n}\n",
    has: ["max_completion_tokens"],
  },
  { it: "an enum", text: "tools:\n  - type: |", is: kinds },
  { it: "an enum, half typed", text: "tools:\n  - type: fi|", is: kinds },
  { it: "an enum without a blank behind the colon", text: "tools:\n  - type:|", is: kinds },
  { it: "an enum in a flow map", text: "tools: [{ type: | }]", is: kinds },
  { it: "an enum in quotes", text: 'tools:\n  - type: "fi|"\n', is: kinds },
  { it: "an enum in single quotes", text: "tools:\n  - type: '|'\n", is: kinds },
  { it: "an enum on the next line", text: "reasoning_effort:\n  |\n", has: ["low", "high"], lacks: ["name"] },
  { it: "booleans", text: "run:\n  parallel_tool_calls: |", has: ["true", "false"] },
  { it: "no booleans within quotes", text: 'run:\n  parallel_tool_calls: "|"', is: [] },
  { it: "tools behind the colon", text: "tools: |", has: kinds },
  { it: "tools below the key", text: "tools:\n  |", has: kinds },
  { it: "tools in the key's column", text: "tools:\n- |", has: kinds },
  { it: "tools behind a dash", text: "tools:\n  - |", has: [...kinds, "type"] },
  { it: "the next tool", text: "tools:\n  - type: file_search\n  |", has: kinds, lacks: ["name"] },
  { it: "a tool between tools", text: "tools:\n  |\n  - type: file_search\n", has: kinds },
  { it: "tools in a flow list", text: "tools: [|]", has: kinds },
  {
    it: "keys of a function tool",
    text: "tools:\n  - type: function\n    |",
    has: ["function"],
    lacks: ["file_search", "type"],
  },
  {
    it: "keys of a search tool",
    text: "tools:\n  - type: file_search\n    |",
    has: ["file_search"],
    lacks: ["function"],
  },
  {
    it: "keys of a tool before its type",
    text: "tools:\n  - |\n    type: function\n",
    has: ["function"],
    lacks: ["type"],
  },
  {
    it: "keys of a function",
    text: `${inFunction}      |`,
    has: ["description", "parameters", "strict"],
    lacks: ["name"],
  },
  {
    it: "JSON Schema keywords",
    text: `${inFunction}      parameters:\n        |`,
    has: ["type", "properties", "required"],
    lacks: ["name"],
  },
  {
    it: "JSON Schema types",
    text: `${inFunction}      parameters:\n        type: |`,
    has: ["object", "string", "integer"],
  },
  {
    it: "keywords of a property",
    text: `${inFunction}      parameters:\n        type: object\n        properties:\n          id:\n            |`,
    has: ["type", "description", "enum"],
    lacks: ["id"],
  },
  {
    it: "types of a property in flow style",
    text: `${inFunction}      parameters: { properties: { id: { type: | } } }`,
    has: ["string"],
  },
  {
    it: "types in a list of types",
    text: `${inFunction}      parameters: { properties: { id: { type: [string, |] } } }`,
    has: ["null"],
    lacks: ["string"],
  },
  {
    it: "declared properties in required",
    text: `${inFunction}      parameters: { properties: { a: {}, b: {} }, required: [a, |] }`,
    is: ["b"],
  },
  {
    it: "declared properties in a block list",
    text: `${inFunction}      parameters:\n        properties:\n          a: {}\n          b: {}\n        required:\n          - |\n`,
    is: ["a", "b"],
  },
  {
    it: "formats",
    text: `${inFunction}      parameters: { properties: { a: { type: string, format: | } } }`,
    has: ["date-time", "email"],
  },
  {
    it: "keywords in response_format",
    text: "response_format:\n  type: json_schema\n  json_schema:\n    schema:\n      |",
    has: ["properties"],
  },
  { it: "models", text: "model: |", has: models },
  { it: "models, half typed", text: "model: gp|\nname: a\n", has: models },
  { it: "models in quotes that nobody closed", text: 'model: "gp|\nname: a\n', has: models },
  { it: "models before a comment", text: "model: |   # which?\n", has: models },
  { it: "stores", text: "tool_resources:\n  file_search:\n    vector_store: |", has: ["product-docs", "vs_123"] },
  { it: "ids of stores", text: "tool_resources:\n  file_search:\n    vector_store_ids: [|]", is: ["vs_123"] },
  { it: "files", text: "instructions: { file: | }", is: ["support.md", "two words.md", "docs/"] },
  { it: "files of a directory", text: "instructions: { file: ./docs/| }", is: ["größe.md"] },
  { it: "files of a list", text: "tool_resources:\n  code_interpreter:\n    files:\n      - |", has: ["docs/"] },
  { it: "hidden files once a dot is typed", text: "instructions: { file: .| }", has: [".git/"] },
  { it: "no absolute paths", text: "instructions: { file: /et| }", is: [] },
  { it: "nothing in a comment", text: "name: a\n# to|\n", is: [] },
  { it: "nothing in a comment behind a value", text: "name: a # mo|\n", is: [] },
  { it: "nothing in a block scalar", text: "instructions: ||\n  to|\n", is: [] },
  { it: "nothing in a blank line of a block scalar", text: "instructions: ||\n  one\n  |\n  two\n", is: [] },
  { it: "nothing in text of several lines", text: "description: one\n  tw|\nname: a\n", is: [] },
  { it: "nothing for free text", text: "name: |\n", is: [] },
  { it: "nothing in metadata", text: "metadata:\n  |", is: [] },
  { it: "nothing at a number", text: "temperature: 0.|\n", is: [] },
  { it: "nothing behind an alias", text: "a: &a 1\nmodel: *a|\n", is: [] },
  { it: "keys after an anchor", text: "run: &run\n  |", has: ["max_prompt_tokens"] },
  {
    it: "not the keys that a merge brings",
    text: "base: &base { max_prompt_tokens: 300 }\nrun:\n  <<: *base\n  |",
    has: ["max_completion_tokens"],
    lacks: ["max_prompt_tokens"],
  },
  { it: "the type that an alias gives", text: "t: &t function\ntools:\n  - type: *t\n    |", has: ["function"] },
  { it: "CRLF", text: "name: a\r\nto|\r\nmodel: b\r\n", has: ["tools"], lacks: ["model"] },
  { it: "CRLF at a value", text: "name: a\r\nmodel: |\r\ntools: []\r\n", has: models },
  { it: "letters of several bytes", text: "name: 🤖 Größe\nto|\n", has: ["tools"], lacks: ["name"] },
  { it: "a byte order mark", text: "\uFEFFname: a\nto|\n", has: ["tools"], lacks: ["name"] },
  { it: "invalid YAML before the cursor", text: "name: [\nmodel: |\n", has: [] },
  { it: "an unclosed list before the cursor", text: "description: a: b: c\nmodel: |\n", has: models },
  { it: "invalid YAML behind the cursor", text: "model: |\nname: {{\n  - x: ]\n", has: models },
  { it: "tabs where YAML forbids them", text: "name: a\n\tmodel: x\nto|\n", has: ["tools"] },
  { it: "duplicate keys", text: "name: a\nname: b\nto|\n", has: ["tools"], lacks: ["name"] },
  { it: "JSON keys", text: '{ "name": "a", | }', has: ["tools"], lacks: ["name"], options: json },
  { it: "JSON keys in quotes", text: '{ "name": "a", "to|" }', has: ["tools"], lacks: ["name"], options: json },
  { it: "JSON keys before others", text: '{\n  |\n  "name": "a"\n}', has: ["tools"], lacks: ["name"], options: json },
  {
    it: "JSON keys where a comma is missing",
    text: '{\n  "name": "a"\n  |\n}',
    has: ["tools"],
    lacks: ["name"],
    options: json,
  },
  { it: "JSON enums", text: '{ "tools": [{ "type": | }] }', is: kinds, options: json },
  { it: "JSON enums in quotes", text: '{ "tools": [{ "type": "|" }] }', is: kinds, options: json },
  { it: "JSON models", text: '{ "model": "gp|" }', is: models, options: json },
  { it: "keys of a store", text: "name: a\n|", is: ["include", "exclude", "chunking_strategy"], options: store },
  { it: "alternatives of a store", text: "chunking_strategy:\n  type: |", is: ["auto", "static"], options: store },
  {
    it: "the keys of the alternative that was chosen",
    text: "chunking_strategy:\n  type: static\n  |",
    is: ["static"],
    options: store,
  },
  {
    it: "no keys of the alternative that was not",
    text: "chunking_strategy:\n  type: auto\n  |",
    is: [],
    options: store,
  },
];

describe("completion offers", () => {
  for (const { it: name, text, has, lacks, is, options } of cases)
    it(`${name}: ${JSON.stringify(text.slice(-50))}`, async () => {
      const found = await labels(text, options);
      if (is !== undefined) assert.deepEqual(found, is);
      for (const label of has ?? []) assert.ok(found.includes(label), `${label} is missing in ${found.join(", ")}`);
      for (const label of lacks ?? []) assert.ok(!found.includes(label), `${label} is offered`);
    });

  it("what is required first", async () => {
    assert.equal((await labels("|"))[0], "name");
    assert.deepEqual((await labels("|", store)).slice(0, 2), ["name", "include"]);
  });

  it("nothing beyond the end, or before the beginning", async () => {
    const { completionsAt } = await import("../../../src/core/language/completionsAt.ts");
    const { readSource } = await import("../../../src/core/language/source.ts");
    const { assistantSchema, contextOf } = await import("./cursor.ts");
    for (const offset of [-5, 1000]) {
      const found = await completionsAt(readSource("assistant", "name: a\n"), offset, contextOf(assistantSchema));
      for (const { start, end } of found) assert.ok(start >= 0 && end <= 8);
    }
  });
});
