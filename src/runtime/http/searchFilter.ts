import type { AttributeFilter } from "../vectorStores/attributeFilter.ts";
import { badRequest } from "./apiError.ts";
import { check } from "./body.ts";
import { searchFilters } from "./schemas/vectorStores.ts";
import type { Services } from "./services.ts";

/** Filters nest freely; past this, one is written to break something. */
const maxDepth = 32;

/** The filter of a search, checked; `undefined` when there is none. */
export function readFilter(filters: unknown, services: Services): AttributeFilter | undefined {
  if (filters === undefined || filters === null) return undefined;
  let level: unknown[] = [filters];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > maxDepth)
      throw badRequest(`Invalid 'filters': nested more than ${maxDepth} deep.`, {
        param: "filters",
        code: "invalid_value",
      });
    level = level.flatMap((one) =>
      typeof one === "object" && one !== null && "filters" in one && Array.isArray(one.filters) ? one.filters : [],
    );
  }
  return check(searchFilters, { filters }, services.lenient).filters;
}
