/* oxlint-disable oxc/no-async-endpoint-handlers -- about Express; Hono awaits its handlers */
import { Hono } from "hono";
import type { Thread } from "../../objects.ts";
import { readBody } from "../body.ts";
import { hostedResources, hostedThread } from "../hostedResources.ts";
import { listPage } from "../listing.ts";
import { find } from "../lookup.ts";
import { createThread } from "../newThread.ts";
import { createThread as createThreadBody, modifyThread } from "../schemas/threads.ts";
import type { Env, Services } from "../services.ts";
import { checkResources } from "../toolResources.ts";

export function threadRoutes(services: Services): Hono<Env> {
  const { store, engine } = services;
  const app = new Hono<Env>();

  // An extension: the published API has no list of threads. `client.get("/threads")`, same envelope as the other lists.
  app.get("/threads", (request) => request.json(listPage(request, store, "thread", { parent: "" })));

  app.post("/threads", async (request) => {
    const body = await hostedThread(await readBody(request, createThreadBody, services), services);
    return request.json(createThread(body, services));
  });

  app.get("/threads/:thread", (request) => request.json(find(store, "thread", request.req.param("thread"))));

  app.post("/threads/:thread", async (request) => {
    const { metadata, tool_resources: resources } = await readBody(request, modifyThread, services);
    find(store, "thread", request.req.param("thread"));
    await hostedResources(resources ?? {}, services);
    const thread = find(store, "thread", request.req.param("thread"));
    const changed: Thread = {
      ...thread,
      ...(metadata === undefined ? {} : { metadata: metadata ?? {} }),
      ...(resources === undefined
        ? {}
        : {
            tool_resources:
              resources === null ? {} : { ...thread.tool_resources, ...checkResources(resources, services) },
          }),
    };
    store.update("thread", changed);
    return request.json(changed);
  });

  app.delete("/threads/:thread", (request) => {
    const { id } = find(store, "thread", request.req.param("thread"));
    engine.forgetThread(id);
    store.deleteTree("thread", id);
    return request.json({ id, object: "thread.deleted", deleted: true });
  });

  return app;
}
