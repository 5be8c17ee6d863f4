import { secretName } from "../../documents/fileRules.ts";
import type { JsonMap } from "../json.ts";
import { jsonList, jsonMap } from "../json.ts";
import type { Finding, Rule } from "./rule.ts";

/** Servers make ids of these. What else stands there (a path, a URL, a text with a colon) is none. */
const idPattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]*$/;

function listAt(value: JsonMap, tool: string, name: string): readonly unknown[] {
  return jsonList(jsonMap(jsonMap(value["tool_resources"])[tool])[name]);
}

export const resourceId: Rule = {
  code: "resource-id",
  severity: "error",
  source: "safety",
  doc: "`file_ids` and `vector_store_ids` hold ids: letters, digits, `_`, `-` and `.`. Files of the workspace go under `files`, a store definition's name under `vector_store`.",
  check: ({ value }) =>
    [
      ["code_interpreter", "file_ids", "a file of the workspace goes under `files`"],
      ["file_search", "vector_store_ids", "a store definition's name goes under `vector_store`"],
    ].flatMap(([tool = "", name = "", advice = ""]) =>
      listAt(value, tool, name).flatMap((id, index): readonly Finding[] =>
        typeof id !== "string" || idPattern.test(id)
          ? []
          : [{ message: `${JSON.stringify(id)} is no id; ${advice}.`, at: ["tool_resources", tool, name, index] }],
      ),
    ),
};

export const secretFile: Rule = {
  code: "secret-file",
  severity: "error",
  source: "safety",
  looksAround: true,
  doc: "No file that `code_interpreter` gets holds secrets, by its name (`.env`, `*.pem`, …) or by what stands in it: it is uploaded.",
  check: ({ value, facts: { secretInFile } }) =>
    listAt(value, "code_interpreter", "files").flatMap((path, index): readonly Finding[] => {
      if (typeof path !== "string") return [];
      const at = ["tool_resources", "code_interpreter", "files", index];
      const name = secretName(path.replaceAll("\\", "/"));
      if (name !== null) return [{ message: `${path} is not uploaded: files called ${name} hold secrets.`, at }];
      const what = secretInFile?.(path) ?? null;
      if (what === null) return [];
      const advice = "Keep it out of what is uploaded, and revoke it if it was real.";
      return [{ message: `${path} is not uploaded: it holds what looks like ${what}. ${advice}`, at }];
    }),
};
