import type { Stretch } from "./locateText.ts";

/** So many words that tell something must be shared with a paragraph, and this part of the statement's. */
const fewestWords = 3;
const smallestShare = 0.5;

/**
 * The paragraph of a chunk that a statement rests on: the one that shares most words with it. A chunk has hundreds of words; a
 * citation is about a few of them.
 * @returns null when no paragraph has enough of the statement in it: then all of the chunk is meant
 */
export function citedLines(chunk: string, statement: string): Stretch | null {
  const asked = wordsOf(statement);
  if (asked.size < fewestWords) return null;
  let best: Stretch | null = null;
  let most = 0;
  for (const paragraph of paragraphsOf(chunk)) {
    const own = wordsOf(chunk.slice(paragraph.start, paragraph.end));
    let shared = 0;
    for (const word of asked) if (own.has(word)) shared += 1;
    if (shared > most) [best, most] = [paragraph, shared];
  }
  return most >= fewestWords && most / asked.size >= smallestShare ? best : null;
}

/** What an answer says right before a mark: the text since the paragraph began, or since the mark before. */
export function statementBefore(text: string, mark: number): string {
  const before = text.slice(Math.max(0, mark - 1000), mark);
  const block = before.slice(before.lastIndexOf("\n\n") + 1);
  return block
    .replace(/(?:【[^】\n]*】\s*)+$/, "")
    .replace(/^[^]*】/, "")
    .trim();
}

/** Paragraphs and items of lists. */
function* paragraphsOf(text: string): Generator<Stretch> {
  let start: number | null = null;
  let end = 0;
  for (const line of text.matchAll(/.*(?:\n|$)/g)) {
    const blank = line[0].trim() === "";
    const begins = blank || /^\s*(?:[-*+]|\d+[.)]|#{1,6}|\|)\s/.test(line[0]);
    if (begins && start !== null) {
      yield { start, end };
      start = null;
    }
    if (blank) continue;
    start ??= line.index;
    end = line.index + line[0].trimEnd().length;
  }
  if (start !== null) yield { start, end };
}

/** Short words tell little, numbers much. */
function wordsOf(text: string): ReadonlySet<string> {
  const words = text.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu) ?? [];
  return new Set(words.filter((word) => word.length > 3 || /^\p{N}/u.test(word)));
}
