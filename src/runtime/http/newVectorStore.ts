import type * as z from "zod/mini";
import { unixSeconds } from "../clock.ts";
import { newId } from "../ids.ts";
import type { VectorStore } from "../objects.ts";
import { putFile } from "../vectorStores/storeFiles.ts";
import { withExpiry } from "../vectorStores/storeView.ts";
import { badRequest } from "./apiError.ts";
import { findFile } from "./findFile.ts";
import type { createVectorStore as createBody } from "./schemas/vectorStores.ts";
import type { Services } from "./services.ts";

/** How long a store lives that is made for a thread. */
export const threadStoreExpiry = { anchor: "last_active_at", days: 7 } as const;

/**
 * Makes a store with its files, all or nothing. Throws when it names a file that does not exist. What is returned is the row:
 * its counts are those of `viewOfStore`.
 */
export function createVectorStore(body: z.infer<typeof createBody>, services: Services): VectorStore {
  const { store } = services;
  const { file_ids: fileIds = [], chunking_strategy: strategy } = body;
  if (strategy !== undefined && body.file_ids === undefined)
    throw badRequest("'chunking_strategy' can only be set together with 'file_ids'.", { param: "chunking_strategy" });
  return store.transaction(() => {
    const now = unixSeconds(services.clock);
    const made = withExpiry(
      {
        id: newId("vs"),
        object: "vector_store",
        created_at: now,
        name: body.name ?? null,
        description: body.description ?? null,
        status: "completed",
        usage_bytes: 0,
        file_counts: { in_progress: 0, completed: 0, failed: 0, cancelled: 0, total: 0 },
        last_active_at: now,
        metadata: body.metadata ?? {},
      },
      body.expires_after ?? null,
    );
    store.insert("vector_store", made);
    for (const id of new Set(fileIds)) {
      findFile(services, id);
      putFile(made.id, { file_id: id, chunking_strategy: strategy }, services);
    }
    return made;
  });
}
