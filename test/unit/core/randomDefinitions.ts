import type { FieldChange, FieldPath } from "../../../src/core/definition/edit/fieldChange.ts";
import type { Random } from "./random.ts";

const strings = [
  "plain words",
  "with: a colon",
  "# not a comment",
  "  spaces around  ",
  "'quoted'",
  'say "hi"',
  "",
  "yes",
  "null",
  "12",
  "1e3",
  "two\nlines",
  "ends with a newline\n",
  "a\n\n  indented\n\nparagraphs\n\n",
  "   leads\nwith space",
  "tab\there",
  "ünïcödé 🙂",
  "back\\slash",
  "- dash",
  "{ brace",
  "*star",
  "&amp",
  "!bang",
  "%percent",
  "@at",
  "`tick",
  "trailing colon:",
  "a, b] c}",
  "\u0007bell",
  "line\r\nbreak",
  "---",
  "...",
  "<<",
  "?",
  "x".repeat(200) + " " + "y".repeat(120),
];

/** A value as a definition may hold it, nested at most `depth` deep. */
export function randomValue(random: Random, depth = 2): unknown {
  const kind = random.below(depth > 0 ? 8 : 6);
  if (kind < 3) return random.pick(strings);
  if (kind === 3) return random.pick([0, 1, 0.2, -3, 20_000, 1e21]);
  if (kind === 4) return random.pick([true, false]);
  if (kind === 5) return null;
  const count = random.below(4);
  if (kind === 6) return Array.from({ length: count }, () => randomValue(random, depth - 1));
  return Object.fromEntries(Array.from({ length: count }, () => [random.pick(keys), randomValue(random, depth - 1)]));
}

const keys = ["team", "tier", "order_id", "type", "with space", "description", "on", "42", 'quo"te', "items"];

const templates: readonly string[] = [
  `# <c>
name: Order Support # <c>
model: 'gpt-6-astra'
description: "says \\"hi\\""
# <c>
instructions: |
  Help customers.

    Indented, # not a comment
  Last line.
# <c>
tools:
  # <c>
  - type: file_search
    file_search: { max_num_results: 8, ranking_options: { score_threshold: 0.5 } } # <c>
  - type: function # <c>
    function:
      name: get_order_status
      parameters:
        type: object
        properties: { order_id: { type: string, description: "The ID" } }
        required: [order_id]
    handler: { command: [node, ./a.mjs] }

  - type: code_interpreter
metadata:
  team: support # <c>
  empty:
  note: >-
    folded words
    go on
temperature: 0.2   # <c>
run:
  max_prompt_tokens: 20000
# <c>
`,
  `name: A
tools:
- type: file_search
- function:
    name: f
  type: function
metadata: {}
list: []
flow: [a, b, {c: d}]
nested:
  - - a
    - b
  -
    x: 1
    y: |+
      keep

last: >
  folded
  text
`,
  `name: Anchors
x: &base { team: support, tier: gold }
y: &text some words
metadata:
  <<: *base
  tier: silver
other: *base
words: *text
list:
  - *text
  - &item
    a: 1
  - *item
`,
  `{
  "name": "A",
  "tools": [
    { "type": "file_search" },
    {
      "type": "function",
      "function": { "name": "f" }
    }
  ],
  "metadata": {},
  "temperature": 0.2,
  "list": [1, 2, 3]
}
`,
  `{"name":"A","metadata":{"team":"x"},"tools":[],"temperature":1}`,
  `{ name: A, metadata: { team: x, tier: y }, tools: [ { type: file_search } ], temperature: 1 } # <c>
`,
  `---
name: A
"quoted key": v
? complex
: value
temperature: 1
...
`,
  `name: no newline at the end
instructions: |-
  one
  two`,
];

/** A definition's text; every comment in it is unlike every other. */
export function randomText(random: Random): string {
  let count = 0;
  let text = random.pick(templates).replaceAll("<c>", () => `comment-${(count += 1)}.`);
  if (text.startsWith("{\n") && random.chance(0.4))
    text = text.replace(/^( {2})+/gm, (spaces) => "\t".repeat(spaces.length / 2));
  if (random.chance(0.3)) text = text.replaceAll("\n", "\r\n");
  return random.chance(0.2) ? `\uFEFF${text}` : text;
}

/** A change of something that is there, or an addition beside it. */
export function randomChange(random: Random, value: unknown): FieldChange {
  const paths = pathsOf(value);
  if (paths.length === 0) return { kind: "set", path: ["name"], value: randomValue(random) };
  const path = random.pick(paths);
  const parent = path.slice(0, -1);
  const holder = at(value, parent);
  const kind = random.below(10);
  if (kind < 4) return { kind: "set", path, value: randomValue(random) };
  if (kind < 6) return { kind: "remove", path };
  if (Array.isArray(holder))
    return { kind: "insert", path: [...parent, random.below(holder.length + 1)], value: randomValue(random) };
  if (kind < 9) return { kind: "set", path: [...parent, random.pick(keys)], value: randomValue(random) };
  return { kind: "set", path: [...parent, random.pick(keys), random.pick(keys)], value: randomValue(random) };
}

/** Every place in a value except its root. */
export function pathsOf(value: unknown, path: FieldPath = []): readonly FieldPath[] {
  if (typeof value !== "object" || value === null) return [];
  const entries: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? value.map((item: unknown, index) => [index, item] as const)
    : Object.entries(value);
  return entries.flatMap(([key, item]) => [[...path, key], ...pathsOf(item, [...path, key])]);
}

/** What stands at a path. */
export function at(value: unknown, path: FieldPath): unknown {
  return path.reduce<unknown>(
    (holder, key) =>
      typeof holder === "object" && holder !== null ? (holder as Record<string | number, unknown>)[key] : undefined,
    value,
  );
}
