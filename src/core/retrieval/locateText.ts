/** A stretch of a text, in UTF-16 units. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/** So much of a passage's beginning and end must be found for the passage to count as found. */
const anchorLength = 80;

/**
 * Finds a passage in a text that may have other line breaks and other white space than when the passage was taken from it. Of several
 * places the one nearest to `near` is meant. A passage whose middle has changed is found by its first and last words.
 * @param near where the passage began when it was indexed; null when nobody knows
 * @returns null when the text has no such passage
 */
export function locateText(text: string, passage: string, near: number | null): Stretch | null {
  const wanted = passage.trim();
  if (wanted === "") return null;
  const exact = nearest(text, wanted, near);
  if (exact !== null) return { start: exact, end: exact + wanted.length };
  const squeezed = squeeze(text);
  const words = squeeze(wanted).text;
  const aim = near === null ? null : squeezed.indexOf(near);
  const found = nearest(squeezed.text, words, aim);
  if (found !== null) return { start: squeezed.at(found), end: squeezed.at(found + words.length - 1) + 1 };
  return words.length < anchorLength * 3 ? null : byItsEnds(squeezed, words, aim);
}

function byItsEnds(squeezed: Squeezed, words: string, aim: number | null): Stretch | null {
  const head = nearest(squeezed.text, words.slice(0, anchorLength), aim);
  if (head === null) return null;
  const tail = squeezed.text.indexOf(words.slice(-anchorLength), head);
  // Edits make a passage a little longer; the same last words much further on belong to something else.
  const end = tail === -1 || tail > head + words.length * 1.5 ? head + anchorLength : tail + anchorLength;
  return { start: squeezed.at(head), end: squeezed.at(end - 1) + 1 };
}

function nearest(text: string, wanted: string, near: number | null): number | null {
  if (near === null) {
    const first = text.indexOf(wanted);
    return first === -1 ? null : first;
  }
  const after = text.indexOf(wanted, near);
  const before = text.lastIndexOf(wanted, near);
  if (after === -1 || before === -1) return after === -1 && before === -1 ? null : Math.max(after, before);
  return after - near < near - before ? after : before;
}

interface Squeezed {
  readonly text: string;
  /** Where a character of the squeezed text was before. */
  at(index: number): number;
  /** Where a character of the whole text is now. */
  indexOf(offset: number): number;
}

/** The text with each run of white space as one space. */
function squeeze(text: string): Squeezed {
  // Starts of the pieces in both texts; between them they agree character by character.
  const now: number[] = [0];
  const before: number[] = [0];
  let squeezed = "";
  let from = 0;
  for (const match of text.matchAll(/\s+/g)) {
    squeezed += `${text.slice(from, match.index)} `;
    from = match.index + match[0].length;
    now.push(squeezed.length);
    before.push(from);
  }
  squeezed += text.slice(from);
  const between = (starts: readonly number[], others: readonly number[], index: number): number => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= index) low = middle;
      else high = middle - 1;
    }
    return (others[low] ?? 0) + index - (starts[low] ?? 0);
  };
  return {
    text: squeezed,
    at: (index) => between(now, before, index),
    indexOf: (offset) => between(before, now, offset),
  };
}

/** The line that a character is in, from 1. */
export function lineAt(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
}
