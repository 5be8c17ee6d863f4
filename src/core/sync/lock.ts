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

/** An upload that was begun, and whose answer was not seen: it may be there. */
export interface BegunUpload {
  /** When, in milliseconds since 1970, by the clock of this computer. */
  readonly at: number;
  readonly bytes: number;
  /** Of the content, in hex. */
  readonly sha256: string;
}

/** What is known of the uploads of a file. */
export interface LockedFile {
  /** Of the last upload whose answer was seen; null when there was none. */
  readonly id: string | null;
  /** Of the content that this upload has, in hex; without an id, of one that was begun. */
  readonly sha256: string;
  /** Absent where every upload was answered. Locks of before this was noted have `id: null` alone. */
  readonly begun?: readonly BegunUpload[];
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
