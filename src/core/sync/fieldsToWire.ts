import type { AssistantParams, AssistantPatch } from "../provider.ts";
import type { Assistant, AssistantTool, Metadata, ResponseFormat } from "../wire.ts";
import type { Fields } from "./fields.ts";
import { fieldsOf, markerKey } from "./fields.ts";

/** Pairs that `metadata` may hold. */
const mostPairs = 16;

/** What to send to make an assistant of these fields, marked; null for one that no definition is to find again. */
export function paramsOf(fields: Fields, marker: string | null): AssistantParams {
  return {
    model: text(fields["model"]) ?? "",
    name: text(fields["name"]),
    description: text(fields["description"]),
    instructions: text(fields["instructions"]),
    tools: toolsOf(fields),
    tool_resources: resourcesOf(fields, Object.keys(fields)),
    metadata: metadataOf(fields, marker),
    temperature: number(fields["temperature"]),
    top_p: number(fields["top_p"]),
    ...(typeof fields["reasoning_effort"] === "string" ? { reasoning_effort: fields["reasoning_effort"] } : {}),
    ...(fields["response_format"] === undefined
      ? {}
      : { response_format: fields["response_format"] as ResponseFormat }),
  };
}

/** What to send to make a second assistant of another name. It is nobody's definition, so it carries no marker. */
export function duplicateParams(assistant: Assistant, name: string): AssistantParams {
  return paramsOf({ ...fieldsOf(assistant), name }, null);
}

/**
 * What to send to bring an assistant to the fields of `target` where the keys in `changed` say: nothing else is touched, save
 * that a list or a map is sent whole when one of its parts changes.
 */
export function patchOf(target: Fields, changed: readonly string[], marker: string): AssistantPatch {
  const touched = (prefix: string): boolean => changed.some((key) => key.startsWith(prefix));
  const has = (name: string): boolean => changed.includes(name);
  return {
    ...(has("model") ? { model: text(target["model"]) ?? "" } : {}),
    ...(has("name") ? { name: text(target["name"]) } : {}),
    ...(has("description") ? { description: text(target["description"]) } : {}),
    ...(has("instructions") ? { instructions: text(target["instructions"]) } : {}),
    ...(has("temperature") ? { temperature: number(target["temperature"]) } : {}),
    ...(has("top_p") ? { top_p: number(target["top_p"]) } : {}),
    ...(has("reasoning_effort") ? { reasoning_effort: text(target["reasoning_effort"]) } : {}),
    ...(has("response_format") ? { response_format: (target["response_format"] ?? "auto") as ResponseFormat } : {}),
    ...(touched("tools/") ? { tools: toolsOf(target) } : {}),
    ...(touched("tool_resources/") ? { tool_resources: resourcesOf(target, changed) } : {}),
    ...(touched("metadata/") ? { metadata: metadataOf(target, marker) } : {}),
  };
}

function toolsOf(fields: Fields): readonly AssistantTool[] {
  return Object.entries(fields)
    .filter(([key]) => key.startsWith("tools/"))
    .map(([, tool]) => tool as AssistantTool);
}

/** Only the tools whose resources are among the keys; an empty list takes them away. */
function resourcesOf(fields: Fields, keys: readonly string[]): AssistantParams["tool_resources"] {
  const list = (key: string): readonly string[] => (fields[key] as readonly string[] | undefined) ?? [];
  const resources = {
    ...(keys.includes("tool_resources/file_ids")
      ? { code_interpreter: { file_ids: list("tool_resources/file_ids") } }
      : {}),
    ...(keys.includes("tool_resources/vector_store_ids")
      ? { file_search: { vector_store_ids: list("tool_resources/vector_store_ids") } }
      : {}),
  };
  return Object.keys(resources).length === 0 ? null : resources;
}

/** Room for the marker is kept at creation; afterwards the lock knows the id, and a full map goes without. */
function metadataOf(fields: Fields, marker: string | null): Metadata {
  const pairs = Object.entries(fields)
    .filter(([key]) => key.startsWith("metadata/"))
    .map(([key, value]) => [key.slice("metadata/".length), String(value)] as const);
  const marked = marker !== null && pairs.length < mostPairs;
  return Object.fromEntries(marked ? [...pairs, [markerKey, marker] as const] : pairs);
}

function text(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function number(value: unknown): number | null {
  return typeof value === "number" ? value : null;
}
