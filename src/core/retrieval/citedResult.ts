import type { RunTrace } from "../runTrace.ts";
import type { Annotation, FileSearchResult } from "../wire.ts";

/** What a mark such as `【4:0†returns.md】` says by itself. */
export interface Mark {
  /** Which call of the run found the source, and which of its results it was; by observation, nowhere documented. */
  readonly call: number;
  readonly result: number;
  /** The source's name; null where the mark has none. */
  readonly name: string | null;
}

/** @returns null for a text that is no mark of this form: marks are opaque */
export function readMark(text: string): Mark | null {
  const match = /^【(\d{1,6}):(\d{1,6})(?:†([^】]*))?】$/.exec(text);
  if (match === null) return null;
  const name = match[3]?.trim() ?? "";
  return { call: Number(match[1]), result: Number(match[2]), name: name === "" || name === "source" ? null : name };
}

/**
 * The search result that a citation speaks of. The mark's numbers are believed when they lead to a result of the cited file; else the
 * best result of that file is meant.
 * @param searches the results of the run's searches, in their order, each best first
 * @returns null when the run's searches did not find the file
 */
export function citedResult(
  annotation: Extract<Annotation, { type: "file_citation" }>,
  searches: readonly (readonly FileSearchResult[])[],
): FileSearchResult | null {
  const { file_id: fileId } = annotation.file_citation;
  const mark = readMark(annotation.text);
  if (mark !== null) {
    const named = searches[mark.call]?.[mark.result];
    if (named?.file_id === fileId) return named;
    // Some servers count something else than searches first.
    for (const results of searches) {
      const result = results[mark.result];
      if (result?.file_id === fileId) return result;
    }
  }
  const ofFile = searches.flat().filter((result) => result.file_id === fileId);
  return ofFile.reduce<FileSearchResult | null>(
    (best, result) => (best === null || result.score > best.score ? result : best),
    null,
  );
}

/** The text of a result; empty when the server did not send it. */
export function resultText(result: FileSearchResult): string {
  return (result.content ?? []).map((part) => part.text ?? "").join("\n");
}

/** The store that a result was found in: a field of the embedded runtime's own; null where the server does not say. */
export function storeIdOf(result: unknown): string | null {
  const { x_vector_store_id: id } = (result ?? {}) as { readonly x_vector_store_id?: unknown };
  return typeof id === "string" ? id : null;
}

/** What a file search looked for: a field of the embedded runtime's own; empty where the server does not say. */
export function queriesOf(search: unknown): readonly string[] {
  const { x_queries: queries } = (search ?? {}) as { readonly x_queries?: unknown };
  return Array.isArray(queries) ? queries.filter((query) => typeof query === "string") : [];
}

/**
 * Whether a file search of the run was told without the text of its results. A server sends it to those who ask for it, and who submits
 * tool outputs cannot ask: the stream that follows may lack it.
 */
export function lacksResultText({ steps }: RunTrace): boolean {
  return steps.some(({ calls }) => calls.some(({ results }) => results?.some((one) => one.content === undefined)));
}
