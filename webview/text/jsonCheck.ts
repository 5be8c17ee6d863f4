/** What a typed tool output is. Any text may be sent; JSON is what most models are told to expect. */
export type JsonCheck =
  | { readonly kind: "empty" }
  | { readonly kind: "json"; readonly value: unknown }
  | { readonly kind: "text"; readonly line: number; readonly column: number };

/** Looks at a text as it is typed. */
export function checkJson(text: string): JsonCheck {
  if (text.trim() === "") {
    return { kind: "empty" };
  }
  try {
    return { kind: "json", value: JSON.parse(text) };
  } catch {
    const before = text.slice(0, errorOffset(text));
    const lastBreak = before.lastIndexOf("\n");
    return { kind: "text", line: before.split("\n").length, column: before.length - lastBreak };
  }
}

/**
 * Where a text stops being JSON. V8 names the position in some of its errors only, so it is searched for: a beginning
 * either can go on to be JSON, or cannot whatever follows, and that changes once.
 */
function errorOffset(text: string): number {
  let good = 0;
  let bad = text.length + 1;
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (canGoOn(text.slice(0, middle))) {
      good = middle;
    } else {
      bad = middle;
    }
  }
  return good;
}

function canGoOn(start: string): boolean {
  try {
    JSON.parse(start);
    return true;
  } catch (error) {
    const message = String(error);
    if (/end of JSON input|Unterminated string/.test(message)) {
      return true;
    }
    const position = /at position (\d+)/.exec(message);
    return position !== null && Number(position[1]) >= start.length;
  }
}
