import { unixSeconds } from "../clock.ts";
import { newId } from "../ids.ts";
import type { Thread, ToolResources } from "../objects.ts";
import { newMessage } from "./newMessage.ts";
import { newVectorStore } from "./newVectorStore.ts";
import type { NewToolResources } from "./schemas/common.ts";
import type { CreateThread } from "./schemas/threads.ts";
import type { Services } from "./services.ts";

/** Makes a thread with its messages, all or nothing. */
export function createThread(body: CreateThread, services: Services): Thread {
  const { store } = services;
  return store.transaction(() => {
    const thread = {
      id: newId("thread"),
      object: "thread",
      created_at: unixSeconds(services.clock),
      tool_resources: makeResources(body.tool_resources ?? {}, services),
      metadata: body.metadata ?? {},
    } satisfies Thread;
    store.insert("thread", thread);
    for (const message of body.messages ?? [])
      store.insert("message", newMessage(message, thread.id, services), { parent: thread.id });
    return thread;
  });
}

/** Tool resources with the store made that the request asks for (spec: `tool_resources.file_search.vector_stores`). */
export function makeResources(wanted: NewToolResources, services: Services): ToolResources {
  const { file_search: search, ...others } = wanted;
  if (search === undefined) return others;
  const { vector_stores: asked, ...named } = search;
  const made = (asked ?? []).map((one) => {
    const store = newVectorStore({ file_ids: one.file_ids ?? [], metadata: one.metadata ?? null }, services);
    services.store.insert("vector_store", store);
    return store.id;
  });
  return {
    ...others,
    file_search: made.length === 0 ? named : { vector_store_ids: [...(named.vector_store_ids ?? []), ...made] },
  };
}
