import { Hono } from "hono";
import type { Run } from "../../objects.ts";
import { listPage } from "../listing.ts";
import { find } from "../lookup.ts";
import type { Env, Request, Services } from "../services.ts";

// `include[]` names the contents of file search results; there are none yet, so it changes nothing.
export function stepRoutes(services: Services): Hono<Env> {
  const { store } = services;
  const app = new Hono<Env>();
  const runOf = (request: Request): Run => {
    const thread = find(store, "thread", request.req.param("thread") ?? "");
    return find(store, "run", request.req.param("run") ?? "", thread.id);
  };

  app.get("/threads/:thread/runs/:run/steps", (request) =>
    request.json(listPage(request, store, "step", { parent: runOf(request).id })),
  );

  app.get("/threads/:thread/runs/:run/steps/:step", (request) =>
    request.json(find(store, "step", request.req.param("step"), runOf(request).id)),
  );

  return app;
}
