import { Hono } from "hono";
import { notImplemented } from "../apiError.ts";
import { listPage } from "../listing.ts";
import { find } from "../lookup.ts";
import type { Env, Services } from "../services.ts";

/** Files can be asked for; uploads are not implemented yet, and say so. */
export function fileRoutes(services: Services): Hono<Env> {
  const { store } = services;
  const app = new Hono<Env>();

  app.get("/files", (request) => request.json(listPage(request, store, "file", { parent: "", maxLimit: 10_000 })));
  app.get("/files/:id", (request) => request.json(find(store, "file", request.req.param("id"))));
  app.post("/files", () => {
    throw notImplemented("file uploads");
  });
  app.all("/uploads/*", () => {
    throw notImplemented("uploads in parts");
  });
  app.all("/uploads", () => {
    throw notImplemented("uploads in parts");
  });

  return app;
}
