import { parseJson } from "../exactJson.ts";

/** Arguments of a call as a value; integers beyond a number are bigints. What a model writes need not be JSON: it then counts as the text that it is. */
export function argumentsValue(text: string): unknown {
  if (text.trim() === "") return {};
  try {
    return parseJson(text);
  } catch {
    // No JSON: matched and templated as a text.
    return text;
  }
}
