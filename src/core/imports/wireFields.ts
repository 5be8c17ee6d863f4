import { isJsonMap, jsonList, jsonMap } from "../definition/json.ts";
import type { JsonMap } from "../definition/json.ts";
import { Unread } from "./unread.ts";

/** Fields of a definition that the wire has too. */
const known = [
  "name",
  "description",
  "model",
  "instructions",
  "tools",
  "tool_resources",
  "metadata",
  "temperature",
  "top_p",
  "reasoning_effort",
  "response_format",
] as const;

/** What a server adds to the object, and what only runs have: nothing of it is an assistant's source. */
const dropped: ReadonlySet<string> = new Set(["id", "object", "created_at", "extra_headers", "extra_query", "timeout"]);

/**
 * The definition's part of an object in the wire's form. Parts that could not be read, and fields that a definition does not
 * have, are left out and named in `left`.
 */
export function wireFields(value: JsonMap, text: string, left: string[]): JsonMap {
  const fields: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (dropped.has(key)) continue;
    if (key === "file_ids") fields["tool_resources"] = withFiles(jsonMap(fields["tool_resources"]), item, left);
    else if (!(known as readonly string[]).includes(key))
      left.push(`${key}: ${item instanceof Unread ? item.in(text) : "no field of an assistant"}`);
    else if (key === "tools") fields[key] = toolsOf(item, text, left);
    else if (key === "metadata") fields[key] = metadataOf(plain(item, key, text, left), left);
    else if (key === "tool_resources")
      fields[key] = { ...jsonMap(fields[key]), ...resourcesOf(jsonMap(plain(item, key, text, left)), left) };
    else fields[key] = plain(item, key, text, left);
  }
  const isNothing = (item: unknown): boolean =>
    item == null || (isJsonMap(item) && Object.keys(item).length === 0) || item === "";
  return Object.fromEntries(Object.entries(fields).filter(([, item]) => !isNothing(item)));
}

/** The value without what could not be read: a list is shorter then, a map has a field less. */
function plain(value: unknown, path: string, text: string, left: string[]): unknown {
  if (value instanceof Unread) {
    left.push(`${path}: ${value.in(text)}`);
    return undefined;
  }
  if (Array.isArray(value))
    return value
      .map((item, index) => plain(item, `${path}[${index}]`, text, left))
      .filter((item) => item !== undefined);
  if (!isJsonMap(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .map(([key, item]) => [key, plain(item, `${path}.${key}`, text, left)] as const)
      .filter(([, item]) => item !== undefined),
  );
}

function toolsOf(value: unknown, text: string, left: string[]): readonly unknown[] {
  if (value instanceof Unread) left.push(`tools: ${value.in(text)}`);
  return jsonList(value).flatMap((item, index): readonly unknown[] => {
    const path = `tools[${index}]`;
    if (item instanceof Unread) {
      left.push(`${path}: ${item.in(text)}`);
      return [];
    }
    const tool = jsonMap(plain(item, path, text, left));
    switch (tool["type"]) {
      case "code_interpreter":
        return [{ type: "code_interpreter" }];
      case "file_search":
        return [withoutNulls({ type: "file_search", file_search: tool["file_search"] })];
      case "retrieval":
        left.push(`${path}: retrieval of version 1 became file_search`);
        return [{ type: "file_search" }];
      case "function":
        // The Responses API has the function's fields beside the type.
        return [
          { type: "function", function: withoutNulls(isJsonMap(tool["function"]) ? tool["function"] : flat(tool)) },
        ];
      default:
        left.push(`${path}: a tool of type ${JSON.stringify(tool["type"] ?? null)}`);
        return [];
    }
  });
}

function flat({ name, description, parameters, strict }: JsonMap): JsonMap {
  return { name, description, parameters, strict };
}

function resourcesOf(resources: JsonMap, left: string[]): JsonMap {
  const { file_search: search, code_interpreter: code, ...others } = resources;
  for (const name of Object.keys(others)) left.push(`tool_resources.${name}: no resource of a tool here`);
  const made = jsonMap(search)["vector_stores"];
  if (jsonList(made).length > 0)
    left.push(
      "tool_resources.file_search.vector_stores: stores are made from a *.vectorstore.yaml, see New Vector Store",
    );
  const stores = jsonList(jsonMap(search)["vector_store_ids"]);
  const files = jsonList(jsonMap(code)["file_ids"]);
  return {
    ...(stores.length === 0 ? {} : { file_search: { vector_store_ids: stores } }),
    ...(files.length === 0 ? {} : { code_interpreter: { file_ids: files } }),
  };
}

/** Version 1 had the files of all tools in one list. */
function withFiles(resources: JsonMap, files: unknown, left: string[]): JsonMap {
  const ids = jsonList(files).filter((id) => typeof id === "string");
  if (ids.length === 0) return resources;
  left.push("file_ids: of version 1; they went to code_interpreter, and file_search needs a vector store");
  return { ...resources, code_interpreter: { file_ids: ids } };
}

/** Values of `metadata` are strings; a list becomes its items with commas. */
function metadataOf(value: unknown, left: string[]): JsonMap {
  return Object.fromEntries(
    Object.entries(jsonMap(value)).flatMap(([key, item]): readonly (readonly [string, string])[] => {
      if (key === "assistants_workbench" || item === null) return [];
      if (typeof item === "string") return [[key, item]];
      const isList = Array.isArray(item) && item.every((one) => typeof one === "string" || typeof one === "number");
      left.push(`metadata.${key}: became a string`);
      return [[key, isList ? item.join(", ") : JSON.stringify(item)]];
    }),
  );
}

function withoutNulls(map: JsonMap): JsonMap {
  return Object.fromEntries(Object.entries(map).filter(([, item]) => item != null));
}
