import { parseAllDocuments } from "yaml";
import type { Document } from "yaml";

/** Which kind of file a text is, by its name. */
export type FileKind = "assistant" | "vectorstore" | "fixtures";

/** A text as the language features see it: parsed once, when first asked for, however broken it is. JSON is read as YAML, of which it is a subset. */
export interface Source {
  readonly kind: FileKind;
  readonly text: string;
  /** Strict JSON is wanted: keys and strings in double quotes, commas between. */
  readonly json: boolean;
  readonly documents: readonly Document[];
}

/** Null for a file that is neither an assistant nor a store. */
export function fileKindOf(path: string): FileKind | null {
  if (/\.assistant\.(ya?ml|json)$/i.test(path)) return "assistant";
  if (/\.fixtures\.yaml$/i.test(path)) return "fixtures";
  return /\.vectorstore\.(ya?ml|json)$/i.test(path) ? "vectorstore" : null;
}

export function readSource(kind: FileKind, text: string, json = false): Source {
  let documents: readonly Document[] | null = null;
  return {
    kind,
    text,
    json,
    get documents() {
      return (documents ??= parseDocuments(text));
    },
  };
}

/**
 * Never throws on text; what is wrong with it is the diagnostics' matter. A colon too many (`description: Note: this`) makes
 * the parser take all that follows for the inside of that value: such a text is parsed again without the colon.
 */
export function parseDocuments(text: string): readonly Document[] {
  const documents = parse(text);
  const mended = withoutStrayColons(text, documents);
  return mended === text ? documents : parse(mended);
}

function parse(text: string): readonly Document[] {
  const parsed = parseAllDocuments(text, {
    merge: true,
    strict: false,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: "silent",
  });
  return Array.isArray(parsed) ? parsed : [];
}

/** Of the same length, so that every offset stays what it is. */
function withoutStrayColons(text: string, documents: readonly Document[]): string {
  let mended = text;
  for (const { code, pos } of documents.flatMap(({ errors }) => errors)) {
    if (code !== "BLOCK_AS_IMPLICIT_KEY" && code !== "MULTILINE_IMPLICIT_KEY") continue;
    const newline = mended.indexOf("\n", pos[1]);
    const end = newline === -1 ? mended.length : newline;
    const rest = mended.slice(pos[0], end).replaceAll(/:(?=\s|$)/g, "_");
    mended = mended.slice(0, pos[0]) + rest + mended.slice(end);
  }
  return mended;
}

/** The document of a multi-document text that an offset lies in. */
export function documentAt(documents: readonly Document[], offset: number): Document | null {
  return (
    documents.findLast((document) => {
      const start = document.contents?.range?.[0] ?? document.range?.[0] ?? 0;
      return start <= offset;
    }) ??
    documents[0] ??
    null
  );
}
