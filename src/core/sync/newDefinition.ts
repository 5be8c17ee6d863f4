import { Document, isScalar, visit } from "yaml";

import { isStoreId } from "../definition/definition.ts";
import type { Assistant } from "../wire.ts";
import type { Fields } from "./fields.ts";

/** A path for an assistant's new definition that is not taken, such as `order-support-agent.assistant.yaml`. */
export function newDefinitionPath(remote: Pick<Assistant, "id" | "name">, taken: ReadonlySet<string>): string {
  const slug = (remote.name ?? "")
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 60);
  // A name without a Latin letter, and the names that Windows keeps for devices.
  const stem =
    slug === "" || /^(?:con|prn|aux|nul|com\d|lpt\d)$/.test(slug) ? remote.id.toLowerCase().replaceAll("_", "-") : slug;
  for (let count = 1; ; count += 1) {
    const path = `${stem}${count === 1 ? "" : `-${count}`}.assistant.yaml`;
    if (!taken.has(path)) return path;
  }
}

/** The text of a new definition with these fields. @param fallbackName the assistant's id, for one without a name: a definition has one */
export function newDefinitionText(fields: Fields, fallbackName: string): string {
  const value = definitionValue(fields, fallbackName);
  const document = new Document(value, { aliasDuplicateObjects: false });
  visit(document, {
    Scalar(_key, node) {
      if (isScalar(node) && typeof node.value === "string" && node.value.includes("\n")) node.type = "BLOCK_LITERAL";
    },
  });
  return document.toString({ lineWidth: 0 });
}

/** The fields as the value that a definition's text has. */
export function definitionValue(fields: Fields, fallbackName: string): Readonly<Record<string, unknown>> {
  const under = (prefix: string): readonly (readonly [string, unknown])[] =>
    Object.entries(fields)
      .filter(([key]) => key.startsWith(prefix))
      .map(([key, value]) => [key.slice(prefix.length), value] as const);
  const value: Record<string, unknown> = { name: fields["name"] ?? fallbackName };
  for (const key of ["description", "model", "instructions"]) if (fields[key] !== undefined) value[key] = fields[key];
  const tools = under("tools/").map(([, tool]) => tool);
  if (tools.length > 0) value["tools"] = tools;
  const files = fields["tool_resources/file_ids"];
  const stores = fields["tool_resources/vector_store_ids"];
  if (files !== undefined || stores !== undefined) {
    value["tool_resources"] = {
      ...(stores === undefined ? {} : { file_search: storeValue(stores) }),
      ...(files === undefined ? {} : { code_interpreter: { file_ids: files } }),
    };
  }
  const metadata = under("metadata/");
  if (metadata.length > 0) value["metadata"] = Object.fromEntries(metadata);
  for (const key of ["temperature", "top_p", "reasoning_effort", "response_format"])
    if (fields[key] !== undefined) value[key] = fields[key];
  return value;
}

/** Anything but an id in `vector_store` would be the name of a store definition, and a server names none. */
function storeValue(stores: unknown): unknown {
  const [only, ...others] = Array.isArray(stores) ? (stores as readonly unknown[]) : [];
  return others.length === 0 && isStoreId(only) ? { vector_store: only } : { vector_store_ids: stores };
}
