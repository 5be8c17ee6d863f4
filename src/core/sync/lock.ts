import type { Fields } from "./fields.ts";

/** Which remote assistant a definition is. */
export interface LockEntry {
  /** Null while a creation was begun and its answer not yet seen: the marker finds what it made. */
  readonly remote: string | null;
  /** What stands in the assistant's metadata under `assistants_workbench`. */
  readonly marker: string;
  /** The fields as last synced; null when nothing was synced yet: then every difference is a conflict. */
  readonly base: Fields | null;
}

/** An upload of a file. `id` is null while it was begun and its answer not yet seen. */
export interface LockedFile {
  readonly id: string | null;
  /** Of the content that was uploaded, in hex. */
  readonly sha256: string;
}

/** A vector store made from a store definition. */
export interface LockedStore {
  readonly id: string | null;
  readonly marker: string;
}

/** What is known of one connection. Keys are paths from the folder of the lock, with forward slashes, and store names. */
export interface ConnectionLock {
  readonly definitions: Readonly<Record<string, LockEntry>>;
  readonly files: Readonly<Record<string, LockedFile>>;
  readonly stores: Readonly<Record<string, LockedStore>>;
}

/** `assistants.lock.json`. Connections go by a name that everybody who shares the repository gives them, such as the base URL. */
export interface Lock {
  readonly connections: Readonly<Record<string, ConnectionLock>>;
}

export const emptyLock: Lock = { connections: {} };

export const emptyConnection: ConnectionLock = { definitions: {}, files: {}, stores: {} };

export function connectionIn(lock: Lock, connection: string): ConnectionLock {
  return (Object.hasOwn(lock.connections, connection) ? lock.connections[connection] : undefined) ?? emptyConnection;
}

export function entryOf(lock: ConnectionLock, path: string): LockEntry | null {
  return (Object.hasOwn(lock.definitions, path) ? lock.definitions[path] : undefined) ?? null;
}

/** The lock with one connection put in the place of what it had. */
export function withConnection(lock: Lock, connection: string, state: ConnectionLock): Lock {
  return { connections: { ...lock.connections, [connection]: state } };
}

/** The connection with an entry put in, or taken out with null. */
export function withEntry(lock: ConnectionLock, path: string, entry: LockEntry | null): ConnectionLock {
  const { [path]: _gone, ...others } = lock.definitions;
  return { ...lock, definitions: entry === null ? others : { ...others, [path]: entry } };
}
