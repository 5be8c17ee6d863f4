/** A value below others: keys of maps and indexes of lists. */
export type ValuePath = readonly (string | number)[];

/**
 * Reads a path such as `order.items[0].name` or `a["odd key"]`.
 * @returns null when the text is no path
 */
export function parsePath(text: string): ValuePath | null {
  const path: (string | number)[] = [];
  let rest = text.trim();
  while (rest !== "") {
    const step =
      /^(?:\.?([\p{L}_$][\p{L}\p{N}_$-]*))/u.exec(rest) ??
      /^\[(\d{1,9})\]/.exec(rest) ??
      /^\[("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')\]/.exec(rest);
    if (step?.[1] === undefined || (path.length === 0 && rest.startsWith("."))) return null;
    const name = step[1];
    if (/^\d+$/.test(name) && rest.startsWith("[")) path.push(Number(name));
    else if (name.startsWith('"') || name.startsWith("'")) path.push(unquoted(name));
    else if (path.length > 0 && !rest.startsWith(".")) return null;
    else path.push(name);
    rest = rest.slice(step[0].length);
  }
  return path.length === 0 ? null : path;
}

function unquoted(text: string): string {
  return text.slice(1, -1).replaceAll(/\\(.)/g, "$1");
}

/** What stands at a path. Only own keys count: what a model writes never reaches a prototype. */
export function valueAt(
  value: unknown,
  path: ValuePath,
): { readonly found: true; readonly value: unknown } | { readonly found: false } {
  let at = value;
  for (const step of path) {
    if (typeof at !== "object" || at === null || !Object.hasOwn(at, step)) return { found: false };
    at = (at as Readonly<Record<string | number, unknown>>)[step];
  }
  return { found: true, value: at };
}
