import { ProviderError } from "../provider.ts";
import type { DocumentProvider } from "./documentProvider.ts";
import { allStores } from "./findStore.ts";
import { parallel } from "./parallel.ts";
import type { Requests } from "./requests.ts";
import { listStore } from "./storeContent.ts";
import type { UploadJournal } from "./uploadJournal.ts";

/**
 * Uploads that a sync made, and that no vector store has any more. Looks into every store of the connection.
 * @param inUse ids that something else uses, such as an assistant's code interpreter
 */
export async function findOrphans(
  provider: DocumentProvider,
  journal: UploadJournal,
  inUse: ReadonlySet<string>,
  requests: Requests,
): Promise<readonly string[]> {
  const attached = new Set(inUse);
  for (const { id, status } of await allStores(provider, requests)) {
    if (status === "expired") continue;
    for (const file of await listStore(provider, id, requests)) attached.add(file.id);
  }
  return journal.ids().filter((id) => !attached.has(id));
}

/** Deletes uploads. One that is gone already is no error. @returns how many there were */
export async function deleteOrphans(
  ids: readonly string[],
  provider: DocumentProvider,
  journal: UploadJournal,
  requests: Requests,
): Promise<number> {
  let deleted = 0;
  await parallel(ids, 4, async (id) => {
    try {
      await requests.make((signal) => provider.deleteUpload(id, signal));
      deleted += 1;
    } catch (error) {
      if (!(error instanceof ProviderError) || error.kind !== "not_found") throw error;
    }
    await journal.forget(id);
  });
  return deleted;
}
