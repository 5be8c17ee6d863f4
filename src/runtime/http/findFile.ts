import { removeExpiredFiles } from "../files/removeFile.ts";
import type { FileObject, VectorStore } from "../objects.ts";
import { isExpired } from "../vectorStores/storeView.ts";
import { badRequest, type ApiError } from "./apiError.ts";
import { find } from "./lookup.ts";
import type { Services } from "./services.ts";

/** The file with this id. A file whose time is over is gone. */
export function findFile(services: Services, id: string): FileObject {
  removeExpiredFiles(services);
  return find(services.store, "file", id, "");
}

/**
 * A file whose content the runtime needs itself. One at the upstream is refused: OpenAI gives the content of uploaded files to
 * nobody, so it cannot be brought here.
 */
export function findLocalFile(services: Services, id: string, use: string): FileObject {
  if (services.hosted === undefined) return findFile(services, id);
  const file = services.store.get("file", id, "");
  if (file === undefined) throw atUpstream(id, use);
  return file;
}

/** Throws when a file is none for a code interpreter. */
export function checkInterpreterFile(services: Services, id: string): void {
  // Those of the upstream were looked up there already (`hostedResources`): a transaction cannot wait for it.
  if (services.hosted === undefined || services.hostedPython !== true)
    findLocalFile(services, id, "the code interpreter, which runs here");
}

function atUpstream(id: string, use: string): ApiError {
  return badRequest(
    `The file ${id} is not the runtime's: with --hosted-files, uploads go to the upstream, and their content cannot be had for ${use}.`,
    { param: "file_id" },
  );
}

/** The store with this id, to be used: an expired one is refused. */
export function findLiveStore(services: Services, id: string): VectorStore {
  const store = find(services.store, "vector_store", id, "");
  if (isExpired(store, services.clock))
    throw badRequest(`Vector store ${id} has expired. Make a new one with the same files.`);
  return store;
}
