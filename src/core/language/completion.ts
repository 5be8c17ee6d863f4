import type { Site } from "./site.ts";

export type CompletionKind = "field" | "value" | "model" | "file" | "folder" | "store" | "scaffold";

export interface Completion {
  readonly label: string;
  readonly kind: CompletionKind;
  readonly detail: string;
  /** Markdown. */
  readonly documentation: string;
  /** A snippet, with its own indentation. */
  readonly insert: string;
  /** `[start, end)` is replaced. */
  readonly start: number;
  readonly end: number;
  /** What is matched with the text from `start` to the cursor. */
  readonly filter: string;
  /** Ask again after it was inserted: there is more to choose. */
  readonly again: boolean;
  /** `schema`: any language server that reads the schema offers it too. */
  readonly origin: "schema" | "workspace";
}

/** A completion of a site: the quotes, what goes before and what behind are added to the text. */
export function completionOf(
  site: Site,
  item: Omit<Completion, "start" | "end" | "filter" | "detail" | "documentation" | "again" | "origin"> &
    Partial<Completion>,
): Completion {
  return {
    detail: "",
    documentation: "",
    filter: item.label,
    again: false,
    origin: "schema",
    start: site.start,
    end: site.end,
    ...item,
    insert: `${site.lead.replaceAll("$", String.raw`\$`)}${item.insert}${site.trail}`,
  };
}
