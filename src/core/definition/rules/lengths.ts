import { jsonMap } from "../json.ts";
import type { Finding, Rule } from "./rule.ts";

/** Characters as the protocol counts them: code points, not UTF-16 units. */
export function lengthOf(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

function tooLong(value: unknown, field: string, most: number): readonly Finding[] {
  // Counting is for what can be too long: a string has at most as many characters as units.
  if (typeof value !== "string" || value.length <= most || lengthOf(value) <= most) return [];
  const count = lengthOf(value).toLocaleString("en-US");
  return [
    {
      message: `\`${field}\` has ${count} characters; at most ${most.toLocaleString("en-US")} are allowed.`,
      at: [field],
    },
  ];
}

export const nameLength: Rule = {
  code: "name-length",
  severity: "error",
  source: "wire",
  doc: "An assistant's `name` has at most 256 characters.",
  check: ({ value }) => tooLong(value["name"], "name", 256),
};

export const descriptionLength: Rule = {
  code: "description-length",
  severity: "error",
  source: "wire",
  doc: "An assistant's `description` has at most 512 characters.",
  check: ({ value }) => tooLong(value["description"], "description", 512),
};

export const instructionsLength: Rule = {
  code: "instructions-length",
  severity: "error",
  source: "wire",
  looksAround: true,
  doc: "`instructions`, inline or in their file, have at most 256,000 characters.",
  check: ({ value, facts }) => {
    const file = jsonMap(value["instructions"])["file"];
    return tooLong(typeof file === "string" ? facts.instructionsText : value["instructions"], "instructions", 256_000);
  },
};
