import { ProviderError } from "../provider.ts";
import type { VectorStoreFile } from "../wire.ts";
import type { DocumentProvider } from "./documentProvider.ts";
import { parallel } from "./parallel.ts";
import type { ProgressMeter } from "./progress.ts";
import type { Requests } from "./requests.ts";
import { assertThere, listStore } from "./storeContent.ts";

const [firstWaitMs, longestWaitMs] = [100, 5000];
const looksAtOnce = 4;

/**
 * Waits until a server has read all files of a store.
 * @param total files that it was given
 * @returns every file of the store
 */
export async function readBackStore(
  provider: DocumentProvider,
  storeId: string,
  total: number,
  requests: Requests,
  meter: ProgressMeter,
): Promise<readonly VectorStoreFile[]> {
  meter.begin("reading", total);
  let wait = firstWaitMs;
  let told = 0;
  for (;;) {
    if (total > 0) {
      const store = await requests.make((signal) => provider.retrieveVectorStore(storeId, signal));
      const read = Math.max(0, total - store.file_counts.in_progress);
      if (read > told) meter.fileDone(read - told);
      told = Math.max(told, read);
      if (store.file_counts.in_progress > 0) {
        await requests.sleep(wait);
        wait = Math.min(longestWaitMs, wait * 1.5);
        continue;
      }
    }
    const files = await listStore(provider, storeId, requests);
    if (!files.some(({ status }) => status === "in_progress")) return files;
    await requests.sleep(wait);
  }
}

/**
 * Waits until a server has read these files, and asks for nothing else: a list of a large store is long.
 * @param known what the store had before
 * @returns the same with these files as they are now
 */
export async function readBackFiles(
  provider: DocumentProvider,
  storeId: string,
  fileIds: ReadonlySet<string>,
  known: readonly VectorStoreFile[],
  requests: Requests,
  meter: ProgressMeter,
): Promise<readonly VectorStoreFile[]> {
  meter.begin("reading", fileIds.size);
  const files = new Map(known.map((file) => [file.id, file]));
  await parallel([...fileIds], looksAtOnce, async (id) => {
    for (let wait = firstWaitMs; ; wait = Math.min(longestWaitMs, wait * 1.5)) {
      const file = await lookAt(provider, storeId, id, requests);
      if (file?.status === "in_progress") {
        await requests.sleep(wait);
        continue;
      }
      if (file === null) files.delete(id);
      else files.set(id, file);
      meter.fileDone();
      return;
    }
  });
  return [...files.values()];
}

/** Null for a file that somebody has taken out meanwhile. @throws StoreGone */
async function lookAt(
  provider: DocumentProvider,
  storeId: string,
  fileId: string,
  requests: Requests,
): Promise<VectorStoreFile | null> {
  try {
    return await requests.make((signal) => provider.retrieveStoreFile(storeId, fileId, signal));
  } catch (error) {
    if (!(error instanceof ProviderError) || error.kind !== "not_found") throw error;
    await assertThere(provider, storeId, requests);
    return null;
  }
}
