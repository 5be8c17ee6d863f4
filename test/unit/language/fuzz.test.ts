import { strict as assert } from "node:assert";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { parseAllDocuments } from "yaml";

import { completionsAt } from "../../../src/core/language/completionsAt.ts";
import { hoverAt } from "../../../src/core/language/hover.ts";
import { linkAt, linksOf } from "../../../src/core/language/links.ts";
import { outlineOf } from "../../../src/core/language/outline.ts";
import { readSource } from "../../../src/core/language/source.ts";
import { assistantSchema, contextOf, plain } from "./cursor.ts";

const context = contextOf(assistantSchema);
const examples = join(import.meta.dirname, "..", "..", "..", "examples");

const full = `# all of it
name: "Ord\\"er"
model: gpt-6-astra   # which
instructions: { file: ./a.md }
tools:
  - type: file_search
    file_search: { max_num_results: 8, ranking_options: { score_threshold: 0.5 } }
  - &f
    type: function
    function:
      name: get_größe
      parameters:
        type: object
        properties: { id: { type: [string, "null"] }, 'b c': {} }
        required: [id]
  - <<: *f
tool_resources:
  file_search: { vector_store: product-docs }
  code_interpreter: { files: [./a.csv] }
metadata: { team: 🤖 }
description: >-
  folded: text
  more
run:
  max_prompt_tokens: 20000
  truncation_strategy: { type: last_messages, last_messages: 30 }
`;

const nasty = [
  "",
  "\n",
  "\t",
  "-",
  ":",
  "{",
  '"',
  "'",
  "? ",
  "- - - ",
  "&",
  "*",
  "!",
  "|",
  "%",
  "---\n...\n---\n",
  "\uFEFF",
  "name:\tx\n\tmodel: y\n",
  "a: &a [*a]\nmodel: *a\n",
  "run: &r\n  <<: *r\n  ma",
  "<<: *nope\nname: x",
  "tools: *nope\n",
  "a: b: c: d\n - e: [f\n",
  "name: x\r\ntools:\r\n  - type: \r\n",
  "\u0000name: \uFFFF\n",
  "name: \uD800\n",
  "? [a, b]\n: c\n",
  "tools: !!set { a, b }\n",
  "run: \uE0C5\uE0C6\n",
  '{ "tools": [ { "type": "function", \n',
];

/** Everything at an offset. What comes back lies within the text. */
async function everythingAt(text: string, offset: number, json: boolean): Promise<void> {
  const source = readSource("assistant", text, json);
  for (const item of await completionsAt(source, offset, context)) {
    const cursor = text.slice(offset - 1, offset + 1) === "\r\n" ? offset - 1 : offset;
    assert.ok(0 <= item.start && item.start <= cursor && cursor <= item.end && item.end <= text.length);
    assert.ok(!/[\r\n]/.test(text.slice(item.start, item.end)), `on one line: ${JSON.stringify([text, offset, item])}`);
    assert.ok(!/\uE0C5|\uE0C6/.test(item.insert + item.label) || text.includes("\uE0C5"), "the marker leaks");
  }
  const hover = await hoverAt(source, offset, context);
  if (hover !== null)
    assert.ok(0 <= hover.start && hover.start <= offset && offset <= hover.end && hover.end <= text.length);
  linkAt(source, offset);
}

describe("at every offset", () => {
  const documents = [
    full,
    full.replaceAll("\n", "\r\n"),
    JSON.stringify({ name: "a", tools: [{ type: "function", function: { name: "f" } }] }, null, 2),
  ];
  for (const [index, text] of documents.entries())
    it(`of document ${index}`, async () => {
      for (let offset = 0; offset <= text.length; offset += index === 1 ? 3 : 1)
        await everythingAt(text, offset, text.startsWith("{"));
    });

  it("at the end of what is typed so far", async () => {
    for (let end = 0; end <= full.length; end += 1) await everythingAt(full.slice(0, end), end, false);
  });

  it("in nasty texts", async () => {
    for (const text of nasty)
      for (const json of [false, true])
        for (let offset = 0; offset <= text.length; offset += 1) await everythingAt(text, offset, json);
  });

  it("links and outline of every beginning lie within it", () => {
    for (let end = 0; end <= full.length; end += 3) {
      const source = readSource("assistant", full.slice(0, end));
      for (const link of linksOf(source)) assert.ok(link.start < link.end && link.end <= end);
      for (const { span } of outlineOf(source)) assert.ok(span.start <= span.end && span.end <= end);
    }
  });
});

describe("in a long text", () => {
  const plainOne = full
    .replace("  - &f\n    type", "  - type")
    .replace("  - <<: *f\n", "  -\n    # here\n    type: code_interpreter\n");
  const filler = `zzz: ||\n${"  - filler: text\n".repeat(300)}`.replace("||", "|");

  it("the same is offered as in a short one", async () => {
    assert.ok(!/&f|\*f/.test(plainOne) && plainOne.length < 4000 && filler.length > 4000);
    for (const edit of ["", "\n", "\n  ", "\n    ", "x"]) {
      for (let offset = 0; offset <= plainOne.length; offset += edit.startsWith("\n") ? 1 : 4) {
        if (edit.startsWith("\n") && plainOne[offset] !== "\n") continue;
        const text = plainOne.slice(0, offset) + edit + plainOne.slice(offset);
        const cursor = offset + edit.length;
        const short = await completionsAt(readSource("assistant", text), cursor, context);
        const long = await completionsAt(readSource("assistant", text + filler), cursor, context);
        assert.deepEqual(long, short, JSON.stringify([text.slice(0, cursor), text.slice(cursor)]));
      }
    }
  });
});

describe("whatever is accepted", () => {
  const errorsOf = (text: string): number =>
    parseAllDocuments(text, { merge: true }).flatMap((one) => one.errors).length;
  const texts = [
    full,
    ...globSync("*.assistant.yaml", { cwd: examples }).map((name) => readFileSync(join(examples, name), "utf8")),
  ];

  it("a good document stays good YAML, on a new line at every indentation", async () => {
    for (const text of texts) {
      for (const match of text.matchAll(/\n/g)) {
        for (const indent of [0, 2, 4, 6, 8]) {
          const at = (match.index ?? 0) + 1;
          const edited = `${text.slice(0, at)}${" ".repeat(indent)}\n${text.slice(at)}`;
          if (errorsOf(edited) > 0) continue;
          for (const item of await completionsAt(readSource("assistant", edited), at + indent, context)) {
            const result = edited.slice(0, item.start) + plain(item.insert) + edited.slice(item.end);
            assert.equal(errorsOf(result), 0, `${item.label} in\n${result}`);
          }
        }
      }
    }
  });
});
