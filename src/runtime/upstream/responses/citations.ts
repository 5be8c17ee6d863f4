import { fieldsOf, stringOf, type Fields } from "../http/fields.ts";
import type { TurnEvent } from "../port.ts";

export interface Citation {
  readonly fileId: string;
  readonly filename: string;
  /** After how many characters of its part. */
  readonly index: number;
}

/** A `file_citation`; nothing else has a place in a message. */
export function readCitation(annotation: unknown): Citation | undefined {
  const { type, file_id: fileId, filename, index } = fieldsOf(annotation);
  if (type !== "file_citation" || typeof fileId !== "string" || fileId === "") return undefined;
  // Without a place it belongs to what has been said when it comes.
  return { fileId, filename: stringOf(filename), index: typeof index === "number" ? index : 0 };
}

/** The citations of a finished message, each with the place of its part in the message's text. */
export function citationsIn(
  message: Fields,
): { readonly citation: Citation; readonly part: number; readonly at: number; readonly start: number }[] {
  const parts = Array.isArray(message["content"]) ? message["content"].map(fieldsOf) : [];
  let start = 0;
  return parts.flatMap((one, part) => {
    const begins = start;
    start += stringOf(one["text"]).length;
    const annotations = Array.isArray(one["annotations"]) ? one["annotations"] : [];
    return annotations.flatMap((annotation: unknown, at) => {
      const citation = readCitation(annotation);
      return citation === undefined ? [] : [{ citation, part, at, start: begins }];
    });
  });
}

/**
 * The citations of one message, until it is their turn: each is told once, when the text has reached its place, or at once where
 * the text is further already. Places are those of the text as the server has it, without the marks.
 */
export class Citations {
  readonly #starts = new Map<unknown, number>();
  readonly #seen = new Set<string>();
  #waiting: { readonly place: number; readonly citation: Citation }[] = [];

  /** Where a part begins in the message's text, as far as it is known. */
  startOf(part: unknown): number {
    return this.#starts.get(part ?? 0) ?? 0;
  }

  /** A part of the message begins at this place of its text. */
  partBegins(part: unknown, place: number): void {
    const key = part ?? 0;
    if (!this.#starts.has(key)) this.#starts.set(key, place);
  }

  /** @param at which of its part's annotations it is; the finished message repeats those that were streamed */
  add(citation: Citation, part: unknown, at: unknown): void {
    const key = JSON.stringify([part ?? 0, typeof at === "number" ? at : citation]);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    this.#waiting.push({ place: (this.#starts.get(part ?? 0) ?? 0) + citation.index, citation });
    this.#waiting.sort((a, b) => a.place - b.place);
  }

  /** The citations whose place has been reached. */
  *due(length: number): Iterable<TurnEvent> {
    for (;;) {
      const [first] = this.#waiting;
      if (first === undefined || first.place > length) return;
      this.#waiting.shift();
      const { fileId, filename } = first.citation;
      yield { kind: "citation", fileId, filename };
    }
  }

  /** A text that follows `length` characters, cut at the places of citations; never inside of a surrogate pair. */
  *split(text: string, length: number): Iterable<string> {
    let rest = text;
    let told = length;
    for (;;) {
      const place = this.#waiting[0]?.place;
      let size = place === undefined ? rest.length : Math.max(0, place - told);
      if (size > 0 && size < rest.length && /[\uD800-\uDBFF]/.test(rest.charAt(size - 1))) size++;
      if (size === 0 || size >= rest.length) break;
      yield rest.slice(0, size);
      rest = rest.slice(size);
      told += size;
    }
    if (rest !== "") yield rest;
  }
}
