import type { Assistant } from "../wire.ts";
import { markerOf } from "./fields.ts";
import type { Fields } from "./fields.ts";
import { fieldsOf } from "./fields.ts";
import type { LocalDefinition } from "./localDefinition.ts";
import { localFields } from "./localDefinition.ts";
import type { ConnectionLock, Lock, LockEntry } from "./lock.ts";
import { connectionIn } from "./lock.ts";

/** Everything that a state or a plan is computed from. */
export interface SyncInput {
  /** The connection's key in the lock. */
  readonly connection: string;
  readonly lock: Lock;
  /** Every definition of the folder, also those that are not asked for. */
  readonly definitions: readonly LocalDefinition[];
  /** Every assistant of the connection. */
  readonly remotes: readonly Assistant[];
  /** For definitions that name no model; null when the connection has none either. */
  readonly model: string | null;
}

/** A definition, its entry in the lock and its assistant: whichever of them there are. */
export interface Match {
  readonly path: string;
  readonly local: LocalDefinition | null;
  readonly entry: LockEntry | null;
  readonly remote: Assistant | null;
  /** Both sides as fields; empty where a side is missing. */
  readonly here: Fields;
  readonly there: Fields;
}

export interface Matches {
  readonly lock: ConnectionLock;
  /** Sorted by path. */
  readonly matches: readonly Match[];
  /** Assistants that no definition is linked to. */
  readonly unlinked: readonly Assistant[];
}

/**
 * Brings definitions, lock and assistants together. A creation that was begun and not recorded is found by its marker. An
 * entry without a file and without a base is what an interrupted pull left: it means nothing.
 */
export function matchAll(input: SyncInput): Matches {
  const lock = connectionIn(input.lock, input.connection);
  const byId = new Map(input.remotes.map((remote) => [remote.id, remote]));
  const byMarker = new Map<string, Assistant>();
  for (const remote of input.remotes) {
    const marker = markerOf(remote);
    if (marker !== null) byMarker.set(marker, remote);
  }
  const locals = new Map(input.definitions.map((local) => [local.path, local]));
  const linked = new Set<string>();
  const entries = new Map(Object.entries(lock.definitions));
  const paths = [...new Set([...locals.keys(), ...entries.keys()])].toSorted();
  const matches = paths.flatMap((path): readonly Match[] => {
    const [local, entry] = [locals.get(path) ?? null, entries.get(path) ?? null];
    if (local === null && entry?.base == null) return [];
    const found =
      entry === null ? undefined : entry.remote === null ? byMarker.get(entry.marker) : byId.get(entry.remote);
    const remote = found ?? null;
    if (remote !== null) linked.add(remote.id);
    const there = remote === null ? {} : fieldsOf(remote);
    const asked = local === null ? {} : localFields(local, lock, input.model);
    const here = local?.parsed.valid === true ? followed(asked, entry, remote, there) : asked;
    return [{ path, local, entry, remote, here, there }];
  });
  return { lock, matches, unlinked: input.remotes.filter(({ id }) => !linked.has(id)) };
}

/**
 * A definition's fields beside its assistant. Without a model of its own and of the connection, it has the assistant's. A name that is
 * the assistant's id stands there only because a definition needs one (`newDefinition.ts`): it is none, as long as the assistant has none.
 */
export function followed(here: Fields, entry: LockEntry | null, remote: Assistant | null, there: Fields): Fields {
  const result: Record<string, unknown> = { ...here };
  if (here["model"] === undefined && there["model"] !== undefined) result["model"] = there["model"];
  const id = remote?.id ?? entry?.remote ?? null;
  const known = remote === null ? entry?.base : there;
  if (id !== null && here["name"] === id && known?.["name"] === undefined) delete result["name"];
  return result;
}
