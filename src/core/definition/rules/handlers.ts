import { readHandler } from "../../answers/handler.ts";
import { isJsonMap, jsonList, jsonMap } from "../json.ts";
import type { Finding, Rule } from "./rule.ts";

export const handlerShape: Rule = {
  code: "handler-shape",
  severity: "warning",
  source: "surroundings",
  doc: "A handler is one of `command`, `module` and `http`, stands at a function, and can be run as written.",
  check: ({ value }) =>
    jsonList(value["tools"]).flatMap((tool, index): readonly Finding[] => {
      const { type, handler } = jsonMap(tool);
      if (!isJsonMap(handler)) return [];
      const at = ["tools", index, "handler"];
      if (type !== "function")
        return [
          { message: "Only calls of functions are answered by handlers: this one is never run.", at, onKey: true },
        ];
      if (!hasKnownShape(handler)) return [];
      const read = readHandler(handler);
      return read.valid ? [] : [{ message: read.reason, at, onKey: true }];
    }),
};

/** What has another shape is the schema's concern. */
function hasKnownShape(handler: Readonly<Record<string, unknown>>): boolean {
  const { command, module, http } = handler;
  const isText = (one: unknown): boolean => typeof one === "string";
  const isTexts = (one: unknown): boolean => one === undefined || (isJsonMap(one) && Object.values(one).every(isText));
  return (
    (command === undefined || (Array.isArray(command) && command.every(isText))) &&
    (module === undefined || (isTexts(module) && isText(jsonMap(module)["file"]))) &&
    (http === undefined ||
      (isJsonMap(http) &&
        isText(http["url"]) &&
        (http["method"] === undefined || isText(http["method"])) &&
        isTexts(http["headers"])))
  );
}
