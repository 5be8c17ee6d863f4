import { ProviderError } from "../provider.ts";
import { markerKey } from "../sync/fields.ts";
import type { LockedStore } from "../sync/lock.ts";
import type { VectorStore } from "../wire.ts";
import type { DocumentProvider } from "./documentProvider.ts";
import type { Requests } from "./requests.ts";

/** The store of a definition, as far as there is one. */
export interface StoreFound {
  readonly store: VectorStore | null;
  /** Why one is made although the lock knows one. */
  readonly remade: "gone" | "expired" | null;
}

/** Several stores were made from one definition, and the lock does not say which is it. */
export class StoreAmbiguous extends Error {
  override readonly name = "StoreAmbiguous";
  readonly candidates: readonly VectorStore[];

  constructor(store: string, candidates: readonly VectorStore[]) {
    super(
      `assistants.lock.json does not say which vector store ${store} is, and ${candidates.length} were made from this definition: ${candidates.map(({ id }) => id).join(", ")}.`,
    );
    this.candidates = candidates;
  }
}

/** More stores than a person can have on one connection. */
const mostStores = 100_000;

/**
 * Finds a definition's store: by the lock, else by the mark that a creation leaves in its metadata. One that expired is not it:
 * such a store cannot be used or filled any more.
 * @param chosen what a person said it is
 * @throws ProviderError, StoreAmbiguous, Cancelled
 */
export async function findStore(
  name: string,
  locked: LockedStore | null,
  chosen: string | null,
  provider: DocumentProvider,
  requests: Requests,
): Promise<StoreFound> {
  const retrieve = (id: string): Promise<VectorStore> =>
    requests.make((signal) => provider.retrieveVectorStore(id, signal));
  if (chosen !== null) return live(await retrieve(chosen));
  if (locked?.id != null) {
    try {
      return live(await retrieve(locked.id));
    } catch (error) {
      if (error instanceof ProviderError && error.kind === "not_found") return { store: null, remade: "gone" };
      throw error;
    }
  }
  const marked = (marker: string): boolean =>
    locked === null ? marker.startsWith(`store:${name}#`) : marker === locked.marker;
  const candidates = (await allStores(provider, requests)).filter(
    ({ metadata, status }) => status !== "expired" && marked(metadata?.[markerKey] ?? ""),
  );
  if (candidates.length > 1) throw new StoreAmbiguous(name, candidates);
  return { store: candidates[0] ?? null, remade: null };
}

/** Every vector store of the connection, the newest first. */
export async function allStores(provider: DocumentProvider, requests: Requests): Promise<readonly VectorStore[]> {
  const stores: VectorStore[] = [];
  let after: string | undefined;
  while (stores.length < mostStores) {
    const from = after;
    const page = await requests.make((signal) =>
      provider.listVectorStores(from === undefined ? {} : { after: from }, signal),
    );
    stores.push(...page.data);
    after = page.data.at(-1)?.id;
    if (!page.has_more || after === undefined) break;
  }
  return stores;
}

function live(store: VectorStore): StoreFound {
  return store.status === "expired" ? { store: null, remade: "expired" } : { store, remade: null };
}
