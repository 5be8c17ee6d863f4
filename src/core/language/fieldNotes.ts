import { pathMatches } from "./nodes.ts";
import type { Path } from "./nodes.ts";
import { isInWrittenSchema } from "./schema.ts";
import type { FileKind } from "./source.ts";

/** Where a field of ours goes instead of the wire; the pattern also covers what is below it. */
const ours: Readonly<Record<FileKind, readonly (readonly [pattern: string, note: string])[]>> = {
  assistant: [
    ["tools.*.handler", "Ours: never sent to the provider."],
    ["tools.*.answers", "Ours: never sent to the provider."],
    ["tools.*.output_schema", "Ours: never sent to the provider."],
    ["answers", "Ours: never sent to the provider."],
    ["instructions.file", "Ours: the file is read at push, and its text is sent as `instructions`."],
    [
      "tool_resources.file_search.vector_store",
      "Ours: resolved at push, and sent as `tool_resources.file_search.vector_store_ids`.",
    ],
    [
      "tool_resources.code_interpreter.files",
      "Ours: uploaded at push, and sent as `tool_resources.code_interpreter.file_ids`.",
    ],
  ],
  vectorstore: [
    ["include", "Ours: never sent. The files that it matches are uploaded and attached to the store."],
    ["exclude", "Ours: never sent. Takes files out of what `include` matches."],
    ["attributes", "Sent with each file of the store, as its `attributes`."],
    ["chunking_strategy", "Sent with each file batch, as `chunking_strategy`."],
  ],
  fixtures: [],
};

/** How a field goes over the wire, in Markdown; null for what has no wire name of its own. */
export function wireNote(kind: FileKind, path: Path): string | null {
  if (path.length === 0 || kind === "fixtures") return null;
  const own = ours[kind].find(([pattern]) => pathMatches(path.slice(0, pattern.split(".").length), pattern));
  if (own !== undefined) return own[1];
  if (kind === "assistant" && path[0] === "run") {
    return path.length === 1
      ? "Ours: never sent with the assistant. Each run that the workbench starts is given these fields."
      : `Ours: never sent with the assistant. On the wire: run · \`${wireName(path.slice(1))}\``;
  }
  // Words of JSON Schema are no fields of the protocol.
  if (kind === "assistant" && isInWrittenSchema(path) && !isInWrittenSchema(path.slice(0, -1))) {
    return `On the wire: assistant · \`${wireName(path)}\``;
  }
  if (isInWrittenSchema(path)) return null;
  return `On the wire: ${kind === "assistant" ? "assistant" : "vector store"} · \`${wireName(path)}\``;
}

/** Such as `tools[].function.name`. */
function wireName(path: Path): string {
  return path.reduce<string>(
    (name, step) => (typeof step === "number" ? `${name}[]` : name === "" ? step : `${name}.${step}`),
    "",
  );
}

/** What the values of the wire's enums mean, for schemas that do not say it themselves. */
const valueNotes: readonly (readonly [pattern: string, notes: Readonly<Record<string, string>>])[] = [
  [
    "tools.*.type",
    {
      function: "A function of yours: the run stops at `requires_action` until its output is submitted.",
      file_search: "The model searches the vector store of `tool_resources.file_search`.",
      code_interpreter: "The model runs Python on the files of `tool_resources.code_interpreter`.",
    },
  ],
  [
    "tools.*.file_search.ranking_options.ranker",
    { auto: "The newest ranker.", default_2024_08_21: "The ranker of August 2024." },
  ],
  [
    "reasoning_effort",
    {
      none: "No reasoning, where the model can do without.",
      minimal: "Hardly any reasoning.",
      low: "Little reasoning: fast and cheap.",
      medium: "What reasoning models do by default.",
      high: "Much reasoning: slower, more tokens.",
      xhigh: "More still, where the model offers it.",
      max: "As much as the model can do.",
    },
  ],
  [
    "response_format.type",
    {
      text: "Plain text.",
      json_object: "Any JSON object. The instructions have to ask for JSON.",
      json_schema: "JSON that fits the schema in `json_schema`.",
    },
  ],
  ["response_format", { auto: "Plain text, as if the field were left out." }],
  [
    "run.truncation_strategy.type",
    {
      auto: "Messages in the middle of the thread are dropped when the context is full.",
      last_messages: "Only the last messages are kept: `last_messages` says how many.",
    },
  ],
  [
    "chunking_strategy.type",
    { auto: "Chunks of 800 tokens that overlap by 400.", static: "Chunks of the sizes in `static`." },
  ],
  ["expires_after.anchor", { last_active_at: "Counted from the last use of the store." }],
];

export function valueNote(path: Path, value: unknown): string | null {
  const notes = valueNotes.find(([pattern]) => pathMatches(path, pattern))?.[1];
  return typeof value === "string" && notes !== undefined && Object.hasOwn(notes, value)
    ? (notes[value] ?? null)
    : null;
}
