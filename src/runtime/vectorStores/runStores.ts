import type { RunEnd } from "../engine/runRecord.ts";
import type { FileSurroundings } from "../files/fileSurroundings.ts";
import type { Run } from "../objects.ts";
import { isExpired, touchStore } from "./storeView.ts";

/** How long a run waits for its thread's store to be read (Assistants v2: file search). */
const longestWaitMs = 60_000;

/**
 * Makes sure that a run can search: waits until the thread's store has been read, at most a minute, and keeps the stores from
 * expiring. Resolves to how the run ends when a store that it needs has expired. The assistant's store is not waited for, and a
 * store that was deleted is searched by nobody.
 */
export async function prepareStores(
  run: Run,
  around: FileSurroundings,
  stop: AbortSignal,
): Promise<RunEnd | undefined> {
  if (!run.tools.some((tool) => tool.type === "file_search")) return undefined;
  const ofThread = around.store.get("thread", run.thread_id)?.tool_resources?.file_search?.vector_store_ids ?? [];
  const ofRun = run.tool_resources.file_search?.vector_store_ids ?? [];
  for (const id of new Set([...ofThread, ...ofRun])) {
    const store = around.store.get("vector_store", id);
    if (store === undefined) continue;
    if (isExpired(store, around.clock)) {
      const message = `The vector store ${id} has expired. Make a new one with the same files and attach it to the ${ofThread.includes(id) ? "thread" : "assistant"}.`;
      return { status: "failed", error: { code: "server_error", message } };
    }
    touchStore(store, around);
  }
  await untilRead(ofThread, around, stop);
  return undefined;
}

function untilRead(storeIds: readonly string[], { files, clock }: FileSurroundings, stop: AbortSignal): Promise<void> {
  const isRead = (): boolean => !storeIds.some((id) => files.chunks.isReading(id));
  if (isRead()) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      takeBack();
      stopListening();
      stop.removeEventListener("abort", done);
      resolve();
    };
    const takeBack = clock.after(longestWaitMs, done);
    const stopListening = files.ingest.onProgress(() => {
      if (isRead()) done();
    });
    stop.addEventListener("abort", done);
  });
}
