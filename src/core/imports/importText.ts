import { isJsonMap } from "../definition/json.ts";
import { readSource } from "../definition/source.ts";
import { fieldsOf } from "../sync/fields.ts";
import { newDefinitionText } from "../sync/newDefinition.ts";
import { importFoundryAgent, isFoundryAgent } from "./foundryAgent.ts";
import { ImportProblem } from "./imported.ts";
import type { Imported } from "./imported.ts";
import { importSdkObject } from "./sdkObject.ts";
import { wireFields } from "./wireFields.ts";

const telling = ["model", "instructions", "tools"];

/**
 * An assistant from a text of any form that is known: a program of the SDK, its object, JSON, a definition's own YAML, an agent
 * file of Foundry.
 * @throws ImportProblem that says what could not be read, and where
 */
export function importText(text: string): Imported {
  if (text.trim() === "") throw new ImportProblem("There is no text to read.");
  const { value, problems } = readSource(text);
  const readable = problems.every(({ severity }) => severity !== "error");
  if (readable && isFoundryAgent(value)) return importFoundryAgent(text);
  // The wire's object as YAML. An object literal of JavaScript is YAML as well, which takes a variable's name for a string.
  const isBlock = !text.trimStart().startsWith("{");
  if (isBlock && readable && isJsonMap(value) && telling.some((key) => Object.hasOwn(value, key))) {
    const left: string[] = [];
    return { from: "an SDK object", fields: wireFields(value, text, left), left };
  }
  return importSdkObject(text);
}

/** The text of the definition that an import becomes, with what did not come over in comments above it. */
export function importedText({ from, fields, left }: Imported, fallbackName: string): string {
  const body = newDefinitionText(fieldsOf(fields), fallbackName);
  if (left.length === 0) return body;
  const lines = left.map((line) => `#   ${line.replaceAll(/[\r\n]+/g, " ")}`);
  return `# From ${from}. Not taken over as it was:\n${lines.join("\n")}\n${body}`;
}
