import { jsonList, jsonMap } from "../json.ts";
import type { Finding, Rule } from "./rule.ts";

export const completionBudget: Rule = {
  code: "completion-budget",
  severity: "warning",
  source: "checklist",
  doc: "`run.max_completion_tokens` is set: without it, a run that loops has no ceiling on its cost.",
  check: ({ value }) => {
    if (typeof jsonMap(value["run"])["max_completion_tokens"] === "number") return [];
    const changes = [{ kind: "set" as const, path: ["run", "max_completion_tokens"], value: 4000 }];
    const message = "No `max_completion_tokens` in `run`: a run that goes in circles has no ceiling on its cost.";
    const at = Object.hasOwn(value, "run") ? ["run"] : ["name"];
    return [{ message, at, onKey: true, fixes: [{ title: "Set `max_completion_tokens: 4000`", changes }] }];
  },
};

/**
 * Models that refuse `temperature` and `top_p`, by their names: the o series and GPT-5 (its chat variants take them). Newer
 * families are not guessed at; there `reasoning_effort` tells.
 */
const reasoningModel = /^(?:[\w.-]+\/)*(?:o[1-9](?:$|[-.:])|gpt-5(?!.*chat)|deepseek-(?:r1|reasoner))/i;

export const reasoningSampling: Rule = {
  code: "reasoning-sampling",
  severity: "warning",
  source: "checklist",
  doc: "`temperature` and `top_p` are not set for a reasoning model, which refuses or ignores them.",
  check: ({ value }) => {
    const { model, reasoning_effort: effort } = value as {
      readonly model?: unknown;
      readonly reasoning_effort?: unknown;
    };
    const byName = typeof model === "string" && reasoningModel.test(model);
    if (effort === "none" || !(byName || typeof effort === "string")) return [];
    return ["temperature", "top_p"].flatMap((name): readonly Finding[] => {
      if (typeof value[name] !== "number") return [];
      const who = byName ? model : "A model with `reasoning_effort`";
      const fixes = [{ title: `Remove \`${name}\``, changes: [{ kind: "remove" as const, path: [name] }] }];
      return [{ message: `${who} reasons: it refuses or ignores \`${name}\`.`, at: [name], onKey: true, fixes }];
    });
  },
};

export const fileSearchStore: Rule = {
  code: "file-search-store",
  severity: "warning",
  source: "checklist",
  doc: "`file_search` has a vector store, in `tool_resources` or on every thread: without one it finds nothing.",
  check: ({ value }) => {
    const index = jsonList(value["tools"]).findIndex((tool) => jsonMap(tool)["type"] === "file_search");
    const search = jsonMap(jsonMap(value["tool_resources"])["file_search"]);
    const has = typeof search["vector_store"] === "string" || jsonList(search["vector_store_ids"]).length > 0;
    const message = "`file_search` has no vector store here: it finds nothing but what is attached to a thread.";
    return index === -1 || has ? [] : [{ message, at: ["tools", index, "type"] }];
  },
};

export const resourceTool: Rule = {
  code: "resource-tool",
  severity: "warning",
  source: "checklist",
  doc: "`tool_resources` are for tools that the assistant has.",
  check: ({ value }) => {
    const types = jsonList(value["tools"]).map((tool) => jsonMap(tool)["type"]);
    return Object.keys(jsonMap(value["tool_resources"]))
      .filter((name) => (name === "file_search" || name === "code_interpreter") && !types.includes(name))
      .map((name) => ({
        message: `The assistant has no \`${name}\` among its tools, so this is not used.`,
        at: ["tool_resources", name],
        onKey: true,
        fixes: [
          {
            title: `Add the tool \`${name}\``,
            changes: [{ kind: "set", path: ["tools", types.length], value: { type: name } }],
          },
        ],
      }));
  },
};
