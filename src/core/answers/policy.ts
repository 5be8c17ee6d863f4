import type { Definition } from "../definition/definition.ts";
import type { AnswerSource } from "./toolAnswer.ts";

/** Where answers of a tool come from, as a definition says it (`answers`): in this order, until one of them answers. */
export type AnswerStep = AnswerSource | "ask";

/**
 * How a chat or a debug session deals with calls:
 * `definition` (as the definition says; without a word there, every call is asked), `ask` (every call is asked), `auto` (fixtures and
 * handlers answer what they can), `fixtures` (only fixtures answer; no handler runs).
 */
export type AnswerMode = "definition" | "ask" | "auto" | "fixtures";

export const answerModes: readonly AnswerMode[] = ["definition", "ask", "auto", "fixtures"];

/** The order where a definition names none and the person wants automatic answers. */
const automaticOrder: readonly AnswerSource[] = ["fixture", "handler"];

/**
 * The sources to try for a call of this function, in their order; none: the person is asked at once. What no source answers is
 * asked in any case.
 */
export function sourcesFor(
  definition: Pick<Definition, "answers" | "tools"> | null,
  functionName: string,
  mode: AnswerMode,
): readonly AnswerSource[] {
  const tool = definition?.tools.find((one) => one.type === "function" && one.function.name === functionName);
  const steps = tool?.answers ?? definition?.answers ?? ["ask"];
  switch (mode) {
    case "ask":
      return [];
    case "fixtures":
      return ["fixture"];
    case "definition":
      return sourcesBefore(steps);
    case "auto": {
      const named = steps.filter((step) => step !== "ask");
      return named.length === 0 ? automaticOrder : named;
    }
  }
}

/** `ask` ends the list: what stands behind it is never reached. */
function sourcesBefore(steps: readonly AnswerStep[]): readonly AnswerSource[] {
  const asked = steps.indexOf("ask");
  return steps.slice(0, asked === -1 ? steps.length : asked).filter((step) => step !== "ask");
}

/** `answers` as written: one word or a list of them. */
export function readAnswerSteps(raw: unknown): readonly AnswerStep[] | null {
  const words: readonly unknown[] = Array.isArray(raw) ? raw : raw === undefined || raw === null ? [] : [raw];
  const steps = words.filter((word): word is AnswerStep => word === "ask" || word === "fixture" || word === "handler");
  return steps.length === 0 ? null : steps;
}
