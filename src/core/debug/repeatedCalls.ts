import { parseJson } from "../exactJson.ts";
import { canonicalJson } from "../sync/canonical.ts";

/** So many equal calls in a run look like a loop. */
export const loopCount = 3;

/** Counts equal calls of a run: same function, same arguments. Spaces and the order of keys do not count. */
export class RepeatedCalls {
  readonly #counts = new Map<string, number>();
  readonly #seen = new Map<string, number>();

  /** How often the function was called with these arguments so far, this call included. Asked again about a call, it says the same. */
  count(callId: string, name: string, args: string): number {
    const known = this.#seen.get(callId);
    if (known !== undefined) return known;
    const key = `${name} ${canonical(args)}`;
    const count = (this.#counts.get(key) ?? 0) + 1;
    this.#counts.set(key, count);
    this.#seen.set(callId, count);
    return count;
  }
}

function canonical(text: string): string {
  try {
    return canonicalJson(parseJson(text));
  } catch {
    // Not JSON, or nested deeper than the stack: equal as text or not at all.
    return text.trim();
  }
}
