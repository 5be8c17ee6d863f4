import { strict as assert } from "node:assert";
import { describe, it } from "node:test";

import { accepted } from "./cursor.ts";
import type { Options } from "./cursor.ts";

const json: Options = { json: true };

const cases: readonly (readonly [what: string, text: string, label: string, result: string, options?: Options])[] = [
  ["a key", "na|", "name", "name: "],
  ["a key in the middle of its word", "na|xx: a\n", "name", "name: a\n"],
  ["a key that has its value", "mo|: a\n", "model", "model: a\n"],
  ["a map", "to|", "tool_resources", "tool_resources:\n  "],
  ["a map with its required keys", "run:\n  |", "truncation_strategy", "run:\n  truncation_strategy:\n    type: auto"],
  [
    "a map in four columns",
    "run:\n    max_prompt_tokens: 300\n    |",
    "truncation_strategy",
    "run:\n    max_prompt_tokens: 300\n    truncation_strategy:\n        type: auto",
  ],
  ["a map in flow style", "run: { | }", "truncation_strategy", "run: { truncation_strategy: { type: auto } }"],
  ["a map from behind the colon", "run: |\nname: a\n", "max_prompt_tokens", "run:\n  max_prompt_tokens: \nname: a\n"],
  ["a map right behind the colon", "run:|\n", "max_prompt_tokens", "run:\n  max_prompt_tokens: \n"],
  ["a tool behind the colon", "tools: |", "file_search", "tools:\n  - type: file_search"],
  ["a tool below the key", "tools:\n  |", "file_search", "tools:\n  - type: file_search"],
  ["a tool behind a dash", "tools:\n  - |", "file_search", "tools:\n  - type: file_search"],
  [
    "the next tool",
    "tools:\n  - type: file_search\n  |",
    "code_interpreter",
    "tools:\n  - type: file_search\n  - type: code_interpreter",
  ],
  [
    "the next tool in the key's column",
    "tools:\n- type: file_search\n- c|",
    "code_interpreter",
    "tools:\n- type: file_search\n- type: code_interpreter",
  ],
  ["a tool in a flow list", "tools: [|]", "file_search", "tools: [{ type: file_search }]"],
  [
    "a function's body below its tool",
    "tools:\n  - type: function\n    fu|",
    "function",
    "tools:\n  - type: function\n    function:\n      name: get_something\n      description: What it does, and when to call it\n      parameters:\n        type: object\n        properties:\n          name:\n            type: string\n            description: What it means\n        required:\n          - name",
  ],
  ["an enum", "tools:\n  - type: fi|\n", "file_search", "tools:\n  - type: file_search\n"],
  ["an enum without a blank", "tools:\n  - type:fi|\n", "file_search", "tools:\n  - type: file_search\n"],
  ["an enum in the middle of its word", "tools:\n  - type: fi|le\n", "function", "tools:\n  - type: function\n"],
  ["an enum in quotes", "tools:\n  - type: 'fi|'\n", "function", "tools:\n  - type: 'function'\n"],
  ["an enum in open quotes", 'tools:\n  - type: "fi|\n', "function", 'tools:\n  - type: "function"\n'],
  [
    "a type that YAML would take for null",
    "tools:\n  - type: function\n    function:\n      parameters: { type: | }\n",
    "null",
    'tools:\n  - type: function\n    function:\n      parameters: { type: "null" }\n',
  ],
  [
    "a keyword with a dollar",
    "tools:\n  - type: function\n    function:\n      parameters:\n        $r|\n",
    "$ref",
    "tools:\n  - type: function\n    function:\n      parameters:\n        $ref: \n",
  ],
  ["a model before a comment", "model: | # which?\n", "gpt-4.1", "model: gpt-4.1 # which?\n"],
  ["a model over another", "model: gpt-6|-foo\r\nname: a\r\n", "gpt-6-astra", "model: gpt-6-astra\r\nname: a\r\n"],
  ["a path with a blank", "instructions: { file: | }", "two words.md", "instructions: { file: ./two words.md }"],
  [
    "a path below another",
    "instructions:\n  file: ./docs/gr|\n",
    "größe.md",
    "instructions:\n  file: ./docs/größe.md\n",
  ],
  ["a path in quotes", 'instructions: { file: "./su|" }', "support.md", 'instructions: { file: "./support.md" }'],
  ["a key behind letters of several bytes", "name: 🤖\nmo|\n", "model", "name: 🤖\nmodel: \n"],
  ["a JSON key", '{ "name": "a", | }', "temperature", '{ "name": "a", "temperature":  }', json],
  ["a JSON key in quotes", '{ "name": "a", "de|" }', "description", '{ "name": "a", "description": "" }', json],
  [
    "a JSON key before others",
    '{\n  |\n  "name": "a"\n}',
    "description",
    '{\n  "description": "",\n  "name": "a"\n}',
    json,
  ],
  ["a JSON key that has its value", '{ "mo|": "a" }', "model", '{ "model": "a" }', json],
  ["a JSON tool", '{ "tools": [|] }', "file_search", '{ "tools": [{ "type": "file_search" }] }', json],
  ["a JSON model", '{ "model": "|" }', "gpt-4.1", '{ "model": "gpt-4.1" }', json],
  ["a JSON model without quotes", '{ "model": | }', "gpt-4.1", '{ "model": "gpt-4.1" }', json],
];

describe("accepting a completion inserts", () => {
  for (const [what, text, label, result, options] of cases)
    it(what, async () => assert.equal(await accepted(text, label, options), result));
});
