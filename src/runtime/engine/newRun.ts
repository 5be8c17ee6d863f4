import { unixSeconds, type Clock } from "../clock.ts";
import { newId } from "../ids.ts";
import type { Assistant, Run, ToolResources } from "../objects.ts";

/** How long a run may take from its creation, waiting for tool outputs included, in seconds. */
export const runLifetimeSeconds = 600;

/** What a caller may set on a run; absent or null means the assistant's value or the default. */
export interface RunSettings {
  readonly model?: string | null;
  readonly instructions?: string | null;
  readonly additional_instructions?: string | null;
  readonly tools?: Run["tools"] | null;
  readonly tool_resources?: ToolResources | null;
  readonly metadata?: Record<string, string> | null;
  readonly temperature?: number | null;
  readonly top_p?: number | null;
  readonly reasoning_effort?: string | null;
  readonly max_prompt_tokens?: number | null;
  readonly max_completion_tokens?: number | null;
  readonly truncation_strategy?: Run["truncation_strategy"];
  readonly tool_choice?: Run["tool_choice"];
  readonly parallel_tool_calls?: boolean | null;
  readonly response_format?: Run["response_format"];
}

/** A queued run, with the assistant's configuration as it is now: changing the assistant later does not change the run. */
export function newRun(assistant: Assistant, threadId: string, settings: RunSettings, clock: Clock): Run {
  const now = unixSeconds(clock);
  const instructions = settings.instructions ?? assistant.instructions ?? "";
  const more = settings.additional_instructions ?? "";
  return {
    id: newId("run"),
    object: "thread.run",
    created_at: now,
    assistant_id: assistant.id,
    thread_id: threadId,
    status: "queued",
    started_at: null,
    expires_at: now + runLifetimeSeconds,
    cancelled_at: null,
    failed_at: null,
    completed_at: null,
    required_action: null,
    last_error: null,
    incomplete_details: null,
    model: settings.model ?? assistant.model,
    instructions: [instructions, more].filter((text) => text !== "").join("\n\n"),
    tools: settings.tools ?? assistant.tools,
    tool_resources: settings.tool_resources ?? assistant.tool_resources ?? {},
    metadata: settings.metadata ?? {},
    temperature: settings.temperature ?? assistant.temperature ?? null,
    top_p: settings.top_p ?? assistant.top_p ?? null,
    reasoning_effort: settings.reasoning_effort ?? assistant.reasoning_effort,
    max_prompt_tokens: settings.max_prompt_tokens ?? null,
    max_completion_tokens: settings.max_completion_tokens ?? null,
    truncation_strategy: { type: "auto", last_messages: null, ...settings.truncation_strategy },
    usage: null,
    response_format: settings.response_format ?? assistant.response_format ?? "auto",
    tool_choice: settings.tool_choice ?? "auto",
    parallel_tool_calls: settings.parallel_tool_calls ?? true,
  };
}
