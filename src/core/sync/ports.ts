import type { StoreDefinition } from "../vectorStoreDefinition/storeDefinition.ts";
import type { Provider } from "../provider.ts";
import type { Lock } from "./lock.ts";

/** What an apply needs of a provider. */
export interface SyncProvider extends Pick<
  Provider,
  | "retrieveAssistant"
  | "createAssistant"
  | "updateAssistant"
  | "deleteAssistant"
  | "listFiles"
  | "uploadFile"
  | "listVectorStores"
  | "createVectorStore"
> {
  readonly retrieval: Pick<Provider["retrieval"], "retrieveFile">;
  readonly documents: Pick<Provider["documents"], "retrieveVectorStore">;
}

/** Files of the folder that the lock is in. Paths are relative to it, with forward slashes. Every method rejects with an `Error` in words. */
export interface SyncFiles {
  readText(path: string): Promise<string>;
  /** Writes a file whole, or not at all. */
  writeText(path: string, text: string): Promise<void>;
  /** Whether something is there. */
  exists(path: string): Promise<boolean>;
  remove(path: string): Promise<void>;
  /** The content of a file to upload, with its SHA-256 in hex. Rejects for a path that leads out of the folder, also by a link. */
  readBytes(path: string): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly sha256: string }>;
}

/** The effects of an apply. Nobody else may be at one in the same folder meanwhile: whoever calls it sees to that. */
export interface SyncPorts {
  readonly provider: SyncProvider;
  readonly files: SyncFiles;
  /** The lock as it is on disk now. Rejects with `LockProblem` when it cannot be used. */
  readLock(): Promise<Lock>;
  /** Writes `assistants.lock.json` whole, or not at all, and returns when it is on disk. */
  writeLock(text: string): Promise<void>;
  /** A few random letters and digits: what tells two markers of one path apart. */
  randomMark(): string;
  /** Milliseconds since 1970. */
  now(): number;
  /** Every store definition of the folder, by name. */
  readonly stores: ReadonlyMap<string, StoreDefinition>;
}
