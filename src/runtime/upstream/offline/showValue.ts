/** Lists longer than this are cut, with a word about it. */
const longestList = 25;
/** Texts too, in characters: ten megabytes of tool output said aloud, token by token, would take the rest of the day. */
const longestText = 4000;

/** A text, or its beginning and how much more there is. */
export function cutText(text: string): string {
  return text.length <= longestText
    ? text
    : `${text.slice(0, longestText).toWellFormed()} … (${text.length - longestText} more characters)`;
}

/** A JSON value in markdown: a list of names and values, or a table for a list of objects. */
export function showValue(value: unknown): string {
  if (Array.isArray(value))
    return value.length === 0
      ? "an empty list"
      : isTable(value)
        ? table(value)
        : cut(value)
            .map((one) => `- ${inline(one)}`)
            .join("\n") + more(value);
  if (typeof value !== "object" || value === null) return `> ${inline(value)}`;
  const lines = nested(value as Record<string, unknown>, 0);
  return lines.length === 0 ? "an empty object" : lines.join("\n\n").replaceAll(/\n\n(\s*- )/g, "\n$1");
}

function nested(fields: Record<string, unknown>, depth: number): string[] {
  const indent = "  ".repeat(depth);
  return Object.entries(fields).flatMap(([name, value]) => {
    if (Array.isArray(value) && value.length > 0 && depth === 0 && isTable(value)) return [`- ${name}:`, table(value)];
    if (
      typeof value === "object" &&
      value !== null &&
      !Array.isArray(value) &&
      depth < 3 &&
      Object.keys(value).length > 0
    ) {
      return [`${indent}- ${name}:`, ...nested(value as Record<string, unknown>, depth + 1)];
    }
    return [`${indent}- ${name}: ${inline(value)}`];
  });
}

function isTable(values: readonly unknown[]): values is Record<string, unknown>[] {
  return values.every(
    (one) => typeof one === "object" && one !== null && !Array.isArray(one) && Object.keys(one).length > 0,
  );
}

function table(rows: readonly Record<string, unknown>[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`;
  const body = cut(rows).map((row) =>
    line(columns.map((column) => (row[column] === undefined ? "" : inline(row[column])))),
  );
  return [line(columns), line(columns.map(() => "---")), ...body].join("\n") + more(rows);
}

function cut<T>(values: readonly T[]): readonly T[] {
  return values.slice(0, longestList);
}

function more(values: readonly unknown[]): string {
  return values.length > longestList ? `\n\n… and ${values.length - longestList} more.` : "";
}

function inline(value: unknown): string {
  if (typeof value === "string") return value === "" ? "(empty)" : cutText(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (value === null) return "none";
  if (Array.isArray(value) && value.every((one) => typeof one !== "object"))
    return value.length === 0 ? "none" : cut(value).map(String).join(", ");
  const text = cutText(JSON.stringify(value));
  return typeof value === "object" ? `\`${text}\`` : text;
}
