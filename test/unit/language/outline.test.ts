import { strict as assert } from "node:assert";
import { describe, it } from "node:test";

import { outlineOf } from "../../../src/core/language/outline.ts";
import type { OutlineEntry } from "../../../src/core/language/outline.ts";
import { readSource } from "../../../src/core/language/source.ts";

/** One line an entry, indented by its depth. */
function drawn(entries: readonly OutlineEntry[], depth = 0): readonly string[] {
  return entries.flatMap((entry) => [
    `${"  ".repeat(depth)}${entry.kind} ${entry.name}${entry.detail === "" ? "" : ` = ${entry.detail}`}`,
    ...drawn(entry.children, depth + 1),
  ]);
}

const outline = (text: string): readonly string[] => drawn(outlineOf(readSource("assistant", text)));

describe("the outline", () => {
  it("has fields, and tools by their names", () => {
    const text =
      "name: Order Agent\ninstructions: |\n  One.\n  Two.\ntools:\n  - type: file_search\n  - type: function\n    function:\n" +
      "      name: get_order\n      parameters: { properties: { id: { type: string } } }\n" +
      "tool_resources:\n  file_search: { vector_store: docs }\nrun:\n  max_prompt_tokens: 300\n";
    assert.deepEqual(outline(text), [
      "name name = Order Agent",
      "field instructions = One.",
      "group tools",
      "  tool file_search",
      "  function get_order = (id?: string)",
      "group tool_resources",
      "  group file_search",
      "    field vector_store = docs",
      "group run",
      "  field max_prompt_tokens = 300",
    ]);
  });

  it("tells what stands in the text where a colon too many was read over", () => {
    assert.deepEqual(outline("description: Note: this\nname: a\n"), [
      "field description = Note: this",
      "name name = a",
    ]);
  });

  it("selections lie within spans, also of what is broken", () => {
    const check = (entry: OutlineEntry): void => {
      assert.ok(entry.span.start <= entry.selection.start && entry.selection.end <= entry.span.end, entry.name);
      assert.notEqual(entry.name, "");
      for (const child of entry.children) check(child);
    };
    for (const text of [
      "tools: [{ type: x }, 5, *a, { function: &b { name: c } }, { function: *b }]\n",
      ": a\n",
      "? a\n: b\n",
      "tools:\n  -\n  - - a\n",
      "&a b: c\n",
    ])
      for (const entry of outlineOf(readSource("assistant", text))) check(entry);
  });
});
