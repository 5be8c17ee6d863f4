/**
 * Text that only grows, as a chain of what was appended. A stream of n fragments costs n: neither adding one nor asking
 * for what came since an earlier state reads the whole text again.
 */
export interface GrowingText {
  /** Length of the whole text in UTF-16 units. */
  readonly length: number;
  readonly appended: string;
  readonly previous: GrowingText | null;
}

export const emptyText: GrowingText = { length: 0, appended: "", previous: null };

export function textOf(value: string): GrowingText {
  return value === "" ? emptyText : { length: value.length, appended: value, previous: null };
}

export function appendText(text: GrowingText, addition: string): GrowingText {
  return addition === "" ? text : { length: text.length + addition.length, appended: addition, previous: text };
}

/** The whole text. Costs its length. */
export function wholeText(text: GrowingText): string {
  return collect(text, null) ?? "";
}

/** What was appended to `earlier` to make `text`; null when `text` does not continue `earlier`. */
export function textSince(text: GrowingText, earlier: GrowingText): string | null {
  return collect(text, earlier);
}

function collect(text: GrowingText, until: GrowingText | null): string | null {
  const parts: string[] = [];
  let node: GrowingText | null = text;
  while (node !== null && node !== until) {
    // The empty text is a state that any other continues, whichever object stands for it.
    if (until !== null && until.length === 0 && node.length === 0) return parts.reverse().join("");
    parts.push(node.appended);
    node = node.previous;
  }
  if (until !== null && node === null && until.length > 0) return null;
  return parts.reverse().join("");
}
