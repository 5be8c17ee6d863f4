import { isJsonMap, jsonList, jsonMap } from "./json.ts";
import type { Source } from "./source.ts";

/** Files that a definition names, as it writes them: relative to itself. */
export interface References {
  readonly instructions: string | null;
  /** Uploaded for `code_interpreter`. */
  readonly files: readonly string[];
  /** Named by the commands of handlers (`./…`). */
  readonly handlers: readonly string[];
}

/** What a text refers to, also where it has problems; nothing where it cannot be read. */
export function referencesOf({ value }: Source): References {
  if (!isJsonMap(value)) return { instructions: null, files: [], handlers: [] };
  const file = jsonMap(value["instructions"])["file"];
  const interpreter = jsonMap(jsonMap(value["tool_resources"])["code_interpreter"]);
  const commands = jsonList(value["tools"]).flatMap((tool) => jsonList(jsonMap(jsonMap(tool)["handler"])["command"]));
  return {
    instructions: typeof file === "string" ? file : null,
    files: jsonList(interpreter["files"]).filter((path) => typeof path === "string"),
    handlers: commands.filter((word): word is string => typeof word === "string" && /^\.\.?[/\\]/.test(word)),
  };
}

/** All of them. */
export function allReferences({ instructions, files, handlers }: References): readonly string[] {
  return [...(instructions === null ? [] : [instructions]), ...files, ...handlers];
}
