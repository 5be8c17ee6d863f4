/** JSON Schema as far as the offline model reads it. Everything is optional: people write what they like. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly example?: unknown;
  readonly examples?: readonly unknown[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly multipleOf?: number;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly $ref?: string;
}

const deepest = 12;

/** The schema with `$ref` followed and a union reduced to its first alternative that is not null. */
export function resolveSchema(schema: unknown, root: unknown, depth = 0): JsonSchema {
  if (typeof schema !== "object" || schema === null || depth > deepest) return {};
  const one = schema as JsonSchema;
  if (typeof one.$ref === "string") return resolveSchema(atPointer(root, one.$ref), root, depth + 1);
  if (Array.isArray(one.allOf)) {
    const merged = one.allOf.map((part) => resolveSchema(part, root, depth + 1));
    const { allOf: _, ...rest } = one;
    return Object.assign({}, ...merged, rest, {
      properties: Object.assign({}, ...merged.map((part) => part.properties), one.properties),
      required: [...merged.flatMap((part) => part.required ?? []), ...(one.required ?? [])],
    }) as JsonSchema;
  }
  const alternatives = one.anyOf ?? one.oneOf;
  if (!Array.isArray(alternatives)) return one;
  const resolved = alternatives.map((part) => resolveSchema(part, root, depth + 1));
  const chosen = resolved.find((part) => typeOf(part) !== "null") ?? {};
  const { anyOf: _any, oneOf: _one, ...rest } = one;
  return { ...chosen, ...rest };
}

/** The one type that a value should have; guessed from the other keywords when it is not said. */
export function typeOf(schema: JsonSchema): string {
  if (typeof schema.type === "string") return schema.type;
  if (Array.isArray(schema.type)) return String(schema.type.find((type) => type !== "null") ?? "null");
  if (schema.properties !== undefined) return "object";
  if (schema.items !== undefined) return "array";
  const sample = schema.const ?? schema.enum?.[0];
  return typeof sample === "number" || typeof sample === "boolean" ? typeof sample : "string";
}

function atPointer(root: unknown, ref: string): unknown {
  if (!ref.startsWith("#")) return undefined;
  return ref
    .slice(1)
    .split("/")
    .filter((key) => key !== "")
    .map((key) => decodeURIComponent(key).replaceAll("~1", "/").replaceAll("~0", "~"))
    .reduce<unknown>(
      (value, key) =>
        typeof value === "object" && value !== null ? (value as Record<string, unknown>)[key] : undefined,
      root,
    );
}
