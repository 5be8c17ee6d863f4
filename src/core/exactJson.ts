/**
 * JSON whose integers keep their digits. Ids of many services have more than the 53 bits that a number holds, and what passes through here goes
 * back to such a service: an integer that no number holds exactly is a `bigint`. Everything else is as JSON.parse and JSON.stringify have it.
 */

/** @throws SyntaxError as JSON.parse does */
export function parseJson(text: string): unknown {
  const value: unknown = JSON.parse(text);
  if (!/\d{16}/.test(text)) return value;
  // What stands for an integer begins as no text in here does, however it is escaped.
  const mark = markNotIn(JSON.stringify(value));
  const marked = replaceIntegers(text, (digits) =>
    Number.isSafeInteger(Number(digits)) ? digits : `"${mark}${digits}"`,
  );
  return JSON.parse(marked, (_, item: unknown) =>
    typeof item === "string" && item.startsWith(mark) ? BigInt(item.slice(mark.length)) : item,
  );
}

/** As JSON.stringify: undefined for what JSON cannot say. */
export function writeJson(value: unknown, indent?: number | string): string | undefined {
  let exact = true;
  const text = JSON.stringify(
    value,
    (_, item: unknown) => {
      if (typeof item !== "bigint") return item;
      exact = false;
      return 0;
    },
    indent,
  ) as string | undefined;
  if (exact || text === undefined) return text;
  const mark = markNotIn(text);
  const marked = JSON.stringify(
    value,
    (_, item: unknown) => (typeof item === "bigint" ? `${mark}${item}` : item),
    indent,
  );
  return marked.replaceAll(new RegExp(`"${mark}(-?\\d+)"`, "g"), "$1");
}

/** The value as JSON.parse has it, for those who know numbers only. */
export function withNumbers(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(withNumbers);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withNumbers(item)]));
}

/** An integer as it is written: a bigint where a number would be another one. */
export function integerOf(digits: string): number | bigint {
  const number = Number(digits);
  return Number.isSafeInteger(number) ? number : BigInt(digits);
}

function markNotIn(text: string): string {
  let mark = "@";
  while (text.includes(mark)) mark += "@";
  return mark;
}

/** Replaces the integers of a text that is JSON, those within its strings excepted. */
function replaceIntegers(text: string, replaced: (digits: string) => string): string {
  const next = /["\d-]/g;
  const number = /-?\d+(\.\d+)?([eE][+-]?\d+)?/y;
  let result = "";
  let from = 0;
  for (let found = next.exec(text); found !== null; found = next.exec(text)) {
    if (found[0] === '"') {
      let end = found.index + 1;
      while (text[end] !== '"') end += text[end] === "\\" ? 2 : 1;
      next.lastIndex = end + 1;
      continue;
    }
    number.lastIndex = found.index;
    const [token = "", fraction, exponent] = number.exec(text) ?? [];
    next.lastIndex = found.index + Math.max(1, token.length);
    if (fraction !== undefined || exponent !== undefined) continue;
    result += text.slice(from, found.index) + replaced(token);
    from = found.index + token.length;
  }
  return result + text.slice(from);
}
