import { unixSeconds, type Clock } from "../clock.ts";
import type { FileSurroundings } from "../files/fileSurroundings.ts";
import type { FileBatch, VectorStore } from "../objects.ts";
import type { ChunkStore } from "../store/chunkStore.ts";

const secondsADay = 86_400;

/** The store as it is sent: its counts, size and status are those of its files now. */
export function viewOfStore(store: VectorStore, { files, clock }: FileSurroundings): VectorStore {
  const { counts, bytes } = files.chunks.counts(store.id);
  return {
    ...store,
    usage_bytes: bytes,
    file_counts: counts,
    status: isExpired(store, clock) ? "expired" : counts.in_progress > 0 ? "in_progress" : "completed",
  };
}

/** Whether the store's time is over. It stays so: an expired store cannot be used, and only use moves its end. */
export function isExpired(store: VectorStore, clock: Clock): boolean {
  return typeof store.expires_at === "number" && store.expires_at <= unixSeconds(clock);
}

/** The store with another expiry; null means that it does not expire. */
export function withExpiry(
  store: VectorStore,
  expiresAfter: NonNullable<VectorStore["expires_after"]> | null,
): VectorStore {
  const { expires_after: _after, expires_at: _at, ...rest } = store;
  if (expiresAfter === null) return { ...rest, expires_at: null };
  const activeAt = store.last_active_at ?? store.created_at;
  return { ...rest, expires_after: expiresAfter, expires_at: activeAt + expiresAfter.days * secondsADay };
}

/** Notes that a store is used, which moves its expiry. */
export function touchStore(store: VectorStore, { store: objects, clock }: FileSurroundings): VectorStore {
  const used = withExpiry({ ...store, last_active_at: unixSeconds(clock) }, store.expires_after ?? null);
  objects.update("vector_store", used);
  return used;
}

/** The batch as it is sent. Its counts are those of its files that are in the store now. */
export function viewOfBatch(batch: FileBatch, chunks: ChunkStore): FileBatch {
  const { counts } = chunks.counts(batch.vector_store_id, batch.id);
  return { ...batch, file_counts: counts, status: batchStatus(batch, counts) };
}

// Live servers called a batch failed when all of it was; a cancelled one that had already been read is completed.
function batchStatus(batch: FileBatch, counts: FileBatch["file_counts"]): FileBatch["status"] {
  if (counts.in_progress > 0) return "in_progress";
  if (batch.status === "cancelled") return "cancelled";
  return counts.total > 0 && counts.failed === counts.total ? "failed" : "completed";
}
