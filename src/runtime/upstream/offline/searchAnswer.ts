import { readPassages } from "../../tools/passages.ts";
import type { TurnRequest } from "../port.ts";
import { answerFromOutputs, signature, type AnsweredCall } from "./prose.ts";
import { sameWord, stemsOf } from "./words.ts";

const mostQuotes = 3;
/** A quote is about so long, in characters. */
const quoteLength = 320;

/** Markdown's (ATX headings of CommonMark, and the lines below the other kind). */
const headingMark = /^\s*(?:#{1,6}(?:\s+|$)|(?:=+|-+)\s*$)/;

/** Those of the calls that were file searches. */
export function searchesIn({ runtimeTools }: TurnRequest, answered: readonly AnsweredCall[]): AnsweredCall[] {
  return answered.filter((call) => call.name === runtimeTools.file_search);
}

/**
 * What the searched files say, in their own words, each quote with the mark of its passage; or that nothing was found. This model
 * understands neither: it quotes the sentences that share most words with the question.
 */
export function searchAnswer(text: string, searches: readonly AnsweredCall[], others: readonly AnsweredCall[]): string {
  const passages = searches.flatMap((call) => readPassages(call.output));
  const asked = stemsOf(text);
  const quotes = passages
    .map((passage) => ({ passage, quote: bestQuote(passage.text, asked) }))
    .filter(({ quote }, at, all) => all.findIndex((one) => one.quote === quote) === at)
    .slice(0, mostQuotes);
  const failed = searches.find((call) => passages.length === 0 && call.output.startsWith("Error:"));
  const told =
    failed !== undefined
      ? `The search failed: ${failed.output.slice("Error:".length).trim()}`
      : quotes.length === 0
        ? "The files that this assistant can search hold nothing with the words of the message."
        : [
            quotes.length === 1 ? "This passage of the files fits best:" : "These passages of the files fit best:",
            ...quotes.map(({ passage, quote }) => `> ${quote.replaceAll("\n", "\n> ")} ${passage.mark}`),
          ].join("\n\n");
  return [
    ...(others.length === 0 ? [] : [answerFromOutputs(others).replace(`\n\n${signature}`, "")]),
    told,
    signature,
  ].join("\n\n");
}

/**
 * The sentence with most of the asked words, and what follows it as far as there is room. Headings are left out where there
 * is more than them: within a quote their marks would make one of all of it.
 */
function bestQuote(text: string, asked: ReadonlySet<string>): string {
  const all = text.split(/(?<=[.!?])\s+|\n+/).filter((one) => one.trim() !== "");
  const prose = all.filter((one) => !headingMark.test(one));
  const sentences = prose.length > 0 ? prose : all.map((one) => one.replace(headingMark, ""));
  const score = (sentence: string): number =>
    [...stemsOf(sentence)].filter((word) => [...asked].some((other) => sameWord(word, other))).length;
  let [best, bestScore] = [0, -1];
  for (const [at, sentence] of sentences.entries()) {
    const own = score(sentence);
    if (own > bestScore) [best, bestScore] = [at, own];
  }
  let quote = cut(sentences[best] ?? "");
  for (const next of sentences.slice(best + 1)) {
    if (quote.length + next.length + 1 > quoteLength) break;
    quote += ` ${next}`;
  }
  return quote.trim();
}

function cut(sentence: string): string {
  return sentence.length <= quoteLength ? sentence : `${sentence.slice(0, quoteLength).replace(/\S*$/, "")}…`;
}
