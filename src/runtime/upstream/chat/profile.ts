import type { ServerKind } from "../http/target.ts";

/**
 * What a Chat Completions server takes. The first profile is what is known of its kind; the rest is learned from refusals,
 * for each model, and kept for the life of the process.
 */
export interface ChatProfile {
  readonly streamOptions: boolean;
  readonly tokenField: "max_completion_tokens" | "max_tokens";
  readonly parallelToolCalls: boolean;
  readonly strictTools: boolean;
  /** Whether functions can be offered at all; else runs go on without them. */
  readonly tools: boolean;
  /** How a forced choice is written: as it is; as `required` with that function alone; or not at all. */
  readonly toolChoice: ToolChoiceForm;
  readonly reasoningEffort: boolean;
  readonly temperature: boolean;
  readonly topP: boolean;
  readonly systemRole: "system" | "developer";
  /** Whether a message that only calls functions may have no content. */
  readonly nullContent: boolean;
  /** Whether the texts of a message may be parts; Ollama makes a message of each part. */
  readonly textParts: boolean;
  /** Mistral's templates take call ids of nine letters and digits only. */
  readonly shortCallIds: boolean;
}

export type ToolChoiceForm = "all" | "strings" | "none";

/** Settings that somebody made for a connection. They are kept to, whatever the server says. */
export type ChatSettings = Partial<
  Pick<ChatProfile, "streamOptions" | "tokenField" | "parallelToolCalls" | "toolChoice" | "systemRole">
>;

const usual: ChatProfile = {
  streamOptions: true,
  tokenField: "max_tokens",
  parallelToolCalls: true,
  strictTools: true,
  tools: true,
  toolChoice: "all",
  reasoningEffort: true,
  temperature: true,
  topP: true,
  systemRole: "system",
  nullContent: true,
  textParts: true,
  shortCallIds: false,
};

/**
 * What is known before the first request. Only what a server would not refuse in words is needed here: a parameter that it
 * ignores without a word, or reads in its own way.
 */
const known: Readonly<Record<ServerKind, Partial<ChatProfile>>> = {
  openai: { tokenField: "max_completion_tokens" },
  azure: { tokenField: "max_completion_tokens" },
  // Ignores `max_completion_tokens`, and may ignore `tool_choice`: offering that function alone is what can be done.
  ollama: { toolChoice: "strings", strictTools: false, parallelToolCalls: false, textParts: false },
  vllm: {},
  // Reads a named choice as `auto`.
  llamacpp: { toolChoice: "strings" },
  // Refuses a named choice.
  lmstudio: { toolChoice: "strings" },
  openrouter: {},
  other: {},
};

export function firstProfile(server: ServerKind, settings: ChatSettings): ChatProfile {
  return { ...usual, ...known[server], ...settings };
}
