/* oxlint-disable oxc/no-async-endpoint-handlers -- about Express; Hono awaits its handlers */
import { Hono } from "hono";
import type { Thread } from "../../objects.ts";
import { badRequest } from "../apiError.ts";
import { attachFiles } from "../attachments.ts";
import { readBody } from "../body.ts";
import { hostedAttachments } from "../hostedResources.ts";
import { listPage } from "../listing.ts";
import { find } from "../lookup.ts";
import { newMessage } from "../newMessage.ts";
import { createMessage, modifyMetadata } from "../schemas/threads.ts";
import type { Env, Services } from "../services.ts";

export function messageRoutes(services: Services): Hono<Env> {
  const { store } = services;
  const app = new Hono<Env>();
  const threadForMessages = (id: string): Thread => {
    const thread = find(store, "thread", id);
    const active = store.activeRun(thread.id);
    if (active !== undefined)
      throw badRequest(`Can't add messages to ${thread.id} while a run ${active.id} is active.`);
    return thread;
  };

  app.get("/threads/:thread/messages", (request) => {
    const thread = find(store, "thread", request.req.param("thread"));
    return request.json(listPage(request, store, "message", { parent: thread.id, run: request.req.query("run_id") }));
  });

  app.post("/threads/:thread/messages", async (request) => {
    const body = await readBody(request, createMessage, services);
    const thread = threadForMessages(request.req.param("thread"));
    const hostedStore = await hostedAttachments([body], thread, services);
    if (services.hosted !== undefined) threadForMessages(thread.id);
    const message = store.transaction(() => {
      const made = newMessage(body, thread.id, services);
      store.insert("message", made, { parent: thread.id });
      attachFiles(thread.id, [made], services, hostedStore);
      return made;
    });
    return request.json(message);
  });

  app.get("/threads/:thread/messages/:message", (request) => {
    const thread = find(store, "thread", request.req.param("thread"));
    return request.json(find(store, "message", request.req.param("message"), thread.id));
  });

  app.post("/threads/:thread/messages/:message", async (request) => {
    const { metadata } = await readBody(request, modifyMetadata, services);
    const thread = find(store, "thread", request.req.param("thread"));
    const message = find(store, "message", request.req.param("message"), thread.id);
    if (metadata !== undefined) message.metadata = metadata ?? {};
    store.update("message", message);
    return request.json(message);
  });

  app.delete("/threads/:thread/messages/:message", (request) => {
    const thread = find(store, "thread", request.req.param("thread"));
    const { id } = find(store, "message", request.req.param("message"), thread.id);
    store.delete("message", id, thread.id);
    return request.json({ id, object: "thread.message.deleted", deleted: true });
  });

  return app;
}
