import { unixSeconds } from "../clock.ts";
import type { FileSurroundings } from "../files/fileSurroundings.ts";
import { autoSize } from "../ingest/chunker.ts";
import type { FileBatch, VectorStoreFile } from "../objects.ts";

/** How the caller wants a file to be put into a store. */
export interface FilePlacement {
  readonly file_id: string;
  readonly attributes?: VectorStoreFile["attributes"];
  readonly chunking_strategy?:
    | { readonly type: "auto" }
    | {
        readonly type: "static";
        readonly static: { readonly max_chunk_size_tokens: number; readonly chunk_overlap_tokens: number };
      }
    | undefined;
}

/**
 * Puts a file into a store, to be read as soon as the queue comes to it. A file that is there already is put in anew. Belongs
 * into a transaction that has checked the store and the file.
 */
export function putFile(
  storeId: string,
  placement: FilePlacement,
  around: FileSurroundings,
  batchId?: string,
): VectorStoreFile {
  const { store, files, clock } = around;
  const { file_id: id, chunking_strategy: strategy } = placement;
  const file = {
    id,
    object: "vector_store.file",
    usage_bytes: 0,
    created_at: unixSeconds(clock),
    vector_store_id: storeId,
    status: "in_progress",
    last_error: null,
    attributes: placement.attributes ?? {},
    chunking_strategy:
      strategy?.type === "static"
        ? strategy
        : {
            type: "static",
            static: { max_chunk_size_tokens: autoSize.max, chunk_overlap_tokens: autoSize.overlap },
          },
  } satisfies VectorStoreFile;
  store.delete("vector_store_file", id, storeId);
  store.insert("vector_store_file", file, { parent: storeId, run: batchId ?? null });
  files.ingest.wake();
  return file;
}

/** Cancels what a batch has not read yet. A batch that is done stays as it is. */
export function cancelBatch(batch: FileBatch, { store, files }: FileSurroundings): void {
  store.transaction(() => {
    const page = store.list("vector_store_file", {
      parent: batch.vector_store_id,
      run: batch.id,
      status: "in_progress",
      order: "asc",
    });
    const waiting = "data" in page ? page.data : [];
    if (waiting.length === 0) return;
    for (const file of waiting)
      store.update("vector_store_file", { ...file, status: "cancelled" }, batch.vector_store_id);
    files.chunks.discardCancelled(batch.vector_store_id, batch.id);
    store.update("file_batch", { ...batch, status: "cancelled" });
  });
  files.ingest.taken();
}
