import type { AssistantTool, FunctionTool, Metadata, ResponseFormat } from "../wire.ts";

/** Something wrong in a definition, at its place in the text. Offsets are UTF-16 units, `[start, end)`. */
export interface Problem {
  readonly severity: "error" | "warning";
  readonly code: "yaml" | "schema" | "reference";
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

/** Defaults for runs that the workbench starts; the wire's names. */
export interface RunDefaults {
  readonly max_prompt_tokens?: number;
  readonly max_completion_tokens?: number;
  readonly parallel_tool_calls?: boolean;
  readonly truncation_strategy?: { readonly type: "auto" | "last_messages"; readonly last_messages?: number | null };
}

/** A tool of a definition, with where it stands. `line` counts from 1. */
export type DefinedTool = AssistantTool & { readonly line: number };

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
  readonly fileIds: readonly string[];
  readonly metadata: Metadata;
  readonly temperature: number | null;
  readonly topP: number | null;
  readonly reasoningEffort: string | null;
  readonly responseFormat: ResponseFormat | null;
  readonly run: RunDefaults;
}

export type ParsedDefinition =
  | { readonly valid: true; readonly definition: Definition; readonly problems: readonly Problem[] }
  | { readonly valid: false; readonly name: string | null; readonly problems: readonly Problem[] };

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
