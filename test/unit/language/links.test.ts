import { strict as assert } from "node:assert";
import { describe, it } from "node:test";

import { linkAt, linksOf } from "../../../src/core/language/links.ts";
import { readSource } from "../../../src/core/language/source.ts";
import { marked } from "./cursor.ts";

const cases: readonly (readonly [text: string, ...links: string[]])[] = [
  ["instructions: { file: ./a.md }\n", "path ./a.md"],
  ["instructions:\n  file: a.md # the text\n", "path a.md"],
  ['instructions: { file: "./two words.md" }\n', "path ./two words.md"],
  ["instructions: { file: 'größe/🤖.md' }\r\n", "path größe/🤖.md"],
  ["instructions: { file: .\\sub\\a.md }\n", "path .\\sub\\a.md"],
  ["instructions: see ./a.md\n"],
  ["instructions: { file: /etc/passwd }\n"],
  ["instructions: { file: https://example.com/a.md }\n"],
  ["instructions: { file: C:\\a.md }\n"],
  ["tool_resources: { code_interpreter: { files: [./a.csv, b/c.csv] } }\n", "path ./a.csv", "path b/c.csv"],
  ["tool_resources:\n  code_interpreter:\n    files:\n      - ./a.csv\n      -\n", "path ./a.csv"],
  ["tools:\n  - type: function\n    handler: { command: [node, --watch, ./tools/a.mjs, arg] }\n", "path ./tools/a.mjs"],
  ["tool_resources: { file_search: { vector_store: docs } }\n", "store docs"],
  ["tool_resources: { file_search: { vector_store: vs_1 } }\n"],
  ["name: [\ninstructions: { file: ./a.md }\n", "path ./a.md"],
  ["instructions: { file: }\n"],
  ["instructions: { file: [a.md] }\n"],
  [""],
];

describe("links", () => {
  for (const [text, ...links] of cases)
    it(`of ${JSON.stringify(text)}`, () => {
      const found = linksOf(readSource("assistant", text));
      assert.deepEqual(
        found.map(({ kind, start, end }) => `${kind} ${text.slice(start, end)}`),
        links,
      );
    });

  it("have targets with forward slashes", () => {
    const [link] = linksOf(readSource("assistant", "instructions: { file: .\\sub\\a.md }\n"));
    assert.equal(link?.target, "./sub/a.md");
  });

  it("the one at the cursor", () => {
    const files = "tool_resources: { code_interpreter: { files: [./a.csv, ./b|.csv] } }\n";
    const { text, offset } = marked(files);
    assert.equal(linkAt(readSource("assistant", text), offset)?.target, "./b.csv");
    assert.equal(linkAt(readSource("assistant", text), 3), null);
  });

  it("globs of a store are none", () => {
    assert.deepEqual(
      linksOf(readSource("vectorstore", "include: [docs/**/*.md, ./a.pdf]\n")).map(({ target }) => target),
      ["./a.pdf"],
    );
  });
});
