import type { VectorStoreParams } from "../provider.ts";
import type { LockedStore } from "../sync/lock.ts";
import type { VectorStore } from "../wire.ts";
import type { DocumentProvider, UploadContent } from "./documentProvider.ts";
import type { LocalDocument } from "./scan.ts";
import type { UploadJournal } from "./uploadJournal.ts";

/** The file is not the one that was looked at: it was changed, or is gone. The message is for a person. */
export class DocumentChanged extends Error {
  override readonly name = "DocumentChanged";
}

/** The effects of a sync. */
export interface DocumentPorts {
  readonly provider: DocumentProvider;
  createStore(params: VectorStoreParams): Promise<VectorStore>;
  /** The file's content. Reading it rejects with `DocumentChanged` when it is not what was looked at. */
  content(file: LocalDocument): UploadContent;
  readonly journal: UploadJournal;
  /** The store's entry in the lock. */
  lockedStore(): Promise<LockedStore | null>;
  /** Returns when the lock is on disk. */
  writeLockedStore(entry: LockedStore): Promise<void>;
  /** A few random letters and digits. */
  randomMark(): string;
  /** From 0 to below 1. */
  random(): number;
  /** Milliseconds since 1970. */
  now(): number;
  /** Rejects with the signal's reason when that comes first. */
  sleep(ms: number, signal: AbortSignal | undefined): Promise<void>;
}
