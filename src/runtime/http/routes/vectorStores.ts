/* oxlint-disable oxc/no-async-endpoint-handlers -- about Express; Hono awaits its handlers */
import { Hono } from "hono";
import { unixSeconds } from "../../clock.ts";
import type { VectorStore } from "../../objects.ts";
import { notImplemented } from "../apiError.ts";
import { readBody } from "../body.ts";
import { listPage } from "../listing.ts";
import { find } from "../lookup.ts";
import { newVectorStore, withExpiry } from "../newVectorStore.ts";
import { createVectorStore, modifyVectorStore } from "../schemas/vectorStores.ts";
import type { Env, Services } from "../services.ts";

/** Stores can be kept and changed. Nothing can be put into one yet: that, and search, say so. */
export function vectorStoreRoutes(services: Services): Hono<Env> {
  const { store, clock } = services;
  const app = new Hono<Env>();
  const current = (one: VectorStore): VectorStore =>
    typeof one.expires_at === "number" && one.expires_at <= unixSeconds(clock) ? { ...one, status: "expired" } : one;

  app.get("/vector_stores", (request) => {
    const page = listPage(request, store, "vector_store", { parent: "" });
    return request.json({ ...page, data: page.data.map(current) });
  });

  app.post("/vector_stores", async (request) => {
    const made = newVectorStore(await readBody(request, createVectorStore, services), services);
    store.insert("vector_store", made);
    return request.json(made);
  });

  app.get("/vector_stores/:id", (request) =>
    request.json(current(find(store, "vector_store", request.req.param("id")))),
  );

  app.post("/vector_stores/:id", async (request) => {
    const { name, expires_after: expiry, metadata } = await readBody(request, modifyVectorStore, services);
    const named = {
      ...find(store, "vector_store", request.req.param("id")),
      ...(name === undefined ? {} : { name }),
      ...(metadata === undefined ? {} : { metadata: metadata ?? {} }),
      last_active_at: unixSeconds(clock),
    };
    const changed = withExpiry(named, expiry === undefined ? (named.expires_after ?? null) : expiry);
    store.update("vector_store", changed);
    return request.json(current(changed));
  });

  app.delete("/vector_stores/:id", (request) => {
    const { id } = find(store, "vector_store", request.req.param("id"));
    store.deleteTree("vector_store", id);
    return request.json({ id, object: "vector_store.deleted", deleted: true });
  });

  app.get("/vector_stores/:id/files", (request) => {
    const { id } = find(store, "vector_store", request.req.param("id"));
    return request.json(
      listPage(request, store, "vector_store_file", { parent: id, status: request.req.query("filter") }),
    );
  });

  app.get("/vector_stores/:id/files/:file", (request) => {
    const { id } = find(store, "vector_store", request.req.param("id"));
    return request.json(find(store, "vector_store_file", request.req.param("file"), id));
  });

  app.post("/vector_stores/:id/search", () => {
    throw notImplemented("vector store search");
  });
  // Before the next one, whose pattern takes this path too.
  app.all("/vector_stores/:id/files", () => {
    throw notImplemented("adding files to a vector store");
  });
  app.all("/vector_stores/:id/files/*", () => {
    throw notImplemented("this operation on files of a vector store");
  });
  app.all("/vector_stores/:id/file_batches/*", () => {
    throw notImplemented("file batches");
  });

  return app;
}
