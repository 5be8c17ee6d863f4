import type { MessageContent } from "../objects.ts";
import type { Message } from "../objects.ts";
import { unixSeconds } from "../clock.ts";
import { newId } from "../ids.ts";
import type { CreateMessage } from "./schemas/threads.ts";
import type { Services } from "./services.ts";
import { findFile, checkInterpreterFile, findLocalFile } from "./findFile.ts";

/** The message that a client asks to put on a thread. Throws when it names a file that does not exist. */
export function newMessage(body: CreateMessage, threadId: string, services: Services): Message {
  const attachments = body.attachments ?? [];
  for (const { file_id: id, tools = [] } of attachments) {
    if (tools.some(({ type }) => type === "code_interpreter")) checkInterpreterFile(services, id);
    // Files of the upstream were looked up there already (`hostedAttachments`): a transaction cannot wait for it.
    else if (services.hosted === undefined) findFile(services, id);
  }
  const parts = typeof body.content === "string" ? [{ type: "text" as const, text: body.content }] : body.content;
  return {
    id: newId("msg"),
    object: "thread.message",
    created_at: unixSeconds(services.clock),
    thread_id: threadId,
    status: "completed",
    incomplete_details: null,
    completed_at: null,
    incomplete_at: null,
    role: body.role,
    content: parts.map((part): MessageContent => {
      if (part.type === "text") return { type: "text", text: { value: part.text, annotations: [] } };
      if (part.type === "image_file")
        findLocalFile(services, part.image_file.file_id, "a message; give the image as an image_url");
      return part;
    }),
    assistant_id: null,
    run_id: null,
    attachments,
    metadata: body.metadata ?? {},
  };
}
