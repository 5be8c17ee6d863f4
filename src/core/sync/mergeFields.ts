import type { Fields } from "./fields.ts";
import { equalFields } from "./fields.ts";

/** Which side changed which field since the base. Every key that differs anywhere is in exactly one list. */
export interface FieldMerge {
  /** Changed here only. */
  readonly here: readonly string[];
  /** Changed there only. */
  readonly there: readonly string[];
  /** Changed on both sides to the same value: only the base is behind. */
  readonly same: readonly string[];
  /** Changed on both sides to different values; or different, with no base to tell who changed it. */
  readonly conflicts: readonly string[];
}

export function mergeFields(base: Fields | null, local: Fields, remote: Fields): FieldMerge {
  const merge = { here: [] as string[], there: [] as string[], same: [] as string[], conflicts: [] as string[] };
  const keys = new Set([...Object.keys(local), ...Object.keys(remote), ...Object.keys(base ?? {})]);
  for (const key of keys) {
    const equal = equalFields(local[key], remote[key]);
    if (base === null) {
      merge[equal ? "same" : "conflicts"].push(key);
      continue;
    }
    const [changedHere, changedThere] = [!equalFields(local[key], base[key]), !equalFields(remote[key], base[key])];
    if (!changedHere && !changedThere) continue;
    merge[equal ? "same" : changedHere && changedThere ? "conflicts" : changedHere ? "here" : "there"].push(key);
  }
  return merge;
}

/** The fields with some keys taken from elsewhere; a key that is absent there goes. */
export function overlaid(fields: Fields, keys: readonly string[], from: Fields): Fields {
  const result: Record<string, unknown> = { ...fields };
  for (const key of keys) {
    if (from[key] === undefined) delete result[key];
    else result[key] = from[key];
  }
  return result;
}
