import { signal } from "@preact/signals";

/**
 * Text that grows at its end, kept in chunks: an append costs what is appended, and a reader that remembers how far it got
 * reads only what is new. Reading `length` or `epoch` subscribes; `since` and `text` do not.
 */
export class GrowingText {
  readonly length = signal(0);
  /** Counts replacements: a reader that sees another epoch has to start over. */
  readonly epoch = signal(0);
  #chunks: string[] = [];

  constructor(text = "") {
    this.#chunks = text === "" ? [] : [text];
    this.length.value = text.length;
  }

  append(text: string): void {
    if (text !== "") {
      this.#chunks.push(text);
      this.length.value += text.length;
    }
  }

  /** Replaces everything; an equal text changes nothing, an extension counts as an append. */
  set(text: string): void {
    const current = this.text();
    if (text.startsWith(current)) {
      this.append(text.slice(current.length));
      return;
    }
    this.#chunks = text === "" ? [] : [text];
    this.epoch.value += 1;
    this.length.value = text.length;
  }

  /** What comes after the first `offset` characters. */
  since(offset: number): string {
    const wanted: string[] = [];
    let start = this.length.peek();
    for (let index = this.#chunks.length - 1; index >= 0 && start > offset; index--) {
      const chunk = this.#chunks[index] ?? "";
      start -= chunk.length;
      wanted.push(start < offset ? chunk.slice(offset - start) : chunk);
    }
    return wanted.reverse().join("");
  }

  /** The whole text; joins the chunks once. */
  text(): string {
    if (this.#chunks.length > 1) {
      this.#chunks = [this.#chunks.join("")];
    }
    return this.#chunks[0] ?? "";
  }
}
