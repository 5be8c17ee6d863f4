const [opening, closing] = ["<think>", "</think>"];

/**
 * Takes a `<think>…</think>` that begins an answer out of it: small servers leave a model's reasoning in the text. Anywhere
 * else the tags are text.
 */
export class ThinkingFilter {
  #state: "start" | "thinking" | "answer" = "start";
  #held = "";

  /** The part of the answer that is now known. */
  add(text: string): string {
    if (this.#state === "answer") return text;
    this.#held += text;
    if (this.#state === "start") {
      const begun = this.#held.trimStart();
      if (begun.length < opening.length && opening.startsWith(begun)) return "";
      if (!begun.startsWith(opening)) return this.#release(this.#held);
      this.#state = "thinking";
    }
    const end = this.#held.indexOf(closing);
    return end === -1 ? "" : this.#release(this.#held.slice(end + closing.length).trimStart());
  }

  /** What is left at the end: a tag that was never closed was no reasoning, or all that there is. */
  finish(): string {
    return this.#state === "answer" ? "" : this.#release(this.#held);
  }

  #release(text: string): string {
    this.#state = "answer";
    this.#held = "";
    return text;
  }
}
