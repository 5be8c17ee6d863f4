/** What a server sent, of which nothing is known yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** The fields of an object; none for anything else. */
export function fieldsOf(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

/** A string as it is; empty for anything else. */
export function stringOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
