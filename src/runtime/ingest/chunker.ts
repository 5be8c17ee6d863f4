import type { Chunk } from "../store/chunkStore.ts";
import type { MeasuredPiece, Tokenizer } from "../tokenizer.ts";
import { Headings } from "./headings.ts";

/** How a text is cut, in tokens. */
export interface ChunkSize {
  readonly max: number;
  readonly overlap: number;
}

/** What is known of a file's text before it is read. */
export interface TextKind {
  /** `#` lines are headings. */
  readonly headings: boolean;
  /** Lines of the text are lines of the file. */
  readonly lines: boolean;
}

/** OpenAI's default: what `auto` means. */
export const autoSize: ChunkSize = { max: 800, overlap: 400 };

/**
 * Cuts a text that comes in pieces into chunks of at most `max` tokens, each beginning with the last `overlap` tokens of the one
 * before, or somewhat fewer: a chunk ends before a heading, after a paragraph, line or sentence, where there is one towards its
 * end, and the repeated part begins with a line where it can.
 */
export class Chunker {
  readonly #tokenizer: Tokenizer;
  readonly #size: ChunkSize;
  readonly #kind: TextKind;
  readonly #headings = new Headings();
  #pieces: MeasuredPiece[] = [];
  #tokens = 0;
  /** How many of the pieces are the end of the chunk before. */
  #repeated = 0;
  #total = 0;
  #index = 0;
  /** Where the first of the pieces stands in the text, and in which line. */
  #start = 0;
  #line = 1;
  #length = 0;
  #pages: { readonly at: number; readonly page: number }[] = [];

  constructor(tokenizer: Tokenizer, size: ChunkSize, kind: TextKind = { headings: false, lines: true }) {
    this.#tokenizer = tokenizer;
    this.#size = size;
    this.#kind = kind;
  }

  /** Tokens so far, each counted once. */
  get total(): number {
    return this.#total;
  }

  /** The chunks that are full with this text. Words should be whole: tokens do not reach over the seam. */
  write(text: string, page?: number): Chunk[] {
    if (page !== undefined && this.#pages.at(-1)?.page !== page) this.#pages.push({ at: this.#length, page });
    if (this.#kind.headings) this.#headings.add(text);
    const chunks: Chunk[] = [];
    for (const piece of this.#tokenizer.measured(text)) {
      while (this.#tokens + piece.tokens > this.#size.max && this.#pieces.length > this.#repeated)
        chunks.push(this.#cut(this.#bestCut()));
      this.#pieces.push(piece);
      this.#tokens += piece.tokens;
      this.#total += piece.tokens;
      this.#length += piece.text.length;
    }
    return chunks;
  }

  /** The last chunk, if there is text that no chunk has yet. */
  end(): Chunk[] {
    return this.#pieces.length > this.#repeated ? [this.#cut(this.#pieces.length)] : [];
  }

  /** How many of the pieces the next chunk takes. */
  #bestCut(): number {
    let [best, bestRank] = [this.#pieces.length, 0];
    let tokens = this.#tokens;
    // Enough must be new in each chunk: a text of short paragraphs would become very many that are almost the same.
    const { max, overlap } = this.#size;
    const least = Math.max(max / 2, overlap + (max - overlap) / 2);
    let at = this.#start + textOf(this.#pieces).length;
    for (let cut = this.#pieces.length; cut > this.#repeated + 1 && tokens > least; cut--) {
      const last = this.#pieces[cut - 1];
      if (last === undefined) break;
      const rank = this.#kind.headings && this.#headings.startsAt(at) ? 4 : rankOf(last.text);
      if (rank > bestRank) [best, bestRank] = [cut, rank];
      if (rank === 4) break;
      tokens -= last.tokens;
      at -= last.text.length;
    }
    return best;
  }

  #cut(count: number): Chunk {
    const own = this.#pieces.slice(0, count);
    const text = textOf(own);
    const repeated = textOf(own.slice(0, this.#repeated)).length;
    const end = this.#start + text.length;
    const heading = this.#kind.headings ? this.#headings.pathAt(this.#start + skipBlank(text, repeated)) : null;
    const chunk: Chunk = {
      text,
      repeated,
      place: {
        index: this.#index++,
        start: this.#start,
        end,
        lines: this.#kind.lines ? [this.#line, this.#line + breaksIn(text.trimEnd())] : null,
        pages: this.#pagesOf(this.#start + skipBlank(text, 0), this.#start + text.trimEnd().length),
        heading,
        tokens: own.reduce((sum, piece) => sum + piece.tokens, 0),
      },
    };
    this.#drop(this.#overlapFrom(count), count);
    return chunk;
  }

  /** From which of the pieces on the next chunk repeats. */
  #overlapFrom(count: number): number {
    let tokens = 0;
    let from = count;
    let atLine: number | undefined;
    for (; from > 0; from--) {
      const piece = this.#pieces[from - 1];
      if (piece === undefined || tokens + piece.tokens > this.#size.overlap) break;
      // A line's beginning, if it leaves most of the overlap.
      if (from < count && tokens >= this.#size.overlap * 0.75 && piece.text.endsWith("\n")) atLine = from;
      tokens += piece.tokens;
    }
    return from === 0 ? 0 : (atLine ?? from);
  }

  /** Lets the pieces before `from` go; those up to `cut` are repeated. */
  #drop(from: number, cut: number): void {
    const gone = textOf(this.#pieces.slice(0, from));
    this.#start += gone.length;
    this.#line += breaksIn(gone);
    this.#pieces = this.#pieces.slice(from);
    this.#tokens = this.#pieces.reduce((sum, piece) => sum + piece.tokens, 0);
    this.#repeated = cut - from;
    this.#headings.forget(this.#start);
    while (this.#pages.length > 1 && (this.#pages[1]?.at ?? Infinity) <= this.#start) this.#pages.shift();
  }

  #pagesOf(start: number, end: number): [number, number] | null {
    const [first] = this.#pages.filter(
      ({ at }, index) => at <= start && (this.#pages[index + 1]?.at ?? Infinity) > start,
    );
    const last = this.#pages.findLast(({ at }) => at < end);
    return first === undefined || last === undefined ? null : [first.page, last.page];
  }
}

/** How good a place to cut is after this piece: a paragraph's end, a line's, a sentence's, or anywhere. */
function rankOf(piece: string): number {
  if (/\n[ \t\r]*\n\s*$/.test(piece)) return 3;
  if (piece.endsWith("\n")) return 2;
  return /[.!?…。！？]["'”’)]*\s*$/.test(piece) ? 1 : 0;
}

function skipBlank(text: string, from: number): number {
  const blank = /\S/.exec(text.slice(from));
  return blank === null ? from : from + blank.index;
}

function breaksIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) count++;
  return count;
}

function textOf(pieces: readonly MeasuredPiece[]): string {
  return pieces.map((piece) => piece.text).join("");
}
