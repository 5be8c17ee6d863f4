import { isMap } from "yaml";
import type { Document, Node } from "yaml";

import { childOf, keyOf, pairsOf, resolved, stringOf } from "./nodes.ts";
import { valuesOf } from "./schema.ts";

/** More than this fits no hover. */
const maxParameters = 12;

/** A function as it is called, such as `get_order(order_id: string, verbose?: boolean)`; null for what has no name. */
export function signatureOf(declared: Node | null, document: Document): string | null {
  const name = stringOf(childOf(declared, "name", document));
  if (name === null) return null;
  const parameters = childOf(declared, "parameters", document);
  const properties = childOf(parameters, "properties", document);
  const required = valuesOf(childOf(parameters, "required", document));
  const pairs = isMap(properties) ? pairsOf(properties, document) : [];
  const words = pairs.slice(0, maxParameters).map((pair) => {
    const key = keyOf(pair) ?? "?";
    return `${key}${required.includes(key) ? "" : "?"}: ${typeOf(resolved(pair.value, document), document)}`;
  });
  if (pairs.length > maxParameters) words.push("…");
  return `${name}(${words.join(", ")})`;
}

function typeOf(schema: Node | null, document: Document, depth = 0): string {
  const options = valuesOf(childOf(schema, "enum", document));
  if (options.length > 0)
    return options
      .slice(0, 6)
      .map((one) => JSON.stringify(one))
      .join(" | ");
  const type = childOf(schema, "type", document);
  const names = stringOf(type) === null ? valuesOf(type) : [stringOf(type)];
  if (names[0] === "array" && depth < 3) {
    const item = typeOf(childOf(schema, "items", document), document, depth + 1);
    return item.includes(" ") ? `(${item})[]` : `${item}[]`;
  }
  return names.length === 0 ? "unknown" : names.join(" | ");
}
