import { everyItem } from "../core/provider.ts";
import type { ListParams, NewMessage, Provider } from "../core/provider.ts";
import type { Message, Page, Run } from "../core/wire.ts";

/** More messages than this are not copied into a thread that starts again. */
const mostMessages = 10_000;

/**
 * Makes a thread with what was said before a run began, and with the metadata and the resources of its thread.
 * @returns its id
 */
export async function forkThread(provider: Provider, run: Run, title: string): Promise<string> {
  const { metadata, tool_resources: resources } = await provider.retrieveThread(run.thread_id);
  const messages: NewMessage[] = [];
  const list = (params: ListParams): Promise<Page<Message>> => provider.listMessages(run.thread_id, params);
  for await (const message of everyItem(list, "asc", mostMessages)) {
    // What the run said itself, and everything after it, is not before it.
    if (message.run_id === run.id || message.created_at > run.created_at) break;
    const copy = copyOf(message);
    if (copy !== null) messages.push(copy);
  }
  const named = { ...(title === "" ? {} : { title }), ...metadata };
  return (await provider.createThread(named, messages, resources ?? undefined)).id;
}

/** A message as it is made again; null for one that says nothing. */
function copyOf(message: Message): NewMessage | null {
  const content = message.content.map((part): NewMessage["content"][number] => {
    switch (part.type) {
      case "text":
        return { type: "text", text: part.text.value };
      case "refusal":
        return { type: "text", text: part.refusal };
      case "image_file":
        return { type: "image_file", image_file: part.image_file };
      case "image_url":
        return { type: "image_url", image_url: part.image_url };
    }
  });
  const { attachments } = message as Message & Pick<NewMessage, "attachments">;
  if (content.length === 0) return null;
  const attached = attachments == null || attachments.length === 0 ? {} : { attachments };
  return { role: message.role, content, ...attached };
}
