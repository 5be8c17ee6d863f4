import type { VectorStore, VectorStoreFile } from "../wire.ts";

/** So long a list is believed: somebody else may sync, too. */
const believedMs = 10 * 60_000;
/** Lists of so many stores are kept. */
const mostLists = 8;

interface KeptList {
  readonly files: readonly VectorStoreFile[];
  /** When it was read from the server whole. */
  readonly readAt: number;
}

/**
 * What was in vector stores when they were last read, for a sync of a few saved files: reading 10,000 files takes a hundred requests.
 * A store that has another number of files than it had is read again, and one that was read a while ago.
 */
export class StoreLists {
  readonly #lists = new Map<string, KeptList>();
  readonly #now: () => number;

  /** @param now milliseconds since 1970 */
  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** @param connection its id. Null when the store has to be read. */
  known(connection: string, store: VectorStore): readonly VectorStoreFile[] | null {
    const kept = this.#lists.get(keyOf(connection, store.id));
    if (kept === undefined || this.#now() - kept.readAt > believedMs) return null;
    return kept.files.length === store.file_counts.total ? kept.files : null;
  }

  /** The store was read whole. */
  read(connection: string, storeId: string, files: readonly VectorStoreFile[]): void {
    this.#keep(keyOf(connection, storeId), { files, readAt: this.#now() });
  }

  /** A sync has changed the store, and this is what it has now; null: that is not known. */
  changed(connection: string, storeId: string, files: readonly VectorStoreFile[] | null): void {
    const key = keyOf(connection, storeId);
    const kept = this.#lists.get(key);
    if (files === null || kept === undefined) this.#lists.delete(key);
    else this.#keep(key, { files, readAt: kept.readAt });
  }

  /** Something else has changed stores. */
  forget(): void {
    this.#lists.clear();
  }

  #keep(key: string, list: KeptList): void {
    this.#lists.delete(key);
    this.#lists.set(key, list);
    const [oldest] = this.#lists.keys();
    if (this.#lists.size > mostLists && oldest !== undefined) this.#lists.delete(oldest);
  }
}

function keyOf(connection: string, storeId: string): string {
  return `${connection} ${storeId}`;
}
