/** A piece of a text, and whether it is a word that was asked for. */
export interface MarkedPiece {
  readonly text: string;
  readonly marked: boolean;
}

/** Words that say nothing about what is meant; they are marked only when nothing else was asked. */
const common = new Set(
  "a an and are as at be by can do does for from has have how i in is it its my of on or that the this to was we what when where which who why will with you your".split(
    " ",
  ),
);

const wordPattern = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu;

/** Cuts a text where words of the queries begin and end. Forms of a word count as the word: `refunds` is marked for `refund`. */
export function markWords(text: string, queries: readonly string[]): readonly MarkedPiece[] {
  const asked = askedStems(queries);
  if (asked.size === 0) return [{ text, marked: false }];
  const pieces: MarkedPiece[] = [];
  let from = 0;
  for (const match of text.matchAll(wordPattern)) {
    if (!asked.has(stem(match[0]))) continue;
    if (match.index > from) pieces.push({ text: text.slice(from, match.index), marked: false });
    pieces.push({ text: match[0], marked: true });
    from = match.index + match[0].length;
  }
  if (from < text.length || pieces.length === 0) pieces.push({ text: text.slice(from), marked: false });
  return pieces;
}

/** A preview has so many lines, and of long ones about so many characters. */
const previewLines = 6;
const previewLength = 400;

/**
 * Where a preview of a text should begin: at the line from which on most of the asked words are seen. 0 when the beginning is as good
 * as any.
 */
export function previewStart(text: string, queries: readonly string[]): number {
  const asked = askedStems(queries);
  if (text.length <= previewLength || asked.size === 0) return 0;
  const found = [...text.matchAll(wordPattern)]
    .map((match) => ({ at: match.index, word: stem(match[0]) }))
    .filter(({ word }) => asked.has(word));
  let best = 0;
  let most = seenBetween(0, previewEnd(text, 0), found);
  for (const { at } of found) {
    const start = text.lastIndexOf("\n", at) + 1;
    // A line of a whole page: begin a little before the word instead.
    const from = at - start > previewLength / 2 ? at - previewLength / 8 : start;
    if (from <= best) continue;
    const seen = seenBetween(from, previewEnd(text, from), found);
    if (seen > most) [best, most] = [from, seen];
  }
  const start = Math.floor(best);
  // Not half of a letter.
  return /^[\uDC00-\uDFFF]/.test(text.slice(start, start + 1)) ? start + 1 : start;
}

function previewEnd(text: string, start: number): number {
  let end = start;
  for (let lines = 0; lines < previewLines && end < start + previewLength; lines += 1) {
    const next = text.indexOf("\n", end);
    if (next === -1) return Math.min(text.length, start + previewLength);
    end = next + 1;
  }
  return Math.min(end, start + previewLength);
}

/** How many different asked words stand in a part of the text. */
function seenBetween(
  start: number,
  end: number,
  found: readonly { readonly at: number; readonly word: string }[],
): number {
  return new Set(found.filter(({ at }) => at >= start && at < end).map(({ word }) => word)).size;
}

function askedStems(queries: readonly string[]): ReadonlySet<string> {
  const words = queries.flatMap((query) => fold(query).match(wordPattern) ?? []);
  const telling = words.filter((word) => !common.has(word));
  return new Set((telling.length > 0 ? telling : words).map(stem));
}

function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Drops the common endings of English words; two forms of a word then mostly agree. Words of other scripts stay as they are. */
function stem(word: string): string {
  const folded = fold(word);
  if (folded.length < 4 || !/^[a-z]+$/.test(folded)) return folded;
  const root = folded
    .replace(/ies$/, "y")
    .replace(/(ss|sh|ch|x|z)es$/, "$1")
    .replace(/([^su])s$/, "$1")
    .replace(/(ing|ed|ly)$/, (ending, _group, at: number) => (at >= 3 ? "" : ending))
    .replace(/([bdfgmnprt])\1$/, "$1");
  return root.replace(/e$/, "");
}
