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
