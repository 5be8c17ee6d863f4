import type { Schema } from "./jsonSchema.ts";
import { listOf, typesOf } from "./schema.ts";
import type { SchemaView } from "./schema.ts";

/** The limits that schemas set to a value, in words; nothing twice. */
export function limitsOf(views: readonly SchemaView[]): readonly string[] {
  return [...new Set(views.flatMap(({ schema }) => limitsOfSchema(schema)))];
}

function limitsOfSchema(schema: Schema): readonly string[] {
  const number = (keyword: string): string | null => {
    const value = schema[keyword];
    return typeof value === "number" ? value.toLocaleString("en-US") : null;
  };
  const { pattern } = schema;
  return [
    between(number("minLength"), number("maxLength"), "characters"),
    between(number("minimum"), number("maximum"), ""),
    between(number("minItems"), number("maxItems"), "items"),
    between(number("minProperties"), number("maxProperties"), "entries"),
    typeof pattern === "string" ? `matches \`${pattern.replaceAll("`", "")}\`` : "",
    schema["default"] === undefined ? "" : `default \`${JSON.stringify(schema["default"])}\``,
  ].filter((text) => text !== "");
}

function between(least: string | null, most: string | null, unit: string): string {
  const behind = unit === "" ? "" : ` ${unit}`;
  if (least !== null && most !== null) return `${least} to ${most}${behind}`;
  if (most !== null) return `at most ${most}${behind}`;
  return least === null ? "" : `at least ${least}${behind}`;
}

/** The types that a value may have, such as `string | null`; "" where anything goes. */
export function typeWords(views: readonly SchemaView[]): string {
  const enums = views.flatMap(({ schema }) => listOf(schema["enum"]));
  if (enums.length > 0) return [...new Set(enums)].map((value) => String(value)).join(" | ");
  return [...new Set(views.flatMap(({ schema }) => typesOf(schema)))].join(" | ");
}

/** The first description that a schema gives. */
export function descriptionOf(views: readonly SchemaView[]): string | null {
  for (const { schema } of views) {
    const text = schema["markdownDescription"] ?? schema["description"];
    if (typeof text === "string") return text;
  }
  return null;
}

/** What a schema itself says of one of its enum's values. */
export function enumDescription(views: readonly SchemaView[], value: unknown): string | null {
  for (const { schema } of views) {
    const index = listOf(schema["enum"]).indexOf(value);
    const words = listOf(schema["markdownEnumDescriptions"] ?? schema["enumDescriptions"])[index];
    if (index !== -1 && typeof words === "string") return words;
    if (schema["const"] === value && typeof schema["description"] === "string") return schema["description"];
  }
  return null;
}
