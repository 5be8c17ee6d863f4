import { unixSeconds } from "../clock.ts";
import { newId } from "../ids.ts";
import type { Thread } from "../objects.ts";
import { attachFiles } from "./attachments.ts";
import { newMessage } from "./newMessage.ts";
import { threadStoreExpiry } from "./newVectorStore.ts";
import type { CreateThread } from "./schemas/threads.ts";
import type { Services } from "./services.ts";
import { makeResources } from "./toolResources.ts";

/** Makes a thread with its messages, all or nothing. */
export function createThread(body: CreateThread, services: Services): Thread {
  const { store } = services;
  return store.transaction(() => {
    const thread = {
      id: newId("thread"),
      object: "thread",
      created_at: unixSeconds(services.clock),
      tool_resources: makeResources(body.tool_resources ?? {}, services, threadStoreExpiry),
      metadata: body.metadata ?? {},
    } satisfies Thread;
    store.insert("thread", thread);
    const messages = (body.messages ?? []).map((message) => newMessage(message, thread.id, services));
    for (const message of messages) store.insert("message", message, { parent: thread.id });
    attachFiles(thread.id, messages, services);
    return store.get("thread", thread.id) ?? thread;
  });
}
