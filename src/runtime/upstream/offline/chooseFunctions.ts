import type { FunctionTool } from "../../objects.ts";
import { fillArguments, type Filled } from "./fillArguments.ts";
import { resolveSchema } from "./jsonSchema.ts";
import { sameWord, stem, stemsOf, wordsOf } from "./words.ts";

/** A function that fits what the user said. */
export interface Choice {
  readonly name: string;
  readonly filled: Filled;
  readonly score: number;
}

interface Candidate extends Choice {
  /** The user's words that speak for it; those that are in its name. */
  readonly evidence: ReadonlySet<string>;
  readonly named: ReadonlySet<string>;
}

/** Verbs that only read. A function that changes something has to be asked for by name. */
const readingVerbs = new Set(
  "get fetch find list look lookup show search check retrieve read query describe view count estimate calculate compute convert translate track tell is has".split(
    " ",
  ),
);

/** What a name ends in that says what is read, as `order_status` does. */
const readNouns = new Set(
  "status info information detail details lookup search history balance price tracking tracker summary availability".split(
    " ",
  ),
);

const threshold = 3;
/** What a value whose form is meant weighs. One that is distinctive is enough by itself. */
const sureWeight = 2;
const alikeWeight = threshold - sureWeight;

/**
 * The functions that the user's words ask for, best first: by words shared with their names (which weigh most), descriptions
 * and parameters, and by values in the text that have the form of a parameter. A second function is chosen only for words
 * that the first does not explain. When the clauses of a text ask for different functions, each has its own values.
 */
export function chooseFunctions(text: string, tools: readonly FunctionTool[]): Choice[] {
  const together = chooseIn(text, tools);
  const parts = text
    .split(/(?<=[.!?;])\s+|,?\s+and\s+|\n+/i)
    .map((clause) => chooseIn(clause, tools).filter((choice) => choice.filled.missing.length === 0));
  const names = new Set(parts.flat().map((choice) => choice.name));
  const covered = together.every((choice) => choice.filled.missing.length > 0 || names.has(choice.name));
  return names.size > 1 && covered ? merge(parts.flat()) : together;
}

/** One choice for each function, with the calls of all clauses. */
function merge(choices: readonly Choice[]): Choice[] {
  const merged = new Map<string, Choice>();
  for (const choice of choices) {
    const before = merged.get(choice.name);
    const calls = [...(before?.filled.calls ?? []), ...choice.filled.calls];
    merged.set(choice.name, { ...choice, filled: { ...choice.filled, calls } });
  }
  return [...merged.values()];
}

function chooseIn(text: string, tools: readonly FunctionTool[]): Candidate[] {
  const asked = stemsOf(text);
  const all = tools.map((tool) => candidateOf(text, asked, tool));
  const isExact = all.some((candidate) => candidate.filled.distinctive === "exact");
  const candidates = all
    .map((candidate) =>
      isExact && candidate.filled.distinctive === "alike"
        ? { ...candidate, score: candidate.score - alikeWeight }
        : candidate,
    )
    .filter((candidate) => candidate.score >= threshold)
    .toSorted((a, b) => rank(b) - rank(a));
  const chosen: Candidate[] = [];
  for (const candidate of candidates) {
    const best = chosen[0];
    const explained = new Set(chosen.flatMap((one) => [...one.evidence]));
    const isNew = (word: string): boolean => !explained.has(word);
    const calledByName = candidate.filled.missing.length === 0 && [...candidate.named].some(isNew);
    const closeBy = candidate.score >= (best?.score ?? 0) * 0.5 && [...candidate.evidence].some(isNew);
    if (best === undefined || calledByName || closeBy) chosen.push(candidate);
  }
  return chosen;
}

/** The best function when one must be called, whether it fits or not. */
export function chooseForced(text: string, tools: readonly FunctionTool[]): Choice | undefined {
  const asked = stemsOf(text);
  return tools.map((tool) => candidateOf(text, asked, tool)).toSorted((a, b) => rank(b) - rank(a))[0];
}

/** Of two that fit alike, the one that can be called. */
function rank(candidate: Candidate): number {
  return candidate.score - (candidate.filled.missing.length > 0 ? 0.25 : 0);
}

function candidateOf(text: string, asked: ReadonlySet<string>, tool: FunctionTool): Candidate {
  const { name, description = "", parameters } = tool.function;
  const filled = fillArguments(text, parameters);
  const nameStems = stemsOf(name);
  const aboutStems = stemsOf(description);
  const parts = Object.entries(resolveSchema(parameters, parameters).properties ?? {});
  const parameterStems = stemsOf(
    parts.map(([part, schema]) => `${part} ${resolveSchema(schema, parameters).description ?? ""}`).join(" "),
  );
  const evidence = new Set<string>();
  const named = new Set<string>();
  let score = 0;
  for (const word of asked) {
    const has = (stems: ReadonlySet<string>): boolean => [...stems].some((other) => sameWord(word, other));
    const weight = has(nameStems) ? 3 : has(aboutStems) ? 1.5 : has(parameterStems) ? 0.5 : 0;
    score += weight;
    // Only the name and the description say what a function is for.
    if (weight >= 1.5) evidence.add(word);
    if (weight === 3) named.add(word);
  }
  if (filled.sure > 0)
    score += (filled.distinctive === undefined ? sureWeight : threshold) + Math.min(filled.sure - 1, 2) * 0.5;
  const [verb, ...rest] = wordsOf(name);
  const onlyReads = verb === undefined || readingVerbs.has(verb) || readNouns.has(rest.at(-1) ?? "");
  if (!onlyReads && ![...asked].some((word) => sameWord(word, stem(verb)))) score -= 1;
  return { name, filled, score, evidence, named };
}
