import type { Message, Thread, ToolResources } from "../objects.ts";
import { putFile } from "../vectorStores/storeFiles.ts";
import { touchStore } from "../vectorStores/storeView.ts";
import { badRequest } from "./apiError.ts";
import { findLiveStore } from "./findFile.ts";
import { createVectorStore, threadStoreExpiry } from "./newVectorStore.ts";
import type { Services } from "./services.ts";

/** How many files a code interpreter takes (Assistants v2: tool resources). */
const maxInterpreterFiles = 20;

/**
 * Gives the files attached to new messages to the thread's tools: to its vector store, which is made when it has none, and to
 * its code interpreter (Assistants v2: attachments). Belongs into the transaction that stores the messages. Where the stores are the
 * upstream's, the files are in one already (`hostedAttachments`): `hostedStore`, unless the thread was made with it.
 */
export function attachFiles(
  threadId: string,
  messages: readonly Message[],
  services: Services,
  hostedStore?: string,
): void {
  const { store } = services;
  const searchable = filesFor(messages, "file_search");
  const interpretable = filesFor(messages, "code_interpreter");
  const thread = searchable.length + interpretable.length === 0 ? undefined : store.get("thread", threadId);
  if (thread === undefined) return;
  const resources: ToolResources = { ...thread.tool_resources };
  if (interpretable.length > 0) {
    const ids = [...new Set([...(resources.code_interpreter?.file_ids ?? []), ...interpretable])];
    if (ids.length > maxInterpreterFiles) {
      throw badRequest(
        `The thread's code interpreter can have at most ${maxInterpreterFiles} files; with these attachments it would have ${ids.length}.`,
        { param: "attachments" },
      );
    }
    resources.code_interpreter = { file_ids: ids };
  }
  if (hostedStore !== undefined) resources.file_search = { vector_store_ids: [hostedStore] };
  else if (searchable.length > 0 && services.hosted === undefined)
    resources.file_search = { vector_store_ids: [addToStore(thread, searchable, services)] };
  store.update("thread", { ...thread, tool_resources: resources });
}

function filesFor(messages: readonly Message[], tool: "file_search" | "code_interpreter"): string[] {
  const attachments = messages.flatMap((message) => message.attachments ?? []);
  const wanted = attachments.filter((one) => one.tools?.some(({ type }) => type === tool) === true);
  return [...new Set(wanted.flatMap((one) => (one.file_id === undefined ? [] : [one.file_id])))];
}

function addToStore(thread: Thread, fileIds: readonly string[], services: Services): string {
  const { store } = services;
  const [known] = thread.tool_resources?.file_search?.vector_store_ids ?? [];
  // A store that was deleted is replaced; one that has expired is refused, as it would make every run of the thread fail.
  if (known === undefined || store.get("vector_store", known) === undefined) {
    return createVectorStore({ file_ids: [...fileIds], expires_after: threadStoreExpiry }, services).id;
  }
  touchStore(findLiveStore(services, known), services);
  for (const id of fileIds) {
    const there = store.get("vector_store_file", id, known)?.status;
    if (there !== "completed" && there !== "in_progress") putFile(known, { file_id: id }, services);
  }
  return known;
}
