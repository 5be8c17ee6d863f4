import type { FieldPath } from "../edit/fieldChange.ts";
import { isJsonMap, jsonList, jsonMap } from "../json.ts";
import type { JsonMap } from "../json.ts";
import type { Finding, Rule } from "./rule.ts";

/** The function tools of a definition, with their indexes among all tools. */
export function functionsOf(
  value: JsonMap,
): readonly { readonly index: number; readonly fn: JsonMap; readonly name: string }[] {
  return jsonList(value["tools"]).flatMap((tool, index) => {
    const fn = jsonMap(tool)["function"];
    if (jsonMap(tool)["type"] !== "function" || !isJsonMap(fn)) return [];
    return [{ index, fn, name: typeof fn["name"] === "string" ? fn["name"] : "" }];
  });
}

export const toolCount: Rule = {
  code: "tool-count",
  severity: "error",
  source: "wire",
  doc: "An assistant has at most 128 tools.",
  check: ({ value }) => {
    const count = jsonList(value["tools"]).length;
    return count > 128
      ? [{ message: `There are ${count} tools; at most 128 are allowed.`, at: ["tools"], onKey: true }]
      : [];
  },
};

export const functionName: Rule = {
  code: "function-name",
  severity: "error",
  source: "wire",
  doc: "The name of a function, and of the schema of a `response_format`, is 1 to 64 of: letters a–z, digits, `_`, `-`.",
  check: ({ value }) => [
    ...functionsOf(value).flatMap(({ index, fn }) =>
      nameFindings("A function's name", fn["name"], ["tools", index, "function", "name"]),
    ),
    ...nameFindings(
      "The name of a response's schema",
      jsonMap(jsonMap(value["response_format"])["json_schema"])["name"],
      ["response_format", "json_schema", "name"],
    ),
  ],
};

/** What is wrong with a name that the wire takes letters, digits, `_` and `-` for; one of another type is the schema's. */
function nameFindings(what: string, name: unknown, path: FieldPath): readonly Finding[] {
  if (typeof name !== "string" || /^[A-Za-z0-9_-]{1,64}$/.test(name)) return [];
  const better = name.replaceAll(/[^A-Za-z0-9_-]+/g, "_").slice(0, 64);
  const fixes =
    better === "" ? [] : [{ title: `Rename to ${better}`, changes: [{ kind: "set" as const, path, value: better }] }];
  return [{ message: `${what} is 1 to 64 letters, digits, _ and -.`, at: path, fixes }];
}

export const duplicateFunction: Rule = {
  code: "duplicate-function",
  severity: "error",
  source: "wire",
  doc: "Two functions of one assistant do not share a name: a call could not tell which is meant.",
  check: ({ value }) => {
    const seen = new Set<string>();
    return functionsOf(value).flatMap(({ index, name }): readonly Finding[] => {
      if (name === "" || !seen.has(name)) {
        seen.add(name);
        return [];
      }
      return [{ message: `Another function is called ${name} already.`, at: ["tools", index, "function", "name"] }];
    });
  },
};

export const duplicateTool: Rule = {
  code: "duplicate-tool",
  severity: "warning",
  source: "wire",
  doc: "`file_search` and `code_interpreter` are listed once.",
  check: ({ value }) => {
    const types = jsonList(value["tools"]).map((tool) => jsonMap(tool)["type"]);
    return types.flatMap((type, index): readonly Finding[] => {
      if ((type !== "file_search" && type !== "code_interpreter") || types.indexOf(type) === index) return [];
      const fixes = [{ title: "Remove it", changes: [{ kind: "remove" as const, path: ["tools", index] }] }];
      return [{ message: `\`${type}\` is listed already.`, at: ["tools", index, "type"], fixes }];
    });
  },
};

export const functionDescription: Rule = {
  code: "function-description",
  severity: "warning",
  source: "checklist",
  doc: "A function has a `description`: it is all that the model knows of when to call it.",
  check: ({ value }) =>
    functionsOf(value)
      .filter(({ fn }) => typeof fn["description"] !== "string" || fn["description"].trim() === "")
      .map(({ index, name }) => ({
        message: `${name || "This function"} has no description: the model has only its name to go by.`,
        at: ["tools", index, "function", "name"],
        fixes: [
          {
            title: "Describe it…",
            changes: [{ kind: "set", path: ["tools", index, "function", "description"], value: "" }],
            ask: {
              prompt: `What ${name || "this function"} does, and when to call it. The model reads this.`,
              placeholder: "Look up the current status of a customer order",
            },
          },
        ],
      })),
};
