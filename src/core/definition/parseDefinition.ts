import { checkSource } from "./checkDefinition.ts";
import type { ParsedDefinition } from "./definition.ts";
import { rules } from "./rules/table.ts";
import { readSource } from "./source.ts";

/** What the protocol refuses. Advice, and what depends on the surroundings, is `checkDefinition`'s. */
const wireRules = rules.filter((rule) => rule.severity === "error" && rule.source === "wire");

/**
 * Reads a definition and holds it to the protocol's limits, so that it can be sent. Never throws: whatever is wrong with the
 * text becomes a problem at its range.
 */
export function parseDefinition(text: string): ParsedDefinition {
  return checkSource(readSource(text), wireRules, {});
}
