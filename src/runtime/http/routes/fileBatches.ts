/* oxlint-disable oxc/no-async-endpoint-handlers -- about Express; Hono awaits its handlers */
import { Hono } from "hono";
import { unixSeconds } from "../../clock.ts";
import { newId } from "../../ids.ts";
import type { FileBatch } from "../../objects.ts";
import { cancelBatch, putFile, type FilePlacement } from "../../vectorStores/storeFiles.ts";
import { touchStore, viewOfBatch } from "../../vectorStores/storeView.ts";
import { badRequest } from "../apiError.ts";
import { readBody } from "../body.ts";
import { findFile, findLiveStore } from "../findFile.ts";
import { listPage } from "../listing.ts";
import { find } from "../lookup.ts";
import { pollAfterMs } from "../pollInterval.ts";
import { createFileBatch } from "../schemas/vectorStores.ts";
import type { Env, Request, Services } from "../services.ts";
import { readStatusFilter } from "../statusFilter.ts";

/** Many files put into a vector store at once. A file belongs to the batch that put it in last. */
export function fileBatchRoutes(services: Services): Hono<Env> {
  const { store, files } = services;
  const app = new Hono<Env>();
  const batchOf = (request: Request): FileBatch => {
    const { id } = find(store, "vector_store", request.req.param("id") ?? "", "");
    return find(store, "file_batch", request.req.param("batch") ?? "", id);
  };

  app.post("/vector_stores/:id/file_batches", async (request) => {
    const { file_ids: ids, files: given, ...shared } = await readBody(request, createFileBatch, services);
    if ((ids === undefined) === (given === undefined))
      throw badRequest("Exactly one of 'file_ids' and 'files' must be set.", { param: "file_ids" });
    // With `files`, what is shared is ignored: each has its own.
    const placements: readonly FilePlacement[] = given ?? (ids ?? []).map((id) => ({ ...shared, file_id: id }));
    const batch = store.transaction(() => {
      const used = touchStore(findLiveStore(services, request.req.param("id")), services);
      const made = {
        id: newId("vsfb"),
        object: "vector_store.file_batch",
        created_at: unixSeconds(services.clock),
        vector_store_id: used.id,
        status: "in_progress",
        file_counts: { in_progress: 0, completed: 0, failed: 0, cancelled: 0, total: 0 },
      } satisfies FileBatch;
      store.insert("file_batch", made, { parent: used.id });
      for (const placement of placements) {
        findFile(services, placement.file_id);
        putFile(used.id, placement, services, made.id);
      }
      return made;
    });
    return request.json(viewOfBatch(batch, files.chunks));
  });

  app.get("/vector_stores/:id/file_batches/:batch", (request) => {
    request.header("openai-poll-after-ms", pollAfterMs);
    return request.json(viewOfBatch(batchOf(request), files.chunks));
  });

  // A batch that is done answers as it is, with 200.
  app.post("/vector_stores/:id/file_batches/:batch/cancel", (request) => {
    cancelBatch(batchOf(request), services);
    return request.json(viewOfBatch(batchOf(request), files.chunks));
  });

  app.get("/vector_stores/:id/file_batches/:batch/files", (request) => {
    const batch = batchOf(request);
    const scope = { parent: batch.vector_store_id, run: batch.id, status: readStatusFilter(request) };
    return request.json(listPage(request, store, "vector_store_file", scope));
  });

  return app;
}
