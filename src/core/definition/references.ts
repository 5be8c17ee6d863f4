import { isJsonMap, jsonList, jsonMap } from "./json.ts";
import type { Source } from "./source.ts";

/** Files that a definition names, as it writes them: relative to itself. */
export interface References {
  readonly instructions: string | null;
  /** Uploaded for `code_interpreter`. */
  readonly files: readonly string[];
  /** Named by handlers: words of a command that begin with `./` or `../`, and modules. */
  readonly handlers: readonly string[];
}

/** What a text refers to, also where it has problems; nothing where it cannot be read. */
export function referencesOf({ value }: Pick<Source, "value">): References {
  if (!isJsonMap(value)) return { instructions: null, files: [], handlers: [] };
  const file = jsonMap(value["instructions"])["file"];
  const interpreter = jsonMap(jsonMap(value["tool_resources"])["code_interpreter"]);
  const handlers = jsonList(value["tools"]).map((tool) => jsonMap(jsonMap(tool)["handler"]));
  const words = handlers.flatMap((handler) => [
    ...jsonList(handler["command"]).filter((word) => typeof word === "string" && /^\.\.?[/\\]/.test(word)),
    jsonMap(handler["module"])["file"],
  ]);
  return {
    instructions: typeof file === "string" ? file : null,
    files: jsonList(interpreter["files"]).filter((path) => typeof path === "string"),
    handlers: words.filter((word) => typeof word === "string"),
  };
}

/** All of them. */
export function allReferences({ instructions, files, handlers }: References): readonly string[] {
  return [...(instructions === null ? [] : [instructions]), ...files, ...handlers];
}
