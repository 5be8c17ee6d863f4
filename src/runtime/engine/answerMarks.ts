import type { Annotation } from "openai/resources/beta/threads/messages";

/** What a run's tools made known, of which its messages may speak. Kept with the run. */
export interface KnownSources {
  /** File ids by the place in a mark: `4:0` of `【4:0†source】`. */
  readonly citations: Readonly<Record<string, string>>;
  /** File ids by path: `/mnt/data/out.csv` of `sandbox:/mnt/data/out.csv`. */
  readonly paths: Readonly<Record<string, string>>;
}

export const noSources: KnownSources = { citations: {}, paths: {} };

/** A stretch of a message; with `source`, it is a mark that is to be annotated. */
export interface AnswerPiece {
  readonly text: string;
  readonly source?: { readonly type: Annotation["type"]; readonly fileId: string };
}

const open = "【";
/** No mark is longer, whatever the file is called. */
const longestMark = 300;
const scheme = "sandbox:";

/**
 * Finds the marks of sources in a text that comes in fragments. A mark is given as one piece; what may be the beginning of one is
 * held back until it is known. A mark of something unknown is text.
 */
export class AnswerMarks {
  #held = "";

  /** What is certain after this fragment. */
  read(fragment: string, known: KnownSources): AnswerPiece[] {
    this.#held += fragment;
    return this.#take(known, false);
  }

  /** What was held back: no mark any more. */
  end(known: KnownSources): AnswerPiece[] {
    return this.#take(known, true);
  }

  #take(known: KnownSources, ending: boolean): AnswerPiece[] {
    const pieces: AnswerPiece[] = [];
    let text = "";
    const tell = (): void => {
      if (text !== "") pieces.push({ text });
      text = "";
    };
    while (this.#held !== "") {
      const from = beginningIn(this.#held, known);
      text += this.#held.slice(0, from);
      this.#held = this.#held.slice(from);
      if (this.#held === "") break;
      const mark = this.#held.startsWith(open) ? citationAt(this.#held, known) : pathAt(this.#held, known, ending);
      if (mark === "later" && !ending) break;
      if (typeof mark === "object") {
        tell();
        pieces.push(mark);
      } else {
        text += this.#held.slice(0, 1);
      }
      this.#held = this.#held.slice(typeof mark === "object" ? mark.text.length : 1);
    }
    tell();
    return pieces;
  }
}

/** Where the first mark may begin; the text's length when nowhere. A run without sources has nothing to wait for. */
function beginningIn(text: string, { citations, paths }: KnownSources): number {
  const bracket = isEmpty(citations) ? -1 : text.indexOf(open);
  const path = isEmpty(paths) ? -1 : text.indexOf(scheme);
  const found = Math.min(...[bracket, path].filter((at) => at !== -1), text.length);
  if (found < text.length || isEmpty(paths)) return found;
  // The end of the text may be the beginning of the scheme.
  for (let length = Math.min(scheme.length - 1, text.length); length > 0; length--)
    if (text.endsWith(scheme.slice(0, length))) return text.length - length;
  return text.length;
}

function isEmpty(record: Readonly<Record<string, string>>): boolean {
  for (const _ in record) return false;
  return true;
}

function citationAt(text: string, { citations }: KnownSources): AnswerPiece | "later" | undefined {
  const end = text.indexOf("】");
  if (end === -1) return text.length < longestMark && /^【[\d:]*(?:†[^【]*)?$/.test(text) ? "later" : undefined;
  const place = /^【(\d+:\d+)(?:†[^【】]*)?】$/.exec(text.slice(0, end + 1))?.[1];
  const fileId = place !== undefined && Object.hasOwn(citations, place) ? citations[place] : undefined;
  return fileId === undefined ? undefined : { text: text.slice(0, end + 1), source: { type: "file_citation", fileId } };
}

/** The longest path that is there; models write blanks in links as `%20`. */
function pathAt(text: string, { paths }: KnownSources, ending: boolean): AnswerPiece | "later" | undefined {
  const written = Object.entries(paths).flatMap(([path, fileId]) =>
    [...new Set([path, encodeURI(path)])].map((one) => ({ text: `${scheme}${one}`, fileId })),
  );
  if (!ending && written.some((one) => one.text.length > text.length && one.text.startsWith(text))) return "later";
  const [longest] = written
    .filter((one) => text.startsWith(one.text))
    .toSorted((a, b) => b.text.length - a.text.length);
  return longest === undefined
    ? undefined
    : { text: longest.text, source: { type: "file_path", fileId: longest.fileId } };
}
