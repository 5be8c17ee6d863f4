import type { AnswerStep } from "../answers/policy.ts";
import type { AssistantTool, FunctionTool, Metadata, ResponseFormat } from "../wire.ts";
import type { FieldChange } from "./edit/fieldChange.ts";

/** A way out of a problem: `editDefinition(text, changes)` makes the edits. */
export interface Fix {
  /** Such as "Add `required` with every property". */
  readonly title: string;
  readonly changes: readonly FieldChange[];
  /** Only a person knows the value: `answeredChanges` puts what they say in the place of the last change's. */
  readonly ask?: { readonly prompt: string; readonly placeholder: string };
}

/** The changes of a fix that asks, with the answer. */
export function answeredChanges({ changes }: Fix, answer: string): readonly FieldChange[] {
  return changes.map((change, index) =>
    index === changes.length - 1 && change.kind !== "remove" ? { ...change, value: answer } : change,
  );
}

/** Something wrong in a definition, at its place in the text. Offsets are UTF-16 units, `[start, end)`. */
export interface Problem {
  readonly severity: "error" | "warning";
  /** The rule's code, such as `name-length`; `rules/table.ts` and docs/diagnostics.md list them. */
  readonly code: string;
  readonly message: string;
  readonly start: number;
  readonly end: number;
  readonly fixes?: readonly Fix[];
}

/** Defaults for runs that the workbench starts; the wire's names. */
export interface RunDefaults {
  readonly max_prompt_tokens?: number;
  readonly max_completion_tokens?: number;
  readonly parallel_tool_calls?: boolean;
  readonly truncation_strategy?: { readonly type: "auto" | "last_messages"; readonly last_messages?: number | null };
}

/** Local code that answers a function's calls, as it is written: ours, never sent. `answers/handler.ts` reads it. */
export interface ToolHandler {
  /** A program and its arguments; a relative path is one beside the definition. */
  readonly command?: readonly string[];
  readonly module?: { readonly file: string; readonly export?: string };
  readonly http?: {
    readonly url: string;
    readonly method?: string;
    readonly headers?: Readonly<Record<string, string>>;
  };
  /** Milliseconds. */
  readonly timeout_ms?: number;
  readonly max_output_bytes?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly on_error?: "ask" | "return";
}

/** A tool of a definition, with where it stands. `line` counts from 1. */
export type DefinedTool = AssistantTool & {
  readonly line: number;
  readonly handler?: ToolHandler;
  /** Where answers come from, in this order; absent: what the definition says. */
  readonly answers?: readonly AnswerStep[];
  /** A JSON Schema that outputs are held to, with a warning. */
  readonly output_schema?: Readonly<Record<string, unknown>>;
};

/** An assistant as source, checked. */
export interface Definition {
  readonly name: string;
  readonly description: string | null;
  /** Null: the connection's model. */
  readonly model: string | null;
  readonly instructions:
    | { readonly kind: "inline"; readonly text: string }
    | { readonly kind: "file"; readonly path: string }
    | null;
  readonly tools: readonly DefinedTool[];
  readonly vectorStoreIds: readonly string[];
  /** The name of a store definition, where the definition gives a name and not an id. */
  readonly vectorStore: string | null;
  readonly fileIds: readonly string[];
  /** Paths beside the definition, uploaded and turned into ids at push. */
  readonly files: readonly string[];
  readonly metadata: Metadata;
  readonly temperature: number | null;
  readonly topP: number | null;
  readonly reasoningEffort: string | null;
  readonly responseFormat: ResponseFormat | null;
  readonly run: RunDefaults;
  /** Where answers of its functions come from, unless a tool says it itself; null: the person is asked. */
  readonly answers: readonly AnswerStep[] | null;
}

export type ParsedDefinition =
  | { readonly valid: true; readonly definition: Definition; readonly problems: readonly Problem[] }
  | { readonly valid: false; readonly name: string | null; readonly problems: readonly Problem[] };

/** Whether what stands in `vector_store` is an id. Anything else is the name of a store definition. */
export function isStoreId(value: unknown): boolean {
  return typeof value === "string" && value.startsWith("vs_");
}

/** The tool as it goes over the wire: without what is ours. */
export function wireTool(tool: DefinedTool): AssistantTool {
  switch (tool.type) {
    case "function":
      return { type: "function", function: tool.function } satisfies FunctionTool;
    case "file_search":
      return tool.file_search === undefined
        ? { type: "file_search" }
        : { type: "file_search", file_search: tool.file_search };
    case "code_interpreter":
      return { type: "code_interpreter" };
  }
}
