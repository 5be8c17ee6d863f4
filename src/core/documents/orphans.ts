import { ProviderError, everyItem } from "../provider.ts";
import type { ListParams, Provider } from "../provider.ts";
import type { Page, ToolResources } from "../wire.ts";
import { allStores } from "./findStore.ts";
import { parallel } from "./parallel.ts";
import type { Requests } from "./requests.ts";
import { listStore } from "./storeContent.ts";
import type { UploadJournal } from "./uploadJournal.ts";

/** More assistants or threads than a connection has. */
const most = 1_000_000;

/**
 * Uploads that a sync made, and that nothing on the connection has any more: no vector store, and no code interpreter of an
 * assistant or a thread. Reads all of these lists.
 * @throws ProviderError, Cancelled
 */
export async function findOrphans(
  provider: Provider,
  journal: UploadJournal,
  requests: Requests,
): Promise<readonly string[]> {
  // First of all: what is uploaded meanwhile may not be in its store yet.
  const ids = journal.ids();
  if (ids.length === 0) return [];
  const inUse = new Set<string>();
  for (const { id, status } of await allStores(provider.documents, requests)) {
    if (status === "expired") continue;
    for (const file of await listStore(provider.documents, id, requests)) inUse.add(file.id);
  }
  await addCodeFiles((params) => provider.listAssistants(params), requests, inUse);
  await addCodeFiles((params) => provider.listThreads(params), requests, inUse);
  return ids.filter((id) => !inUse.has(id));
}

/** OpenAI itself has no assistants and threads any more, and few servers list threads. */
async function addCodeFiles<T extends { readonly id: string; readonly tool_resources?: ToolResources | null }>(
  list: (params: ListParams) => Promise<Page<T>>,
  requests: Requests,
  inUse: Set<string>,
): Promise<void> {
  try {
    for await (const { tool_resources: resources } of everyItem(
      (params) => requests.make(() => list(params)),
      "asc",
      most,
    ))
      for (const id of resources?.code_interpreter?.file_ids ?? []) inUse.add(id);
  } catch (error) {
    if (!(error instanceof ProviderError) || (error.kind !== "not_found" && error.kind !== "unsupported")) throw error;
  }
}

/**
 * Deletes uploads, as far as nothing has them still: a sync may have used one again since they were found. One that is gone already is
 * no error. @returns how many were deleted
 */
export async function deleteOrphans(
  ids: readonly string[],
  provider: Provider,
  journal: UploadJournal,
  requests: Requests,
): Promise<number> {
  const still = new Set(await findOrphans(provider, journal, requests));
  let deleted = 0;
  await parallel(
    ids.filter((id) => still.has(id)),
    4,
    async (id) => {
      try {
        await requests.make((signal) => provider.documents.deleteUpload(id, signal));
        deleted += 1;
      } catch (error) {
        if (!(error instanceof ProviderError) || error.kind !== "not_found") throw error;
      }
      await journal.forget(id);
    },
  );
  return deleted;
}
