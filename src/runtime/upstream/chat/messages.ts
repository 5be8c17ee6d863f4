import { createHash } from "node:crypto";
import type { ConversationItem, TurnRequest, UserPart } from "../port.ts";
import type { ChatProfile } from "./profile.ts";

type Body = Record<string, unknown>;

/** The messages of a Chat Completions request. */
export function chatMessages(request: TurnRequest, profile: ChatProfile): Body[] {
  const system = request.instructions === "" ? [] : [{ role: profile.systemRole, content: request.instructions }];
  return [...system, ...request.items.map((item) => message(item, profile))];
}

function message(item: ConversationItem, profile: ChatProfile): Body {
  const callId = profile.shortCallIds ? shortCallId : (id: string): string => id;
  switch (item.kind) {
    case "user":
      return { role: "user", content: userContent(item.parts, profile) };
    case "assistant":
      if (item.calls.length === 0) return { role: "assistant", content: item.text };
      return {
        role: "assistant",
        content: item.text !== "" ? item.text : profile.nullContent ? null : "",
        tool_calls: item.calls.map((call) => ({
          id: callId(call.id),
          type: "function",
          function: { name: call.name, arguments: call.arguments },
        })),
      };
    case "tool":
      return { role: "tool", tool_call_id: callId(item.callId), content: item.output };
  }
}

// A plain string wherever it can be one: small servers mishandle lists of parts.
function userContent(parts: readonly UserPart[], profile: ChatProfile): unknown {
  const text = parts.flatMap((part) => (part.kind === "text" ? [part.text] : [])).join("\n");
  if (parts.every((part) => part.kind === "text")) return text;
  const images = parts.filter((part) => part.kind === "image_url");
  const ordered: readonly UserPart[] = profile.textParts || text === "" ? parts : [{ kind: "text", text }, ...images];
  return ordered.map((part) =>
    part.kind === "text"
      ? { type: "text", text: part.text }
      : { type: "image_url", image_url: { url: part.url, ...(part.detail === "auto" ? {} : { detail: part.detail }) } },
  );
}

/** Nine letters and digits that are the same for the same id. */
function shortCallId(id: string): string {
  return createHash("sha256").update(id).digest("hex").slice(0, 9);
}
