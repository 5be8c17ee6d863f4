/* oxlint-disable oxc/no-async-endpoint-handlers -- about Express; Hono awaits its handlers */
import { Hono } from "hono";
import type { VectorStore } from "../../objects.ts";
import { searchResponse } from "../../retrieval/results.ts";
import { rewriteQuery } from "../../retrieval/rewriteQuery.ts";
import { isExpired, touchStore, viewOfStore, withExpiry } from "../../vectorStores/storeView.ts";
import { badRequest } from "../apiError.ts";
import { readBody } from "../body.ts";
import { findLiveStore } from "../findFile.ts";
import { listPage } from "../listing.ts";
import { find } from "../lookup.ts";
import { createVectorStore } from "../newVectorStore.ts";
import { createVectorStore as createBody, modifyVectorStore, searchVectorStore } from "../schemas/vectorStores.ts";
import { readFilter } from "../searchFilter.ts";
import type { Env, Services } from "../services.ts";

/** Vector stores themselves, and search in them. */
export function vectorStoreRoutes(services: Services): Hono<Env> {
  const { store, clock } = services;
  const app = new Hono<Env>();

  app.get("/vector_stores", (request) => {
    const page = listPage(request, store, "vector_store", { parent: "" });
    return request.json({ ...page, data: page.data.map((one) => viewOfStore(one, services)) });
  });

  app.post("/vector_stores", async (request) => {
    const made = createVectorStore(await readBody(request, createBody, services), services);
    return request.json(viewOfStore(made, services));
  });

  app.get("/vector_stores/:id", (request) =>
    request.json(viewOfStore(find(store, "vector_store", request.req.param("id"), ""), services)),
  );

  app.post("/vector_stores/:id", async (request) => {
    const { name, expires_after: expiry, metadata } = await readBody(request, modifyVectorStore, services);
    const found = find(store, "vector_store", request.req.param("id"), "");
    const named: VectorStore = {
      ...found,
      ...(name === undefined ? {} : { name }),
      ...(metadata === undefined ? {} : { metadata: metadata ?? {} }),
    };
    if (isExpired(found, clock)) {
      if (expiry !== undefined) throw badRequest(`Vector store ${found.id} has expired; its expiry cannot be changed.`);
      store.update("vector_store", named);
      return request.json(viewOfStore(named, services));
    }
    const changed = touchStore(expiry === undefined ? named : withExpiry(named, expiry), services);
    return request.json(viewOfStore(changed, services));
  });

  app.delete("/vector_stores/:id", (request) => {
    const { id } = find(store, "vector_store", request.req.param("id"), "");
    store.deleteTree("vector_store", id);
    services.files.ingest.taken();
    return request.json({ id, object: "vector_store.deleted", deleted: true });
  });

  app.post("/vector_stores/:id/search", async (request) => {
    const body = await readBody(request, searchVectorStore, services);
    const filter = readFilter(body.filters, services);
    const used = touchStore(findLiveStore(services, request.req.param("id")), services);
    const asked = typeof body.query === "string" ? [body.query] : body.query;
    const { upstream, rewriteModel: model } = services;
    // Without a model that is named for it, a query stays as it is; so it does with the offline model.
    const rewrite = body.rewrite_query === true && model !== undefined;
    const queries = rewrite ? await Promise.all(asked.map((one) => rewriteQuery(one, upstream, model))) : asked;
    const found = await services.files.search.search({
      storeIds: [used.id],
      queries,
      filter,
      maxResults: body.max_num_results ?? 10,
      scoreThreshold: body.ranking_options?.score_threshold ?? 0,
      ranker: body.ranking_options?.ranker ?? "auto",
    });
    return request.json({
      object: "vector_store.search_results.page",
      search_query: queries,
      data: found.map((one) => searchResponse(one, store)),
      has_more: false,
      next_page: null,
    });
  });

  return app;
}
