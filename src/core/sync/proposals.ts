import type { Assistant } from "../wire.ts";
import { markerOf } from "./fields.ts";
import type { Match, Matches } from "./syncInput.ts";

/** An assistant that a definition may be. It is linked only when a person says so. */
export interface Proposal {
  readonly path: string;
  readonly remoteId: string;
  readonly remoteName: string | null;
  /** `marker`: it was pushed from this path; `moved`: linked to a file that is gone, of the same name; `name`: the same name only. */
  readonly reason: "marker" | "moved" | "name";
  /** The path in the lock that it was linked to, for `moved`. */
  readonly from: string | null;
}

/** The path part of a marker, which is `PATH#RANDOM`. */
export function markerPath(marker: string): string {
  return marker.slice(0, Math.max(0, marker.lastIndexOf("#")));
}

/** For every definition without an assistant, those it may be: how a lost lock is rebuilt, and a moved file followed. */
export function proposalsOf({ matches, unlinked }: Matches): ReadonlyMap<string, readonly Proposal[]> {
  const byPath = new Map<string, Assistant[]>();
  const byName = new Map<string, Assistant[]>();
  for (const remote of unlinked) {
    const marker = markerOf(remote);
    if (marker !== null) append(byPath, markerPath(marker), remote);
    if (remote.name !== null) append(byName, remote.name, remote);
  }
  const moved = new Map<string, Match[]>();
  for (const match of matches)
    if (match.local === null && match.remote?.name != null) append(moved, match.remote.name, match);
  const proposals = new Map<string, readonly Proposal[]>();
  for (const { path, local, remote, entry } of matches) {
    if (local === null || remote !== null || !local.parsed.valid) continue;
    const { name } = local.parsed.definition;
    const marked = byPath.get(path) ?? [];
    // The lock names an assistant that is not there, and one is there that was pushed from this path: the lock is another connection's.
    const isElsewhere = entry?.remote != null;
    const found: readonly Proposal[] = [
      ...marked.map((one) => proposal(path, one, "marker", null)),
      ...(isElsewhere ? [] : (moved.get(name) ?? [])).flatMap((one) =>
        one.remote === null ? [] : [proposal(path, one.remote, "moved", one.path)],
      ),
      ...(isElsewhere ? [] : (byName.get(name) ?? []))
        .filter((one) => !marked.includes(one))
        .map((one) => proposal(path, one, "name", null)),
    ];
    if (found.length > 0) proposals.set(path, found);
  }
  return proposals;
}

function proposal(path: string, { id, name }: Assistant, reason: Proposal["reason"], from: string | null): Proposal {
  return { path, remoteId: id, remoteName: name, reason, from };
}

function append<T>(map: Map<string, T[]>, key: string, item: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [item]);
  else list.push(item);
}
