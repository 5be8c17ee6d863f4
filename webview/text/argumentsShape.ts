import { hasParts, parseToWrite } from "./exactJson.ts";

/** How the arguments of a call are best shown. */
export type ArgumentsShape =
  | { readonly kind: "none" }
  /** A flat object: a short list of names and JSON values. */
  | { readonly kind: "flat"; readonly entries: readonly (readonly [string, string])[] }
  | { readonly kind: "json"; readonly text: string }
  /** Made by a model, and not JSON. */
  | { readonly kind: "raw"; readonly text: string };

/** Decides how to show what a model wrote as arguments. */
export function shapeArguments(text: string): ArgumentsShape {
  if (text.trim() === "") {
    return { kind: "none" };
  }
  let value: unknown;
  try {
    value = parseToWrite(text);
  } catch {
    return { kind: "raw", text };
  }
  if (hasParts(value) && !Array.isArray(value)) {
    const entries = Object.entries(value);
    if (entries.length === 0) {
      return { kind: "none" };
    }
    if (entries.length <= 12 && entries.every(([, item]) => !hasParts(item))) {
      return { kind: "flat", entries: entries.map(([name, item]) => [name, JSON.stringify(item)] as const) };
    }
  }
  return { kind: "json", text: prettyJson(text) };
}

/** Indents JSON; a text that is none comes back as it is. */
export function prettyJson(text: string): string {
  try {
    return JSON.stringify(parseToWrite(text), null, 2);
  } catch {
    return text;
  }
}
