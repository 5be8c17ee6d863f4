import type { RunSettings } from "../core/provider.ts";
import type { Assistant, Run } from "../core/wire.ts";

/**
 * What a run was started with, so that another one is the same: its own settings, and what it was given in place of the assistant's.
 * What it has from the assistant is left out, so that an assistant that has changed since is run as it is now.
 * @param assistant as it is now
 */
export function settingsOf(run: Run, assistant: Assistant): RunSettings {
  const { model, tools, max_prompt_tokens, max_completion_tokens, tool_choice, truncation_strategy, metadata } = run;
  const { temperature, top_p, reasoning_effort } = run;
  const instructions = run.instructions;
  const format = run.response_format ?? "auto";
  return {
    ...(model === assistant.model ? {} : { model }),
    ...(instructions === (assistant.instructions ?? "") ? {} : { instructions }),
    ...(isSame(tools, assistant.tools) ? {} : { tools }),
    ...(temperature == null || temperature === assistant.temperature ? {} : { temperature }),
    ...(top_p == null || top_p === assistant.top_p ? {} : { top_p }),
    ...(reasoning_effort == null || reasoning_effort === assistant.reasoning_effort ? {} : { reasoning_effort }),
    ...(isSame(format, assistant.response_format ?? "auto") ? {} : { response_format: format }),
    // The protocol's own defaults are left to the server.
    ...(tool_choice == null || tool_choice === "auto" ? {} : { tool_choice }),
    ...(run.parallel_tool_calls === false ? { parallel_tool_calls: false } : {}),
    ...(max_prompt_tokens == null ? {} : { max_prompt_tokens }),
    ...(max_completion_tokens == null ? {} : { max_completion_tokens }),
    ...(truncation_strategy == null || truncation_strategy.type === "auto" ? {} : { truncation_strategy }),
    ...(metadata === null || Object.keys(metadata).length === 0 ? {} : { metadata }),
  };
}

/** Both come from the same server, which writes them in one order. */
function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
