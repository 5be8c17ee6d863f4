import { checkAround, checkText } from "./checkedText.ts";
import type { CheckOptions } from "./checkedText.ts";
import type { ParsedDefinition } from "./definition.ts";
import type { Rule } from "./rules/rule.ts";
import { rules } from "./rules/table.ts";
import { readSource } from "./source.ts";
import type { Source } from "./source.ts";

/** Reads a definition and holds it to every rule. Never throws: whatever is wrong becomes a problem at its range. */
export function checkDefinition(text: string, options: CheckOptions = {}): ParsedDefinition {
  return checkSource(readSource(text), rules, options);
}

/** The same for a text that was read, with a choice of rules. */
export function checkSource(source: Source, chosen: readonly Rule[], options: CheckOptions): ParsedDefinition {
  return checkAround(checkText(source, chosen), () => source, source.text, chosen, options);
}
