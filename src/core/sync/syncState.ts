import type { FieldMerge } from "./mergeFields.ts";
import { mergeFields } from "./mergeFields.ts";
import type { Match, SyncInput } from "./syncInput.ts";
import { matchAll } from "./syncInput.ts";

/**
 * How a definition and its assistant stand. "changed both": different fields on the two sides, which merge by themselves;
 * "conflict": the same field. "gone here": the file of an assistant that was synced was deleted.
 */
export type SyncState =
  | "in sync"
  | "changed here"
  | "changed there"
  | "changed both"
  | "conflict"
  | "only here"
  | "only there"
  | "gone here"
  | "gone there"
  | "invalid";

export interface StateRow {
  readonly state: SyncState;
  /** Null for an assistant without a definition. */
  readonly path: string | null;
  readonly name: string | null;
  readonly remoteId: string | null;
  /** Keys of the fields that differ from the base, by side. */
  readonly fields: FieldMerge;
}

const nothing: FieldMerge = { here: [], there: [], same: [], conflicts: [] };

/** The state of every definition, sorted by path, and of every assistant without one. */
export function syncStates(input: SyncInput): readonly StateRow[] {
  const { matches, unlinked } = matchAll(input);
  return [
    // An entry of which file and assistant are both gone is nothing to show; the next push forgets it.
    ...matches
      .filter(({ local, remote }) => local !== null || remote !== null)
      .map((match): StateRow => {
        const merge = mergeOf(match);
        const parsed = match.local?.parsed;
        const name =
          parsed === undefined ? (match.remote?.name ?? null) : parsed.valid ? parsed.definition.name : parsed.name;
        return {
          state: stateOf(match, merge),
          path: match.path,
          name,
          remoteId: match.remote?.id ?? null,
          fields: merge,
        };
      }),
    ...unlinked.map(({ id, name }): StateRow => ({
      state: "only there",
      path: null,
      name,
      remoteId: id,
      fields: nothing,
    })),
  ];
}

/** What each side of a match changed; nothing where a side is missing or cannot be read. */
export function mergeOf({ local, entry, remote, here, there }: Match): FieldMerge {
  if (local === null || remote === null || !local.parsed.valid || local.unreadable !== null) return nothing;
  return mergeFields(entry?.base ?? null, here, there);
}

export function stateOf({ local, entry, remote }: Match, merge: FieldMerge): SyncState {
  if (local === null) return remote === null ? "in sync" : "gone here";
  if (!local.parsed.valid || local.unreadable !== null) return "invalid";
  if (remote === null) return entry?.remote == null ? "only here" : "gone there";
  if (merge.conflicts.length > 0) return "conflict";
  if (merge.here.length > 0) return merge.there.length > 0 ? "changed both" : "changed here";
  return merge.there.length > 0 ? "changed there" : "in sync";
}

/** Counts for a status bar (`↑2 ↓1`): what a push and a pull would carry, and what neither can. */
export function countsOf(rows: readonly StateRow[]): {
  readonly up: number;
  readonly down: number;
  readonly conflicts: number;
} {
  const count = (...states: readonly SyncState[]): number => rows.filter(({ state }) => states.includes(state)).length;
  return {
    up: count("changed here", "changed both", "only here"),
    down: count("changed there", "changed both"),
    conflicts: count("conflict", "gone there"),
  };
}
