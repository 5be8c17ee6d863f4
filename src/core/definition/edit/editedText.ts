/** A change of a text: `[start, end)` in UTF-16 units of the text that was given, and what stands there instead. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The text after edits that do not overlap, in any order. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = "";
  let at = 0;
  for (const edit of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}

/** A stretch of the original, or text that came new. */
type Piece =
  | { readonly kind: "kept"; readonly start: number; readonly end: number }
  | { readonly kind: "new"; readonly text: string };

/**
 * A text under a sequence of edits, each in the coordinates of what the one before left. It says at the end what they come
 * to in the coordinates of the original, without what turned out to stay the same.
 */
export class EditedText {
  readonly #original: string;
  #pieces: readonly Piece[];
  #text: string;

  constructor(original: string) {
    this.#original = original;
    this.#text = original;
    this.#pieces = [{ kind: "kept", start: 0, end: original.length }];
  }

  get text(): string {
    return this.#text;
  }

  /** Applies edits that do not overlap, all in the coordinates of the text as it is now. */
  apply(edits: readonly TextEdit[]): void {
    for (const edit of edits.toSorted((a, b) => b.start - a.start || b.end - a.end)) {
      const fresh: readonly Piece[] = edit.text === "" ? [] : [{ kind: "new", text: edit.text }];
      this.#pieces = [...cut(this.#pieces, 0, edit.start), ...fresh, ...cut(this.#pieces, edit.end, Infinity)];
      this.#text = this.#text.slice(0, edit.start) + edit.text + this.#text.slice(edit.end);
    }
  }

  /** The edits of the original that lead here, in its order. */
  edits(): readonly TextEdit[] {
    const edits: TextEdit[] = [];
    let [at, added] = [0, ""];
    const flush = (next: number): void => {
      if (next > at || added !== "") edits.push(...trimmed(this.#original, { start: at, end: next, text: added }));
    };
    for (const piece of this.#pieces) {
      if (piece.kind === "new") {
        added += piece.text;
        continue;
      }
      flush(piece.start);
      [at, added] = [piece.end, ""];
    }
    flush(this.#original.length);
    return edits;
  }
}

function cut(pieces: readonly Piece[], from: number, to: number): readonly Piece[] {
  const kept: Piece[] = [];
  let at = 0;
  for (const piece of pieces) {
    const length = piece.kind === "new" ? piece.text.length : piece.end - piece.start;
    const [start, end] = [Math.max(from - at, 0), Math.min(to - at, length)];
    if (start < end) {
      kept.push(
        piece.kind === "new"
          ? { kind: "new", text: piece.text.slice(start, end) }
          : { kind: "kept", start: piece.start + start, end: piece.start + end },
      );
    }
    at += length;
  }
  return kept;
}

/** Without the beginning and the end that are the same before and after; nothing when all is. */
function trimmed(original: string, edit: TextEdit): readonly TextEdit[] {
  let { start, end, text } = edit;
  let same = 0;
  const most = Math.min(end - start, text.length);
  while (same < most && original[start + same] === text[same]) same += 1;
  if (splitsPair(original, start + same) || splitsPair(text, same)) same -= 1;
  [start, text] = [start + same, text.slice(same)];
  let tail = 0;
  const room = Math.min(end - start, text.length);
  while (tail < room && original[end - 1 - tail] === text[text.length - 1 - tail]) tail += 1;
  if (tail > 0 && (splitsPair(original, end - tail) || splitsPair(text, text.length - tail))) tail -= 1;
  [end, text] = [end - tail, text.slice(0, text.length - tail)];
  return start === end && text === "" ? [] : [{ start, end, text }];
}

/** Whether a position lies inside a CRLF or a surrogate pair, which editors take for one. */
function splitsPair(text: string, at: number): boolean {
  const [before, after] = [text.charCodeAt(at - 1), text.charCodeAt(at)];
  return (
    (before === 13 && after === 10) || (before >= 0xd8_00 && before <= 0xdb_ff && after >= 0xdc_00 && after <= 0xdf_ff)
  );
}
