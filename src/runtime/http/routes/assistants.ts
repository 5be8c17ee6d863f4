/* oxlint-disable oxc/no-async-endpoint-handlers -- about Express; Hono awaits its handlers */
import { Hono } from "hono";
import { unixSeconds } from "../../clock.ts";
import { newId } from "../../ids.ts";
import type { Assistant } from "../../objects.ts";
import { readBody } from "../body.ts";
import { hostedResources } from "../hostedResources.ts";
import { listPage } from "../listing.ts";
import { find } from "../lookup.ts";
import { createAssistant, modifyAssistant } from "../schemas/assistants.ts";
import type { Env, Services } from "../services.ts";
import { checkResources, makeResources } from "../toolResources.ts";

export function assistantRoutes(services: Services): Hono<Env> {
  const { store } = services;
  const app = new Hono<Env>();

  app.get("/assistants", (request) => request.json(listPage(request, store, "assistant", { parent: "" })));

  app.post("/assistants", async (request) => {
    const body = await readBody(request, createAssistant, services);
    const resources = await hostedResources(body.tool_resources ?? {}, services);
    const assistant = store.transaction(() => {
      const made = {
        id: newId("asst"),
        object: "assistant",
        created_at: unixSeconds(services.clock),
        name: body.name ?? null,
        description: body.description ?? null,
        model: body.model,
        instructions: body.instructions ?? null,
        tools: body.tools ?? [],
        tool_resources: makeResources(resources, services),
        metadata: body.metadata ?? {},
        temperature: body.temperature ?? 1,
        top_p: body.top_p ?? 1,
        response_format: body.response_format ?? "auto",
        reasoning_effort: body.reasoning_effort ?? null,
      } satisfies Assistant;
      store.insert("assistant", made);
      return made;
    });
    return request.json(assistant);
  });

  app.get("/assistants/:id", (request) => request.json(find(store, "assistant", request.req.param("id"))));

  app.post("/assistants/:id", async (request) => {
    const body = await readBody(request, modifyAssistant, services);
    find(store, "assistant", request.req.param("id"));
    await hostedResources(body.tool_resources ?? {}, services);
    const assistant = find(store, "assistant", request.req.param("id"));
    const { metadata, tool_resources: resources, ...rest } = body;
    // A key that is absent leaves its field alone; null clears it. Tool lists are replaced whole.
    const changed: Assistant = {
      ...assistant,
      ...rest,
      ...(metadata === undefined ? {} : { metadata: metadata ?? {} }),
      ...(resources === undefined
        ? {}
        : {
            tool_resources:
              resources === null ? {} : { ...assistant.tool_resources, ...checkResources(resources, services) },
          }),
    };
    store.update("assistant", changed);
    return request.json(changed);
  });

  app.delete("/assistants/:id", (request) => {
    const { id } = find(store, "assistant", request.req.param("id"));
    store.delete("assistant", id);
    return request.json({ id, object: "assistant.deleted", deleted: true });
  });

  return app;
}
