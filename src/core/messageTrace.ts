import { appendText, emptyText, textOf } from "./growingText.ts";
import type { MessageTrace, PartTrace } from "./runTrace.ts";
import type { Annotation, Message, MessageContent } from "./wire.ts";
import type { AnnotationDelta, MessageContentDelta, MessageDelta } from "./wireEvents.ts";

/** The largest content index that is believed; a hostile delta may not make us allocate. The SDK's own gap limit is 1,024. */
const maxParts = 1024;

/** The trace of a message from its first object. */
export function startMessage(object: Message, at: number): MessageTrace {
  const status = object.status ?? "completed";
  return {
    id: object.id,
    status,
    start: at,
    end: status === "in_progress" ? null : at,
    parts: object.content.map(partOf),
    object,
  };
}

/** The next state of a message: a delta is appended, a final object replaces what the deltas built. */
export function reduceMessage(
  message: MessageTrace,
  change:
    | { readonly kind: "object"; readonly object: Message }
    | { readonly kind: "delta"; readonly delta: MessageDelta },
  at: number,
): MessageTrace {
  if (change.kind === "object") {
    const status = change.object.status ?? "completed";
    if (status === "in_progress") return { ...message, object: change.object };
    return { ...message, status, end: at, parts: change.object.content.map(partOf), object: change.object };
  }
  let parts = message.parts;
  for (const entry of change.delta.delta.content ?? []) parts = applyPart(parts, entry);
  return { ...message, parts };
}

function partOf(content: MessageContent): PartTrace {
  switch (content.type) {
    case "text":
      return { kind: "text", text: textOf(content.text.value), annotations: content.text.annotations };
    case "refusal":
      return { kind: "refusal", text: textOf(content.refusal) };
    case "image_file":
      return { kind: "image", source: content.image_file.file_id };
    case "image_url":
      return { kind: "image", source: content.image_url.url };
    default:
      // A content type newer than this program: shown as what it is rather than dropped.
      return { kind: "text", text: textOf(`[${(content as { type: string }).type}]`), annotations: [] };
  }
}

function applyPart(parts: readonly PartTrace[], delta: MessageContentDelta): readonly PartTrace[] {
  const index = delta.index;
  if (!Number.isInteger(index) || index < 0 || index > maxParts || index > parts.length) return parts;
  const next = grownPart(parts[index], delta);
  return next === null ? parts : index === parts.length ? [...parts, next] : parts.with(index, next);
}

function grownPart(part: PartTrace | undefined, delta: MessageContentDelta): PartTrace | null {
  switch (delta.type) {
    case "text": {
      const known = part?.kind === "text" ? part : { kind: "text" as const, text: emptyText, annotations: [] };
      const added = (delta.text?.annotations ?? []).flatMap(annotationOf);
      return {
        kind: "text",
        text: appendText(known.text, delta.text?.value ?? ""),
        annotations: added.length === 0 ? known.annotations : [...known.annotations, ...added],
      };
    }
    case "refusal":
      return {
        kind: "refusal",
        text: appendText(part?.kind === "refusal" ? part.text : emptyText, delta.refusal ?? ""),
      };
    case "image_file":
      return { kind: "image", source: delta.image_file?.file_id ?? "" };
    case "image_url":
      return { kind: "image", source: delta.image_url?.url ?? "" };
    default:
      return null;
  }
}

function annotationOf(delta: AnnotationDelta): readonly Annotation[] {
  const { text, start_index: start = 0, end_index: end = 0 } = delta;
  if (text === undefined) return [];
  const span = { text, start_index: start, end_index: end };
  return delta.type === "file_citation"
    ? [{ type: "file_citation", ...span, file_citation: { file_id: delta.file_citation?.file_id ?? "" } }]
    : [{ type: "file_path", ...span, file_path: { file_id: delta.file_path?.file_id ?? "" } }];
}
