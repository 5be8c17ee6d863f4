import { writeJson } from "../exactJson.ts";
import { parsePath, valueAt } from "./argumentPath.ts";

/** `{{args.order_id}}`, `{{json args.items}}`; what is between the braces. */
const pattern = /\{\{\s*((?:[^{}"']|"[^"]*"|'[^']*')*?)\s*\}\}/g;

/** The expressions that a text uses; none where it is plain text. */
export function templatesIn(text: string): readonly string[] {
  return [...text.matchAll(pattern)].map(([, inside]) => inside ?? "");
}

/** The names of the arguments that a text uses, themselves or something within them; "all" where it uses them as a whole. */
export function argumentsIn(text: string): ReadonlySet<string> | "all" {
  const names = new Set<string>();
  for (const inside of templatesIn(text)) {
    const path = parsePath(inside.replace(/^json\s+/, ""));
    if (path?.[0] !== "args") continue;
    if (path[1] === undefined) return "all";
    names.add(String(path[1]));
  }
  return names;
}

/** A template that cannot be filled: in words, with the expression. */
export class TemplateError extends Error {
  override readonly name = "TemplateError";
}

/**
 * Fills the templates of an output with the arguments of a call.
 *
 * In a text, `{{args.x}}` becomes the text of the argument (anything but a text as JSON), `{{json args.x}}` the argument as
 * JSON, quotes and all. In a map or list the values are filled, and a text that is one template only becomes the argument
 * itself: a number stays a number.
 * @throws TemplateError when an argument is not there, or the expression is none
 */
export function fillTemplates(output: unknown, args: unknown): unknown {
  if (typeof output === "string") return fillText(output, args, String);
  return fillValue(output, args);
}

function fillValue(value: unknown, args: unknown): unknown {
  if (typeof value === "string") {
    const [only] = value.matchAll(pattern);
    if (only !== undefined && only[0] === value.trim()) return evaluated(only[1] ?? "", args).value;
    return fillText(value, args, String);
  }
  if (Array.isArray(value)) return value.map((item) => fillValue(item, args));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillValue(item, args)]));
}

/** @param encode what is done to each filled-in text, such as `encodeURIComponent` */
export function fillText(text: string, args: unknown, encode: (value: string) => string): string {
  return text.replaceAll(pattern, (_, inside: string) => {
    const { value, json } = evaluated(inside, args);
    return encode(typeof value === "string" && !json ? value : (writeJson(value) ?? "null"));
  });
}

function evaluated(inside: string, args: unknown): { readonly value: unknown; readonly json: boolean } {
  const json = /^json\s+/.test(inside);
  const path = parsePath(inside.replace(/^json\s+/, ""));
  if (path === null || path[0] !== "args")
    throw new TemplateError(`{{${inside}}} is no path to an argument: write {{args.NAME}}.`);
  const at = valueAt({ args }, path);
  if (!at.found) throw new TemplateError(`The call has no argument ${inside.replace(/^json\s+/, "")}.`);
  return { value: at.value, json };
}
