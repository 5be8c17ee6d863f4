/** A parsed map, of which nothing is known yet. */
export type JsonMap = Readonly<Record<string, unknown>>;

export function isJsonMap(value: unknown): value is JsonMap {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The value as a map; an empty one where it is none. */
export function jsonMap(value: unknown): JsonMap {
  return isJsonMap(value) ? value : {};
}

/** The value as a list; an empty one where it is none. */
export function jsonList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
