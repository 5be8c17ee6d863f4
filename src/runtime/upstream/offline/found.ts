/** Something in the user's text that can be an argument. */
export interface Found {
  readonly value: unknown;
  /** Where it stands in the text. */
  readonly start: number;
  readonly end: number;
  /** Whether its form alone says that it is meant (an id of the right shape), as against a guess (the next capital word). */
  readonly sure: boolean;
  /**
   * Its form speaks for the function by itself: it is that of the parameter's pattern, format or example (`exact`), or the
   * example's with other letters (`alike`), which counts as long as no other function has the exact one.
   */
  readonly distinctive?: "exact" | "alike";
}

/** Every match of a pattern; the value is the first group if there is one. */
export function matches(
  text: string,
  pattern: RegExp,
  sure: boolean,
  convert: (text: string) => unknown = (same) => same,
): Found[] {
  const found: Found[] = [];
  for (const match of text.matchAll(pattern)) {
    const raw = match[1] ?? match[0];
    const start = match.index + match[0].lastIndexOf(raw);
    const value = convert(raw);
    if (raw !== "" && value !== undefined) found.push({ value, start, end: start + raw.length, sure });
  }
  return found;
}

/** The first of several readings that finds anything. */
export function firstOf(...readings: readonly (() => Found[])[]): Found[] {
  for (const read of readings) {
    const found = read();
    if (found.length > 0) return found;
  }
  return [];
}

export function asExact(found: Found): Found {
  return { ...found, distinctive: "exact" };
}

/** Without repeated values, in the order of the text. */
export function distinct(found: readonly Found[]): Found[] {
  const seen = new Set<string>();
  return found
    .toSorted((a, b) => a.start - b.start)
    .filter((one) => {
      const key = JSON.stringify(one.value);
      return !seen.has(key) && seen.add(key);
    });
}

export function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
