import { fieldsOf, stringOf, type Fields } from "../http/fields.ts";

export type ItemType = "message" | "function_call" | "file_search_call" | "code_interpreter_call" | "other";

/** Which item an event is about: its place in the output, or its id where a server gives no places. */
export function keyOf(event: Fields): string {
  const { output_index: place, item_id: id } = event;
  return typeof place === "number" ? `${place}` : stringOf(id) || stringOf(fieldsOf(event["item"])["id"]);
}

/** What an item is to the runtime. */
export function typeOf(item: Fields): ItemType {
  const { type } = item;
  return type === "message" ||
    type === "function_call" ||
    type === "file_search_call" ||
    type === "code_interpreter_call"
    ? type
    : "other";
}

/** Whether an event tells of what an item holds. */
export function tellsSomething(event: Fields): boolean {
  return /^response\.(?:output_item\.(?:added|done)|output_text\.(?:delta|annotation\.added)|refusal\.delta|function_call_arguments\.delta|code_interpreter_call_code\.delta)$/.test(
    stringOf(event["type"]),
  );
}

/** The texts, or the refusals, of a message in one. */
export function partsOf(message: Fields, kind: "text" | "refusal"): string {
  const parts = Array.isArray(message["content"]) ? message["content"] : [];
  return parts.map((part: unknown) => stringOf(fieldsOf(part)[kind])).join("");
}

/** What is left of a whole when its beginning has been told; nothing when it begins otherwise. */
export function restOf(whole: string, told: string): string {
  return whole.startsWith(told) ? whole.slice(told.length) : "";
}
