import type { Run } from "../objects.ts";
import type { OfferedTools } from "../tools/offers.ts";
import type { HostedPython, HostedSearch, ToolChoice, TurnRequest } from "../upstream/port.ts";
import type { RunExtra } from "./runExtra.ts";

/** What the upstream itself does in a turn. */
export interface HostedTools {
  readonly search?: HostedSearch | undefined;
  /** The container for Python, and what the model is told of it. */
  readonly python?: { readonly containerId: string; readonly instructions: string } | undefined;
}

/** The request for a run's next turn, without its conversation. The runtime's own tools are functions among the others. */
export function turnRequestOf(
  run: Run,
  extra: RunExtra,
  offered: OfferedTools,
  assistantName: string | null,
  hosted: HostedTools = {},
): Omit<TurnRequest, "items"> {
  const tools = [...run.tools.filter((tool) => tool.type === "function"), ...offered.functions];
  return {
    model: run.model,
    assistantName,
    instructions: [run.instructions, ...offered.instructions, hosted.python?.instructions ?? ""]
      .filter((text) => text !== "")
      .join("\n\n"),
    tools,
    runtimeTools: offered.names,
    unavailableTools: offered.unavailable,
    ...hostedFields(run, extra.turns, hosted),
    toolChoice: toolChoiceOf(
      run,
      extra.turns,
      offered,
      new Set(tools.map((tool) => tool.function.name)),
      hosted.search !== undefined || hosted.python !== undefined,
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
function toolChoiceOf(
  run: Run,
  turns: number,
  offered: OfferedTools,
  names: ReadonlySet<string>,
  hosted: boolean,
): ToolChoice {
  const choice = run.tool_choice;
  if (choice === "none") return "none";
  if (choice === null || choice === "auto" || turns > 0 || (names.size === 0 && !hosted)) return "auto";
  if (choice === "required") return "required";
  const name = choice.type === "function" ? choice.function?.name : offered.names[choice.type];
  return name !== undefined && names.has(name) ? { function: name } : "auto";
}

function hostedFields(
  run: Run,
  turns: number,
  { search, python }: HostedTools,
): Pick<TurnRequest, "hostedSearch" | "hostedPython"> {
  const choice = run.tool_choice;
  const forced = turns === 0 && typeof choice === "object" ? choice?.type : undefined;
  const hostedPython: HostedPython | undefined =
    python === undefined ? undefined : { containerId: python.containerId, forced: forced === "code_interpreter" };
  return {
    ...(search === undefined ? {} : { hostedSearch: { ...search, forced: forced === "file_search" } }),
    ...(hostedPython === undefined ? {} : { hostedPython }),
  };
}
