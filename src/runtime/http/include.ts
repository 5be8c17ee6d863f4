import type { RunStep } from "../objects.ts";
import { badRequest } from "./apiError.ts";
import type { Request } from "./services.ts";

const resultContent = "step_details.tool_calls[*].file_search.results[*].content";

/**
 * Whether the request asks for the text of file search results. The SDK sends `include[]`; `include` and repeated values are
 * taken too. There is one value; every other is refused.
 */
export function includesResultContent(request: Request): boolean {
  const query = request.req.queries();
  const values = Object.entries(query).flatMap(([name, all]) => (/^include(\[\d*\])?$/.test(name) ? all : []));
  for (const value of values) {
    if (value !== resultContent)
      throw badRequest(`Invalid value: '${value}'. Supported values are: '${resultContent}'.`, {
        param: "include",
        code: "invalid_value",
      });
  }
  return values.length > 0;
}

/** The step as it is sent when the text of its file search results was not asked for. What is stored has it always. */
export function withoutResultContent(step: RunStep): RunStep {
  if (step.step_details.type !== "tool_calls") return step;
  const calls = step.step_details.tool_calls.map((call) => {
    if (call.type !== "file_search" || call.file_search.results === undefined) return call;
    const results = call.file_search.results.map(({ content: _, ...result }) => result);
    return { ...call, file_search: { ...call.file_search, results } };
  });
  return { ...step, step_details: { type: "tool_calls", tool_calls: calls } };
}
