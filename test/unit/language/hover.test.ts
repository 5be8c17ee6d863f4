import { strict as assert } from "node:assert";
import { describe, it } from "node:test";

import { hover } from "./cursor.ts";
import type { Options } from "./cursor.ts";

const tool = `tools:
  - type: function
    function:
      name: get_order
      parameters:
        type: object
        properties:
          order_id: { type: string }
          tags: { type: array, items: { enum: [a, b] } }
        required: [order_id]
    handler: { command: [node, ./a.mjs] }
`;
const at = (word: string, within = word): string => tool.replace(within, within.replace(word, `|${word}`));

const cases: readonly (readonly [
  what: string,
  text: string,
  at: string,
  words: readonly RegExp[],
  options?: Options,
])[] = [
  [
    "a key: what it is, its limit, its wire name",
    "na|me: a\n",
    "name",
    [/\*\*name\*\* `string.*required/, /256/, /assistant · `name`/],
  ],
  ["the end of a key", "name|: a\n", "name", [/256/]],
  [
    "a nested key",
    "run:\n  max_prompt|_tokens: 5\n",
    "max_prompt_tokens",
    [/at least 256/, /run · `max_prompt_tokens`/, /never sent with the assistant/],
  ],
  ["run: never sent", "r|un: {}\n", "run", [/never sent/i]],
  ["a handler: never sent", at("handler"), "handler", [/never sent/]],
  ["below a handler: never sent", at("command"), "command", [/./]],
  ["instructions from a file", "instructions: { fi|le: a.md }", "file", [/sent as `instructions`/]],
  [
    "files",
    "tool_resources: { code_interpreter: { fi|les: [] } }",
    "files",
    [/`tool_resources.code_interpreter.file_ids`/],
  ],
  ["a store's name", "tool_resources:\n  file_search:\n    vector_|store: a\n", "vector_store", [/vector_store_ids/]],
  [
    "a list's item",
    at("name", "name: get_order"),
    "name",
    [/`tools\[\]\.function\.name`/, /get_order\(order_id: string, tags\?: \("a" \| "b"\)\[\]\)/],
  ],
  ["a function: how it is called", at("function", "function:"), "function", [/get_order\(order_id: string/]],
  ["a tool's kind", at("function", "type: function"), "function", [/requires_action/, /get_order\(/]],
  ["an enum's value", "reasoning_effort: hi|gh\n", "high", [/slower/]],
  ["an enum's value in quotes", 'response_format: { type: "json_|schema" }', '"json_schema"', [/fits the schema/]],
  ["a keyword of JSON Schema", at("required", "required: [order_id]"), "required", [/must be given/]],
  ["a keyword of a property", at("items", "items: {"), "items", [/each item/]],
  ["a model that retires", "model: gpt|-4.1\n", "gpt-4.1", [/retires on 2027-01-14/]],
  ["a model that the connection lacks", "model: gpt|-1\n", "gpt-1", [/offers no model/]],
  ["a key behind CRLF and wide letters", "name: 🤖\r\ntemp|erature: 1\r\n", "temperature", [/0 to 2/]],
  ["a key behind a colon too many", "description: Note: this\ntemp|erature: 1\n", "temperature", [/0 to 2/]],
  ["a key of a broken document", "name: [\ntemp|erature: 1\n", "temperature", [/0 to 2/]],
  ["a store's key", "inc|lude: []\n", "include", [/Globs/, /never sent/], { kind: "vectorstore" }],
  [
    "a merged map's key",
    "a: &a { type: function }\ntools:\n  - <<: *a\n    fun|ction: { name: f }\n",
    "function",
    [/f\(\)/],
  ],
];

describe("hover tells", () => {
  for (const [what, text, span, words, options] of cases)
    it(what, async () => {
      const found = await hover(text, options);
      assert.equal(found?.at, span);
      for (const word of words) assert.match(found.words, word);
    });

  for (const text of [
    "name: a|\n",
    "# na|me: a\n",
    "metadata: { te|am: a }\n",
    "|",
    "name: a\n\n|\n",
    "instructions: ||\n  na|me: a\n",
  ])
    it(`nothing of ${JSON.stringify(text)}`, async () => {
      const found = await hover(text);
      if (text.startsWith("metadata")) assert.doesNotMatch(found?.words ?? "", /\*\*name/);
      else assert.equal(found, null);
    });

  it("a name that would end the code block stays within it", async () => {
    const found = await hover('tools:\n  - type: function\n    function: { na|me: "a```\\n[x](command:y)" }\n');
    assert.equal(found?.words.split("```").length, 3);
  });
});
