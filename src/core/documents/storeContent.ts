import { ProviderError } from "../provider.ts";
import type { VectorStoreFile } from "../wire.ts";
import type { Attachment, DocumentProvider } from "./documentProvider.ts";
import type { Requests } from "./requests.ts";

/** OpenAI takes 500 files at once (API reference, "Create vector store file batch"). */
export const batchSize = 500;

/** The vector store went while it was filled. */
export class StoreGone extends Error {
  override readonly name = "StoreGone";
}

/** Every file of a store, the oldest first. @throws ProviderError, Cancelled */
export async function listStore(
  provider: DocumentProvider,
  storeId: string,
  requests: Requests,
): Promise<readonly VectorStoreFile[]> {
  const files = new Map<string, VectorStoreFile>();
  let after: string | undefined;
  for (;;) {
    const from = after;
    const page = await requests.make((signal) =>
      provider.listStoreFiles(storeId, from === undefined ? {} : { after: from }, signal),
    );
    for (const file of page.data) files.set(file.id, file);
    after = page.data.at(-1)?.id;
    if (!page.has_more || after === undefined) return [...files.values()];
  }
}

/**
 * Puts files into a store. Where one of a batch is refused, they are put in one by one, so that it fails alone.
 * @param onDone told of each file: null when it is in, else why not
 * @throws StoreGone, ProviderError when the connection itself fails, Cancelled
 */
export async function attachBatch(
  provider: DocumentProvider,
  storeId: string,
  attachments: readonly Attachment[],
  requests: Requests,
  onDone: (attachment: Attachment, error: string | null) => void,
): Promise<void> {
  try {
    await requests.make((signal) => provider.attachFiles(storeId, attachments, signal), { write: true });
    for (const one of attachments) onDone(one, null);
  } catch (error) {
    if (!(error instanceof ProviderError) || (error.kind !== "invalid" && error.kind !== "not_found")) throw error;
    const [only] = attachments;
    await assertThere(provider, storeId, requests);
    if (attachments.length === 1 && only !== undefined) return onDone(only, error.message);
    const half = Math.ceil(attachments.length / 2);
    await attachBatch(provider, storeId, attachments.slice(0, half), requests, onDone);
    await attachBatch(provider, storeId, attachments.slice(half), requests, onDone);
  }
}

/** @throws StoreGone when the store is gone */
export async function assertThere(provider: DocumentProvider, storeId: string, requests: Requests): Promise<void> {
  try {
    await requests.make((signal) => provider.retrieveVectorStore(storeId, signal));
  } catch (error) {
    if (error instanceof ProviderError && error.kind === "not_found")
      throw new StoreGone("The vector store was deleted on the connection meanwhile: sync again to make it anew.", {
        cause: error,
      });
    throw error;
  }
}

/** Takes a file out; one that is out already is no error. @throws StoreGone, ProviderError, Cancelled */
export async function detach(
  provider: DocumentProvider,
  storeId: string,
  fileId: string,
  requests: Requests,
): Promise<void> {
  try {
    await requests.make((signal) => provider.detachFile(storeId, fileId, signal), { write: true });
  } catch (error) {
    if (!(error instanceof ProviderError) || error.kind !== "not_found") throw error;
    await assertThere(provider, storeId, requests);
  }
}
