import type { FieldPath } from "../edit/fieldChange.ts";
import type { JsonMap } from "../json.ts";
import { jsonList, jsonMap } from "../json.ts";
import type { Finding, Rule } from "./rule.ts";

function valueAt(value: JsonMap, path: FieldPath): unknown {
  return path.reduce<unknown>((at, key) => jsonMap(at)[key], value);
}

function outside(value: unknown, path: FieldPath, least: number, most: number): readonly Finding[] {
  if (typeof value !== "number" || (value >= least && value <= most)) return [];
  const nearest = Math.min(most, Math.max(least, value));
  const range = most === Infinity ? `at least ${least}` : `from ${least} to ${most}`;
  const fixes = Number.isNaN(value)
    ? []
    : [{ title: `Change to ${nearest}`, changes: [{ kind: "set" as const, path, value: nearest }] }];
  return [{ message: `\`${path.at(-1)}\` is ${range}, not ${value}.`, at: path, fixes }];
}

export const numberRange: Rule = {
  code: "number-range",
  severity: "error",
  source: "wire",
  doc: "`temperature` is 0 to 2, `top_p` and `score_threshold` 0 to 1, `max_num_results` 1 to 50, `last_messages` 1 or more.",
  check: ({ value }) => [
    ...outside(value["temperature"], ["temperature"], 0, 2),
    ...outside(value["top_p"], ["top_p"], 0, 1),
    ...outside(
      valueAt(value, ["run", "truncation_strategy", "last_messages"]),
      ["run", "truncation_strategy", "last_messages"],
      1,
      Infinity,
    ),
    ...jsonList(value["tools"]).flatMap((tool, index) => {
      const search = jsonMap(jsonMap(tool)["file_search"]);
      const path = ["tools", index, "file_search"];
      const threshold = jsonMap(search["ranking_options"])["score_threshold"];
      return [
        ...outside(search["max_num_results"], [...path, "max_num_results"], 1, 50),
        ...outside(threshold, [...path, "ranking_options", "score_threshold"], 0, 1),
      ];
    }),
  ],
};

export const budgetMinimum: Rule = {
  code: "budget-minimum",
  severity: "error",
  source: "wire",
  doc: "`max_prompt_tokens` and `max_completion_tokens` are 256 or more.",
  check: ({ value }) =>
    ["max_prompt_tokens", "max_completion_tokens"].flatMap((name) =>
      outside(valueAt(value, ["run", name]), ["run", name], 256, Infinity),
    ),
};

export const resourceCount: Rule = {
  code: "resource-count",
  severity: "error",
  source: "wire",
  doc: "`code_interpreter` has at most 20 files, `file_search` at most 1 vector store.",
  check: ({ value }) => {
    const code = jsonMap(valueAt(value, ["tool_resources", "code_interpreter"]));
    const files = jsonList(code["files"]).length + jsonList(code["file_ids"]).length;
    const search = jsonMap(valueAt(value, ["tool_resources", "file_search"]));
    const stores = jsonList(search["vector_store_ids"]).length;
    return [
      ...(files > 20
        ? [
            {
              message: `There are ${files} files; at most 20 are allowed.`,
              at: ["tool_resources", "code_interpreter"],
              onKey: true as const,
            },
          ]
        : []),
      ...(stores > 1
        ? [
            {
              message: `There are ${stores} vector stores; at most 1 is allowed.`,
              at: ["tool_resources", "file_search", "vector_store_ids"],
            },
          ]
        : []),
    ];
  },
};
