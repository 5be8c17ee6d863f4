import type { SearchResult } from "../../tools/port.ts";
import { fieldsOf, stringOf, type Fields } from "../http/fields.ts";
import type { TurnEvent } from "../port.ts";

/** What a `file_search_call` came to. Attributes have no place in a step. */
export function readSearch(item: Fields): Extract<TurnEvent, { kind: "search.end" }> {
  const { queries, results, status } = item;
  return {
    kind: "search.end",
    queries: Array.isArray(queries) ? queries.filter((one) => typeof one === "string") : [],
    results: (Array.isArray(results) ? results : []).flatMap((one: unknown): SearchResult[] => {
      const { file_id: id, filename, score, text } = fieldsOf(one);
      if (typeof id !== "string" || id === "") return [];
      return [
        {
          file_id: id,
          file_name: stringOf(filename) || id,
          score: typeof score === "number" ? score : 0,
          content: [{ type: "text", text: stringOf(text) }],
        },
      ];
    }),
    failed: status === "failed" || status === "incomplete",
  };
}
