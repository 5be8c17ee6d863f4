import type { FieldPath } from "../edit/fieldChange.ts";
import { isJsonMap, jsonMap } from "../json.ts";
import type { JsonMap } from "../json.ts";
import type { Finding, Rule } from "./rule.ts";
import { schemaFaults } from "./schemaFaults.ts";
import { functionsOf } from "./tools.ts";

/** Every JSON Schema that a definition carries, and whether it is to be followed strictly. */
function schemasOf(value: JsonMap): readonly {
  readonly path: FieldPath;
  readonly schema: unknown;
  readonly strict: boolean;
  readonly isParameters: boolean;
}[] {
  const parameters = functionsOf(value).map(({ index, fn }) => ({
    path: ["tools", index, "function", "parameters"],
    schema: fn["parameters"],
    strict: fn["strict"] === true,
    isParameters: true,
  }));
  const format = jsonMap(jsonMap(value["response_format"])["json_schema"]);
  const answer = {
    path: ["response_format", "json_schema", "schema"],
    schema: format["schema"],
    strict: format["strict"] === true,
    isParameters: false,
  };
  return [...parameters, answer].filter(({ schema }) => isJsonMap(schema));
}

export const parametersSchema: Rule = {
  code: "parameters-schema",
  severity: "error",
  source: "wire",
  doc: "A function's `parameters`, and the schema of a `response_format`, are valid JSON Schema; `parameters` are of type object.",
  check: ({ value }) =>
    schemasOf(value).flatMap(({ path, schema, isParameters }): readonly Finding[] => {
      const root = jsonMap(schema);
      const type = root["type"];
      if (isParameters && type !== undefined && type !== "object")
        return [{ message: "A function's parameters are of type object.", at: [...path, "type"] }];
      if (isParameters && type === undefined && Object.hasOwn(root, "properties")) {
        const fixes = [
          {
            title: "Add `type: object`",
            changes: [{ kind: "set" as const, path: [...path, "type"], value: "object" }],
          },
        ];
        return [{ message: "A function's parameters need `type: object`.", at: path, onKey: true, fixes }];
      }
      return schemaFaults(schema, root).map((fault) => ({ message: fault.message, at: [...path, ...fault.path] }));
    }),
};

export const strictSchema: Rule = {
  code: "strict-schema",
  severity: "error",
  source: "wire",
  doc: "With `strict: true` every object of the schema has `additionalProperties: false` and lists all of its properties in `required`.",
  check: ({ value }) =>
    schemasOf(value)
      .filter(({ strict }) => strict)
      .flatMap(({ path, schema }) => strictFaults(schema, path)),
};

function strictFaults(schema: unknown, path: FieldPath, depth = 0): readonly Finding[] {
  if (!isJsonMap(schema) || depth > 40) return [];
  const found: Finding[] = [];
  const properties = jsonMap(schema["properties"]);
  if (schema["type"] === "object" || isJsonMap(schema["properties"])) {
    if (schema["additionalProperties"] !== false) {
      const changes = [{ kind: "set" as const, path: [...path, "additionalProperties"], value: false }];
      const message = "Strict mode needs `additionalProperties: false` here.";
      found.push({ message, at: path, onKey: true, fixes: [{ title: "Add `additionalProperties: false`", changes }] });
    }
    const required: readonly unknown[] = Array.isArray(schema["required"]) ? schema["required"] : [];
    const missing = Object.keys(properties).filter((name) => !required.includes(name));
    if (missing.length > 0) {
      const changes = [{ kind: "set" as const, path: [...path, "required"], value: Object.keys(properties) }];
      const message = `Strict mode needs every property in \`required\`; ${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} not.`;
      found.push({ message, at: path, onKey: true, fixes: [{ title: "Require every property", changes }] });
    }
  }
  for (const [name, inner] of Object.entries(properties))
    found.push(...strictFaults(inner, [...path, "properties", name], depth + 1));
  found.push(...strictFaults(schema["items"], [...path, "items"], depth + 1));
  for (const word of ["anyOf", "$defs", "definitions"]) {
    const branches = schema[word];
    const entries = Array.isArray(branches) ? [...branches.entries()] : Object.entries(jsonMap(branches));
    for (const [key, inner] of entries) found.push(...strictFaults(inner, [...path, word, key], depth + 1));
  }
  return found;
}
