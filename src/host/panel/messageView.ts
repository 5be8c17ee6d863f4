import { wholeText } from "../../core/growingText.ts";
import type { MessageTrace, PartTrace } from "../../core/runTrace.ts";
import type { CitationView, MessagePart, MessageView } from "../../protocol/panelState.ts";

const reasons: Readonly<Record<string, string>> = {
  content_filter: "The content filter stopped the answer.",
  max_tokens: "The answer reached its token limit.",
  run_cancelled: "The run was stopped.",
  run_expired: "The run expired.",
  run_failed: "The run failed.",
};

/** The annotations of a part of a message, by the part's index, as the panel draws them. */
export type CitationsOf = (message: MessageTrace, part: number) => readonly CitationView[];

/** A message as the panel draws it. */
export function messageView(message: MessageTrace, citations: CitationsOf): MessageView {
  const reason = message.object.incomplete_details?.reason;
  return {
    id: message.id,
    role: message.object.role,
    status: message.status,
    incompleteReason:
      message.status !== "incomplete"
        ? null
        : ((reason !== undefined ? reasons[reason] : undefined) ?? reason ?? "The answer is incomplete."),
    // The server's clock has whole seconds; a message made here has the time of the keypress.
    createdAt: message.start,
    runId: message.object.run_id,
    parts: message.parts.map((part, index) => partView(part, citations(message, index))),
    files: filesOf(message),
  };
}

function filesOf({ object }: MessageTrace): readonly string[] {
  return (object.attachments ?? []).flatMap(({ file_id: id }) => id ?? []);
}

function partView(part: PartTrace, citations: readonly CitationView[]): MessagePart {
  switch (part.kind) {
    case "text":
      return { kind: "text", text: wholeText(part.text), citations };
    case "refusal":
      return { kind: "refusal", text: wholeText(part.text) };
    case "image":
      return { kind: "image", label: part.source, fileId: /^(https?|data):/.test(part.source) ? null : part.source };
  }
}
