/* oxlint-disable oxc/no-async-endpoint-handlers -- about Express; Hono awaits its handlers */
import { Hono } from "hono";
import type { FileContentResponse } from "openai/resources/vector-stores/files";
import type { VectorStoreFile } from "../../objects.ts";
import { putFile } from "../../vectorStores/storeFiles.ts";
import { touchStore } from "../../vectorStores/storeView.ts";
import { readBody } from "../body.ts";
import { findFile, findLiveStore } from "../findFile.ts";
import { listPage } from "../listing.ts";
import { find } from "../lookup.ts";
import { chunkView, readChunkPage } from "../chunkPage.ts";
import { pollAfterMs } from "../pollInterval.ts";
import { createStoreFile, modifyStoreFile } from "../schemas/vectorStores.ts";
import type { Env, Request, Services } from "../services.ts";
import { readStatusFilter } from "../statusFilter.ts";

/** The files of a vector store. Deleting one from a store keeps the file itself. */
export function vectorStoreFileRoutes(services: Services): Hono<Env> {
  const { store, files } = services;
  const app = new Hono<Env>();
  const fileOf = (request: Request): VectorStoreFile => {
    const { id } = find(store, "vector_store", request.req.param("id") ?? "", "");
    return find(store, "vector_store_file", request.req.param("file") ?? "", id);
  };

  app.get("/vector_stores/:id/files", (request) => {
    const { id } = find(store, "vector_store", request.req.param("id"), "");
    return request.json(
      listPage(request, store, "vector_store_file", { parent: id, status: readStatusFilter(request) }),
    );
  });

  app.post("/vector_stores/:id/files", async (request) => {
    const body = await readBody(request, createStoreFile, services);
    const file = store.transaction(() => {
      const used = touchStore(findLiveStore(services, request.req.param("id")), services);
      findFile(services, body.file_id);
      return putFile(used.id, body, services);
    });
    return request.json(file);
  });

  app.get("/vector_stores/:id/files/:file", (request) => {
    request.header("openai-poll-after-ms", pollAfterMs);
    return request.json(fileOf(request));
  });

  app.post("/vector_stores/:id/files/:file", async (request) => {
    const { attributes } = await readBody(request, modifyStoreFile, services);
    const changed = { ...fileOf(request), attributes } satisfies VectorStoreFile;
    store.update("vector_store_file", changed, changed.vector_store_id);
    return request.json(changed);
  });

  app.delete("/vector_stores/:id/files/:file", (request) => {
    const { id, vector_store_id: storeId } = fileOf(request);
    store.delete("vector_store_file", id, storeId);
    files.ingest.taken();
    return request.json({ id, object: "vector_store.file.deleted", deleted: true });
  });

  // The text as it was read, each part of it once: what a chunk repeats of the one before is left out.
  app.get("/vector_stores/:id/files/:file/content", (request) => {
    const file = fileOf(request);
    const chunks = file.status === "completed" ? files.chunks.chunksOf(file.vector_store_id, file.id) : [];
    return request.json({
      object: "vector_store.file_content.page",
      data: chunks.map(
        ({ text, repeated }) => ({ type: "text", text: text.slice(repeated) }) satisfies FileContentResponse,
      ),
      has_more: false,
      next_page: null,
    });
  });

  // An extension: the chunks as they are indexed, with where they stand.
  app.get("/vector_stores/:id/files/:file/chunks", (request) => {
    const file = fileOf(request);
    const { from, limit } = readChunkPage(request);
    const rows = files.chunks.chunksOf(file.vector_store_id, file.id, from, limit + 1);
    const data = file.status === "completed" ? rows.slice(0, limit).map((one, at) => chunkView(one, from + at)) : [];
    return request.json({
      object: "list",
      data,
      first_id: data[0]?.id ?? null,
      last_id: data.at(-1)?.id ?? null,
      has_more: data.length > 0 && rows.length > limit,
    });
  });

  return app;
}
