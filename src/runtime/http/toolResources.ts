import type { ToolResources, VectorStore } from "../objects.ts";
import { badRequest } from "./apiError.ts";
import { checkInterpreterFile } from "./findFile.ts";
import { find } from "./lookup.ts";
import { createVectorStore } from "./newVectorStore.ts";
import type { NewToolResources } from "./schemas/common.ts";
import type { Services } from "./services.ts";

/** Throws when resources name a file or a store that does not exist. */
export function checkResources(resources: ToolResources, services: Services): ToolResources {
  for (const id of resources.code_interpreter?.file_ids ?? []) checkInterpreterFile(services, id);
  // Stores of the upstream were looked up there already (`hostedResources`): a transaction cannot wait for it.
  if (services.hosted !== undefined) return resources;
  for (const id of resources.file_search?.vector_store_ids ?? []) find(services.store, "vector_store", id, "");
  return resources;
}

/**
 * Tool resources with the store made that the request asks for (spec: `tool_resources.file_search.vector_stores`). A thread's
 * store gets the expiry of stores that are made for threads; an assistant's has none.
 */
export function makeResources(
  wanted: NewToolResources,
  services: Services,
  expires?: VectorStore["expires_after"],
): ToolResources {
  const { file_search: search, ...others } = wanted;
  if (search === undefined) return checkResources(others, services);
  const { vector_stores: asked = [], ...named } = search;
  if (asked.length > 0 && (named.vector_store_ids ?? []).length > 0) {
    throw badRequest(
      "Only one of 'tool_resources.file_search.vector_store_ids' and 'tool_resources.file_search.vector_stores' can be set.",
      { param: "tool_resources.file_search.vector_stores" },
    );
  }
  const made = asked.map(
    (one) => createVectorStore({ ...one, ...(expires === undefined ? {} : { expires_after: expires }) }, services).id,
  );
  return checkResources({ ...others, file_search: made.length === 0 ? named : { vector_store_ids: made } }, services);
}
