import { removeExpiredFiles } from "../files/removeFile.ts";
import type { FileObject, VectorStore } from "../objects.ts";
import { isExpired } from "../vectorStores/storeView.ts";
import { badRequest } from "./apiError.ts";
import { find } from "./lookup.ts";
import type { Services } from "./services.ts";

/** The file with this id. A file whose time is over is gone. */
export function findFile(services: Services, id: string): FileObject {
  removeExpiredFiles(services);
  return find(services.store, "file", id, "");
}

/** The store with this id, to be used: an expired one is refused. */
export function findLiveStore(services: Services, id: string): VectorStore {
  const store = find(services.store, "vector_store", id, "");
  if (isExpired(store, services.clock))
    throw badRequest(`Vector store ${id} has expired. Make a new one with the same files.`);
  return store;
}
