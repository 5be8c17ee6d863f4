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
