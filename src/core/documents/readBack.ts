import { ProviderError } from "../provider.ts";
import type { VectorStoreFile } from "../wire.ts";
import type { DocumentProvider } from "./documentProvider.ts";
import { parallel } from "./parallel.ts";
import type { ProgressMeter } from "./progress.ts";
import type { Requests } from "./requests.ts";
import { assertThere, listStore } from "./storeContent.ts";

/** So long a sync waits, if nothing else is said, without seeing that the server has read anything more. */
export const patienceMs = 10 * 60_000;

const [firstWaitMs, longestWaitMs] = [100, 5000];
/** After so long without a change, the list is read: what is being read may be somebody else's. */
const lookAfterMs = 30_000;
const longestLookWaitMs = 2 * 60_000;
const looksAtOnce = 4;

/**
 * Waits until a server has read files of a store, or has read none for a long time. What it is reading then is no error: it goes on,
 * and the next sync waits for it again.
 * @param awaited ids
 * @param patience milliseconds
 * @returns every file of the store
 */
export async function readBackStore(
  provider: DocumentProvider,
  storeId: string,
  awaited: ReadonlySet<string>,
  requests: Requests,
  meter: ProgressMeter,
  patience = patienceMs,
): Promise<readonly VectorStoreFile[]> {
  meter.begin("reading", awaited.size);
  if (awaited.size === 0) return listStore(provider, storeId, requests);
  let told = 0;
  let before = "";
  let [movedAt, lookAt, lookWait] = [requests.now(), 0, firstWaitMs];
  for (let wait = firstWaitMs; ; wait = Math.min(longestWaitMs, wait * 1.5)) {
    const { file_counts: counts } = await requests.make((signal) => provider.retrieveVectorStore(storeId, signal));
    const read = Math.max(0, awaited.size - counts.in_progress);
    if (read > told) meter.fileDone(read - told);
    else meter.still();
    told = Math.max(told, read);
    const now = requests.now();
    if (JSON.stringify(counts) !== before) movedAt = now;
    before = JSON.stringify(counts);
    const isStalled = now - movedAt >= patience;
    if (isStalled || (now >= lookAt && (counts.in_progress === 0 || now - movedAt >= lookAfterMs))) {
      const files = await listStore(provider, storeId, requests);
      if (isStalled || !files.some(({ id, status }) => status === "in_progress" && awaited.has(id))) return files;
      lookAt = requests.now() + (counts.in_progress === 0 ? lookWait : Math.max(lookWait, lookAfterMs));
      lookWait = Math.min(longestLookWaitMs, lookWait * 2);
    }
    await requests.sleep(wait);
  }
}

/**
 * Waits until a server has read these files, or has read none of them for a long time, and asks for nothing else: a list of a large store is long.
 * @param known what the store had before
 * @param patience milliseconds
 * @returns the same with these files as they are now
 */
export async function readBackFiles(
  provider: DocumentProvider,
  storeId: string,
  fileIds: ReadonlySet<string>,
  known: readonly VectorStoreFile[],
  requests: Requests,
  meter: ProgressMeter,
  patience = patienceMs,
): Promise<readonly VectorStoreFile[]> {
  meter.begin("reading", fileIds.size);
  const files = new Map(known.map((file) => [file.id, file]));
  let movedAt = requests.now();
  await parallel([...fileIds], looksAtOnce, async (id) => {
    for (let wait = firstWaitMs; ; wait = Math.min(longestWaitMs, wait * 1.5)) {
      const file = await lookAt(provider, storeId, id, requests);
      if (file?.status === "in_progress" && requests.now() - movedAt < patience) {
        meter.still();
        await requests.sleep(wait);
        continue;
      }
      if (file === null) files.delete(id);
      else files.set(id, file);
      if (file?.status === "in_progress") return;
      movedAt = requests.now();
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
