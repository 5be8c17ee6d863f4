import { spanOf } from "./nodes.ts";
import type { Span } from "./nodes.ts";
import { placesOf } from "./place.ts";
import type { Source } from "./source.ts";
import { valueSourceOf } from "./valueSources.ts";

/** Text that names a file or a store; whether it exists is for the host to find out. */
export interface Link extends Span {
  /** `path`: relative to the file, with forward slashes. `store`: a store definition's name. */
  readonly kind: "path" | "store";
  readonly target: string;
}

export function linksOf(source: Source): readonly Link[] {
  return source.documents.flatMap((document) =>
    [...placesOf(document)].flatMap((place): readonly Link[] => {
      if (place.role !== "value") return [];
      const { value, type } = place.node;
      const from = valueSourceOf(source.kind, place.path);
      const span = spanOf(place.node);
      if (typeof value !== "string" || value === "" || span === null) return [];
      if (from === "stores")
        return value.startsWith("vs_") ? [] : [{ kind: "store", target: value, ...inner(span, type) }];
      if (from !== "paths" || !isPath(value)) return [];
      return [{ kind: "path", target: value.replaceAll("\\", "/"), ...inner(span, type) }];
    }),
  );
}

export function linkAt(source: Source, offset: number): Link | null {
  return linksOf(source).find(({ start, end }) => start <= offset && offset <= end) ?? null;
}

/** Words of a command, absolute paths, URLs and globs are no files beside the definition. */
function isPath(value: string): boolean {
  if (/^(?:\/|~|-|[A-Za-z][A-Za-z0-9+.-]*:)|[*?{}\n]/.test(value)) return false;
  return value.includes("/") || value.includes("\\") || /\.\w+$/.test(value);
}

function inner(span: Span, type: string | undefined): Span {
  const isQuoted = type === "QUOTE_DOUBLE" || type === "QUOTE_SINGLE";
  return isQuoted && span.end - span.start >= 2 ? { start: span.start + 1, end: span.end - 1 } : span;
}
