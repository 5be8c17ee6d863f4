import { fieldsOf, stringOf, type Fields } from "../http/fields.ts";
import type { TurnEvent } from "../port.ts";

type Told = Extract<TurnEvent, { kind: "container.file" }>;

interface Waiting extends Omit<Told, "kind" | "link"> {
  /** In the text of its message. */
  readonly start: number;
  readonly end: number;
}

const scheme = "sandbox:";

/** The files of containers that one message hands out: each is told once, when the text has reached the end of its link. */
export class ContainerCitations {
  readonly #seen = new Set<string>();
  #waiting: Waiting[] = [];

  /**
   * @param begins where the annotation's part begins in the message's text
   * @param place says which annotation of the message it is: the finished message repeats those that were streamed
   */
  add(annotation: unknown, begins: number, place: string): void {
    const {
      type,
      container_id: containerId,
      file_id: fileId,
      filename,
      start_index: from,
      end_index: to,
    } = fieldsOf(annotation);
    if (type !== "container_file_citation" || stringOf(fileId) === "" || this.#seen.has(place)) return;
    this.#seen.add(place);
    const start = begins + (typeof from === "number" ? from : 0);
    this.#waiting.push({
      containerId: stringOf(containerId),
      fileId: stringOf(fileId),
      filename: stringOf(filename),
      start,
      end: Math.max(start, begins + (typeof to === "number" ? to : 0)),
    });
  }

  /** Those whose links have been told. @param length how much of the text is certain; infinite when it is whole */
  *due(text: string, length: number): Iterable<Told> {
    const due = this.#waiting.filter((one) => one.end <= length);
    if (due.length === 0) return;
    this.#waiting = this.#waiting.filter((one) => one.end > length);
    for (const { start, end, ...file } of due)
      yield { kind: "container.file", ...file, link: linkIn(text, start, end, file.filename) };
  }
}

/** The link that an annotation is about. Where its positions do not point at one, it is the last that names the file. */
function linkIn(text: string, start: number, end: number, filename: string): string {
  if (end === start) return "";
  const units = text.slice(start, end);
  if (units.startsWith(scheme)) return units;
  // Positions may count characters where JavaScript counts the halves of some.
  const characters = Array.from(text).slice(start, end).join("");
  if (characters.startsWith(scheme)) return characters;
  const names = new Set([filename, encodeURI(filename)].filter((name) => name !== ""));
  const links = text.match(/sandbox:\/[^\s)\]>"'`]*/g) ?? [];
  return links.findLast((link) => [...names].some((name) => link.endsWith(`/${name}`))) ?? "";
}

/** The annotations of a finished message, each with where its part begins in the message's text. */
export function annotationsIn(
  message: Fields,
): { readonly annotation: unknown; readonly begins: number; readonly place: string }[] {
  const parts = Array.isArray(message["content"]) ? message["content"].map(fieldsOf) : [];
  let next = 0;
  return parts.flatMap(({ text, annotations }, part) => {
    const begins = next;
    next += stringOf(text).length;
    return (Array.isArray(annotations) ? annotations : []).map((annotation: unknown, at) => ({
      annotation,
      begins,
      place: placeOf(part, at),
    }));
  });
}

/** Tells an annotation from the others of its message. */
export function placeOf(part: unknown, at: unknown): string {
  return JSON.stringify([part ?? 0, at ?? 0]);
}
