import { Hono } from "hono";
import { withoutResultContent } from "../../engine/toolCalls.ts";
import type { Run } from "../../objects.ts";
import { includesResultContent } from "../include.ts";
import { listPage } from "../listing.ts";
import { find } from "../lookup.ts";
import type { Env, Request, Services } from "../services.ts";

export function stepRoutes(services: Services): Hono<Env> {
  const { store } = services;
  const app = new Hono<Env>();
  const runOf = (request: Request): Run => {
    const thread = find(store, "thread", request.req.param("thread") ?? "");
    return find(store, "run", request.req.param("run") ?? "", thread.id);
  };

  app.get("/threads/:thread/runs/:run/steps", (request) => {
    const include = includesResultContent(request);
    const page = listPage(request, store, "step", { parent: runOf(request).id });
    return request.json(include ? page : { ...page, data: page.data.map(withoutResultContent) });
  });

  app.get("/threads/:thread/runs/:run/steps/:step", (request) => {
    const include = includesResultContent(request);
    const step = find(store, "step", request.req.param("step"), runOf(request).id);
    return request.json(include ? step : withoutResultContent(step));
  });

  return app;
}
