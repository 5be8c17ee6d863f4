/** What a byte of UTF-8 is, for counting words: 1 a letter, 2 beyond ASCII, 3 a digit, 4 an apostrophe, 0 anything else. */
const kinds = Uint8Array.from({ length: 256 }, (_, byte) => {
  if (byte >= 0x80) return 2;
  const sign = String.fromCharCode(byte);
  if (/[A-Za-z]/.test(sign)) return 1;
  return /[0-9]/.test(sign) ? 3 : sign === "'" ? 4 : 0;
});

/**
 * What the reading of a text is at, between two bytes: 0 after anything that ends a word, 1 in a word that is counted, 2 in letters beyond
 * ASCII that may become a word, 3 in a number, 4 after an apostrophe, 5 in a word that is not counted, 6 in a number that is not.
 * Of each state, the next one by the kind of the next byte; 8 more where one more is counted.
 */
const next = Uint8Array.from(
  [
    [0, 9, 2, 11, 4],
    [0, 1, 1, 11, 4],
    [0, 9, 2, 6, 4],
    [0, 9, 2, 3, 4],
    [0, 5, 5, 11, 4],
    [0, 5, 5, 6, 4],
    [0, 9, 2, 6, 4],
  ].flatMap((row) => [...row, 0, 0, 0]),
);

/**
 * How many tokens a text has at least, told while it is read: its words and numbers. The tokenizers of OpenAI (cl100k_base and
 * o200k_base) cut a text into words and what stands between them before anything else, so no token has parts of two. Where that is
 * not plain nothing is counted: letters beyond ASCII join what is beside them, and `'s` belongs to the word before it.
 */
export class FewestTokens {
  #count = 0;
  #state = 0;

  /** At least so many tokens so far. */
  get count(): number {
    return this.#count;
  }

  /** @param piece of UTF-8; letters may be cut */
  write(piece: Uint8Array): void {
    const { length } = piece;
    let count = 0;
    let state = this.#state;
    for (let at = 0; at < length; at += 1) {
      const step = next[(state << 3) | (kinds[piece[at] as number] as number)] as number;
      count += step >> 3;
      state = step & 7;
    }
    this.#count += count;
    this.#state = state;
  }
}
