import { isJsonMap, jsonList, jsonMap } from "../definition/json.ts";
import type { JsonMap } from "../definition/json.ts";
import { canonicalJson } from "./canonical.ts";

/**
 * An assistant as fields that are compared and merged one by one. Keys: `name`, `metadata/KEY`, `tools/function/NAME`,
 * `tools/file_search`, `tool_resources/file_ids` and so on. What a server fills in by itself is absent.
 */
export type Fields = Readonly<Record<string, unknown>>;

/** The pair of `metadata` that marks an assistant as made by the workbench. It takes one of the 16. */
export const markerKey = "assistants_workbench";

/** The fields of an assistant in the wire's form, from a server or from a definition. */
export function fieldsOf(assistant: object): Fields {
  const wire = assistant as JsonMap;
  const fields: Record<string, unknown> = {};
  for (const name of ["name", "description", "model", "instructions"]) {
    const given = wire[name];
    const text = name === "instructions" && typeof given === "string" ? wireText(given) : given;
    // A server answers null where "" was sent, or the other way round.
    if (typeof text === "string" && text !== "") fields[name] = text;
  }
  for (const name of ["temperature", "top_p"]) {
    const number = wire[name];
    // 1 is what servers fill in; some keep 32-bit floats and answer 0.20000000298.
    if (typeof number === "number" && number !== 1) fields[name] = Math.round(number * 1e6) / 1e6;
  }
  const effort = wire["reasoning_effort"];
  if (typeof effort === "string" && effort !== "medium") fields["reasoning_effort"] = effort;
  const format = wire["response_format"];
  if (format != null && format !== "auto") fields["response_format"] = withoutDefaults(format);
  addTools(fields, jsonList(wire["tools"]));
  const resources = jsonMap(wire["tool_resources"]);
  // Ids are strings, whatever a server or a pasted object says: what is a map here waits to be uploaded or made (`pending.ts`).
  const files = idsIn(jsonMap(resources["code_interpreter"])["file_ids"]);
  if (files.length > 0) fields["tool_resources/file_ids"] = files.toSorted();
  const stores = idsIn(jsonMap(resources["file_search"])["vector_store_ids"]);
  if (stores.length > 0) fields["tool_resources/vector_store_ids"] = stores;
  for (const [key, value] of Object.entries(jsonMap(wire["metadata"])))
    if (key !== markerKey) fields[`metadata/${key}`] = value;
  return fields;
}

function idsIn(list: unknown): readonly string[] {
  return jsonList(list).filter((id) => typeof id === "string");
}

/**
 * Instructions as they are compared and sent: without a byte order mark, with `\n` for line ends. They may be in a file, which has the
 * line ends of its editor; so those of a server count as little.
 */
export function wireText(text: string): string {
  return text.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
}

/** The marker of an assistant; null when it has none. */
export function markerOf(assistant: { readonly metadata: Readonly<Record<string, string>> | null }): string | null {
  return assistant.metadata?.[markerKey] ?? null;
}

/** Whether two values have the same canonical JSON; most that are compared are equal, and no text is made of them. */
export function equalFields(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => equalFields(item, b[index]));
  if (isJsonMap(a) && isJsonMap(b)) {
    const [keys, others] = [said(a), said(b)];
    return keys.length === others.length && keys.every((key) => others.includes(key) && equalFields(a[key], b[key]));
  }
  return canonicalJson(a) === canonicalJson(b);
}

/** Keys that stand in JSON: one without a value does not. */
function said(map: JsonMap): readonly string[] {
  return Object.keys(map).filter((key) => map[key] !== undefined);
}

function addTools(fields: Record<string, unknown>, tools: readonly unknown[]): void {
  for (const tool of tools) {
    if (!isJsonMap(tool) || typeof tool["type"] !== "string") continue;
    const key = toolKey(tool);
    // Two of a name are no valid assistant, but a server may hold them: neither may vanish.
    let unique = key;
    for (let count = 2; Object.hasOwn(fields, unique); count += 1) unique = `${key}#${count}`;
    fields[unique] = normalTool(tool);
  }
}

/** The key of a tool's field. */
export function toolKey(tool: JsonMap): string {
  const name = jsonMap(tool["function"])["name"];
  const type = String(tool["type"]);
  return type === "function" ? `tools/function/${typeof name === "string" ? name : ""}` : `tools/${type}`;
}

/** A tool without what is ours and what servers fill in. */
export function normalTool(tool: JsonMap): JsonMap {
  const type = tool["type"];
  if (type === "code_interpreter") return { type };
  if (type === "function") {
    const { name, description, parameters, strict, ...rest } = jsonMap(tool["function"]);
    const fn: Record<string, unknown> = { name, ...rest };
    if (typeof description === "string" && description !== "") fn["description"] = description;
    if (isJsonMap(parameters) && !takesNothing(parameters)) fn["parameters"] = parameters;
    if (strict === true) fn["strict"] = true;
    return { type, function: fn };
  }
  if (type === "file_search") {
    const { max_num_results: most, ranking_options: ranking, ...rest } = jsonMap(tool["file_search"]);
    const search: Record<string, unknown> = { ...rest };
    if (typeof most === "number" && most !== 20) search["max_num_results"] = most;
    const threshold = jsonMap(ranking)["score_threshold"];
    // Servers echo {"ranker":"default_2024_08_21","score_threshold":0} where nothing was said; there is one ranker.
    if (typeof threshold === "number" && threshold !== 0)
      search["ranking_options"] = { score_threshold: Math.round(threshold * 1e6) / 1e6 };
    return Object.keys(search).length === 0 ? { type } : { type, file_search: search };
  }
  // A kind that this program does not know (Foundry has several) is kept as it is.
  return tool;
}

/** No parameters, in the ways there are to say so. */
function takesNothing(parameters: JsonMap): boolean {
  const keys = said(parameters);
  if (keys.length === 0) return true;
  const { type, properties } = parameters;
  return keys.length === 2 && type === "object" && isJsonMap(properties) && said(properties).length === 0;
}

function withoutDefaults(format: unknown): unknown {
  if (!isJsonMap(format) || !isJsonMap(format["json_schema"])) return format;
  const { strict, description, ...rest } = format["json_schema"];
  const schema = {
    ...rest,
    ...(strict === true ? { strict } : {}),
    ...(typeof description === "string" && description !== "" ? { description } : {}),
  };
  return { ...format, json_schema: schema };
}
