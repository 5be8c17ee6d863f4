import type { Run } from "../objects.ts";
import type { ToolChoice, TurnRequest } from "../upstream/port.ts";
import type { RunExtra } from "./runExtra.ts";

/** The request for a run's next turn, without its conversation. */
export function turnRequestOf(run: Run, extra: RunExtra, assistantName: string | null): Omit<TurnRequest, "items"> {
  const tools = run.tools.filter((tool) => tool.type === "function");
  return {
    model: run.model,
    assistantName,
    instructions: run.instructions,
    tools,
    unavailableTools: run.tools.flatMap((tool) => (tool.type === "function" ? [] : [tool.type])),
    toolChoice: toolChoiceOf(
      run,
      extra.turns,
      tools.map((tool) => tool.function.name),
    ),
    parallelToolCalls: run.parallel_tool_calls,
    responseFormat: run.response_format,
    temperature: run.temperature ?? null,
    topP: run.top_p ?? null,
    reasoningEffort: run.reasoning_effort,
    maxCompletionTokens:
      run.max_completion_tokens === null ? null : run.max_completion_tokens - extra.used.completion_tokens,
  };
}

/** A forced choice holds for the first turn only, else the run would never end. */
function toolChoiceOf(run: Run, turns: number, offered: readonly string[]): ToolChoice {
  const choice = run.tool_choice;
  if (choice === "none") return "none";
  if (choice === null || choice === "auto" || turns > 0 || offered.length === 0) return "auto";
  if (choice === "required") return "required";
  const name = choice.type === "function" ? choice.function?.name : undefined;
  return name !== undefined && offered.includes(name) ? { function: name } : "auto";
}
