import type { Chunk } from "../store/chunkStore.ts";
import type { MeasuredPiece, Tokenizer } from "../tokenizer.ts";

/** How a text is cut, in tokens. */
export interface ChunkSize {
  readonly max: number;
  readonly overlap: number;
}

/** OpenAI's default: what `auto` means. */
export const autoSize: ChunkSize = { max: 800, overlap: 400 };

/** Cuts a text that comes in pieces into chunks of `max` tokens, each beginning with the last `overlap` tokens of the one before. */
export class Chunker {
  readonly #tokenizer: Tokenizer;
  readonly #size: ChunkSize;
  #pieces: MeasuredPiece[] = [];
  #tokens = 0;
  /** How many of the pieces are the end of the chunk before. */
  #repeated = 0;
  #total = 0;

  constructor(tokenizer: Tokenizer, size: ChunkSize) {
    this.#tokenizer = tokenizer;
    this.#size = size;
  }

  /** Tokens so far, each counted once. */
  get total(): number {
    return this.#total;
  }

  /** The chunks that are full with this text. Words should be whole: tokens do not reach over the seam. */
  write(text: string): Chunk[] {
    const chunks: Chunk[] = [];
    for (const piece of this.#tokenizer.measured(text)) {
      if (this.#tokens + piece.tokens > this.#size.max) chunks.push(this.#cut());
      this.#pieces.push(piece);
      this.#tokens += piece.tokens;
      this.#total += piece.tokens;
    }
    return chunks;
  }

  /** The last chunk, if there is text that no chunk has yet. */
  end(): Chunk[] {
    return this.#pieces.length > this.#repeated ? [this.#cut()] : [];
  }

  #cut(): Chunk {
    const chunk = {
      text: textOf(this.#pieces),
      repeated: textOf(this.#pieces.slice(0, this.#repeated)).length,
    };
    let tokens = 0;
    let from = this.#pieces.length;
    for (; from > 0; from--) {
      const piece = this.#pieces[from - 1];
      if (piece === undefined || tokens + piece.tokens > this.#size.overlap) break;
      tokens += piece.tokens;
    }
    this.#pieces = this.#pieces.slice(from);
    this.#tokens = tokens;
    this.#repeated = this.#pieces.length;
    return chunk;
  }
}

function textOf(pieces: readonly MeasuredPiece[]): string {
  return pieces.map((piece) => piece.text).join("");
}
