import type { Message } from "../objects.ts";

/**
 * Adds to a message that is being written, and says what the delta of it is: only the first of a part has `annotations`, since
 * the SDK adds deltas up.
 */
export function appendText(message: Message, type: "text" | "refusal", text: string): object {
  let index = message.content.findLastIndex((part) => part.type === type);
  const first = index === -1;
  if (first) {
    index = message.content.length;
    message.content.push(type === "text" ? { type, text: { value: "", annotations: [] } } : { type, refusal: "" });
  }
  const part = message.content[index];
  if (part?.type === "text") part.text.value += text;
  else if (part?.type === "refusal") part.refusal += text;
  return type === "text"
    ? { index, type, text: first ? { value: text, annotations: [] } : { value: text } }
    : { index, type, refusal: text };
}
