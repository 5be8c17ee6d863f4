import type { Annotation } from "openai/resources/beta/threads/messages";
import type { Message } from "../objects.ts";
import type { AnswerPiece } from "./answerMarks.ts";

/**
 * Adds to a message that is being written, and says what the delta of it is: only the first of a part has `annotations`, since
 * the SDK adds deltas up; and those that have one, with its index.
 */
export function appendText(message: Message, type: "text" | "refusal", { text, source }: AnswerPiece): object {
  let index = message.content.findLastIndex((part) => part.type === type);
  const first = index === -1;
  if (first) {
    index = message.content.length;
    message.content.push(type === "text" ? { type, text: { value: "", annotations: [] } } : { type, refusal: "" });
  }
  const part = message.content[index];
  if (part?.type === "refusal") part.refusal += text;
  if (part?.type !== "text") return { index, type, refusal: text };
  const annotations: object[] = [];
  if (source !== undefined) {
    const annotation = annotationOf(text, part.text.value.length, source);
    annotations.push({ index: part.text.annotations.length, ...annotation });
    part.text.annotations.push(annotation);
  }
  part.text.value += text;
  return { index, type, text: { value: text, ...(first || annotations.length > 0 ? { annotations } : {}) } };
}

/** Adds an image to a message that is being written, and says what the delta of it is. */
export function appendImage(message: Message, fileId: string): object {
  const image = { type: "image_file", image_file: { file_id: fileId } } as const;
  message.content.push(image);
  return { index: message.content.length - 1, ...image };
}

/** Makes a path of every place where a message has a link that is not annotated, and says what the deltas of it are. */
export function annotateLink(message: Message, link: string, fileId: string): object[] {
  if (link === "") return [];
  return message.content.flatMap((part, index): object[] => {
    if (part.type !== "text") return [];
    const { value, annotations } = part.text;
    const deltas: object[] = [];
    for (let at = value.indexOf(link); at !== -1; at = value.indexOf(link, at + link.length)) {
      const end = at + link.length;
      // The link may be the beginning of a longer one.
      if (/^(?:[\w-]|\.\w)/.test(value.slice(end, end + 2))) continue;
      if (annotations.some((one) => one.start_index < end && at < one.end_index)) continue;
      const annotation = annotationOf(link, at, { type: "file_path", fileId });
      deltas.push({ index, type: "text", text: { annotations: [{ index: annotations.length, ...annotation }] } });
      annotations.push(annotation);
    }
    return deltas;
  });
}

/** Positions are counted in UTF-16 units, as JavaScript counts. */
function annotationOf(text: string, at: number, { type, fileId }: NonNullable<AnswerPiece["source"]>): Annotation {
  const span = { text, start_index: at, end_index: at + text.length };
  return type === "file_citation"
    ? { type, ...span, file_citation: { file_id: fileId } }
    : { type, ...span, file_path: { file_id: fileId } };
}
