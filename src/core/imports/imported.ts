import type { JsonMap } from "../definition/json.ts";

/** An assistant that was written elsewhere, as a definition's fields. */
export interface Imported {
  /** Where it came from, in a word or two: "a Foundry agent file". */
  readonly from: string;
  /** The wire's fields, as far as they could be read. */
  readonly fields: JsonMap;
  /** What did not come over, or not as it was: one line each, for a person. */
  readonly left: readonly string[];
}

/** A text in which no assistant could be found; the message says what was looked for, or which line is in the way. */
export class ImportProblem extends Error {
  override readonly name = "ImportProblem";
}
