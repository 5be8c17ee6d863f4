/** How many pieces of a program's output go out at once, before they are gathered. */
const promptPieces = 200;
const gatheredBytes = 16_384;
const gatheredMs = 50;

/** A program's output on its way out: at once while it is little, gathered when it is much, cut at a limit. */
export class OutputText {
  readonly #send: (bytes: Uint8Array) => void;
  #left = 0;
  #pieces = 0;
  #gathered: Uint8Array[] = [];
  #gatheredBytes = 0;
  #lastSent = 0;
  cut = false;

  constructor(send: (bytes: Uint8Array) => void) {
    this.#send = send;
  }

  /** Starts on a program that may say `maxBytes`. */
  begin(maxBytes: number): void {
    this.#left = maxBytes;
    this.#pieces = 0;
    this.cut = false;
  }

  write(bytes: Uint8Array): void {
    const kept = bytes.slice(0, this.#left);
    if (kept.length < bytes.length) this.cut = true;
    if (kept.length === 0) return;
    this.#left -= kept.length;
    this.#gathered.push(kept);
    this.#gatheredBytes += kept.length;
    this.#pieces++;
    const now = Date.now();
    if (this.#pieces > promptPieces && this.#gatheredBytes < gatheredBytes && now - this.#lastSent < gatheredMs) return;
    this.#lastSent = now;
    this.end();
  }

  end(): void {
    if (this.#gathered.length === 0) return;
    const bytes = new Uint8Array(this.#gatheredBytes);
    let at = 0;
    for (const piece of this.#gathered) {
      bytes.set(piece, at);
      at += piece.length;
    }
    this.#gathered = [];
    this.#gatheredBytes = 0;
    this.#send(bytes);
  }
}
