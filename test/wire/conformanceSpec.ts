import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Validator, type Schema } from "@cfworker/json-schema";
import { parse } from "yaml";

/** One thing in an answer that the published spec does not allow. */
export interface Disagreement {
  /** The operation (`GET /threads/{thread_id}`), or the event's name. */
  readonly where: string;
  /** The place in the answer, with `*` for an index: `data.*.name`. */
  readonly path: string;
  readonly keyword: string;
  readonly said: string;
}

type Json = Record<string, unknown>;

/** The published spec of the API. */
export interface Spec {
  /** Every operation, as `GET /threads/{thread_id}`. */
  readonly operations: readonly string[];
  /** Which operation a request is; `undefined` for one that the spec does not have. */
  operationOf(method: string, path: string): string | undefined;
  /** What is wrong with an answer of an operation; `undefined` when the spec says nothing of an answer with this status. */
  checkAnswer(operation: string, status: number, body: unknown): Disagreement[] | undefined;
  /** What is wrong with an event of a stream. */
  checkEvent(event: string, data: unknown): Disagreement[];
}

/** Where the spec is: `ASSISTANTS_OPENAPI`, or beside the checkout. `undefined` when it is in neither place. */
export function findSpec(): string | undefined {
  const beside = fileURLToPath(new URL("../../../shared/wire/assistants-v2.openapi.yaml", import.meta.url));
  const path = process.env["ASSISTANTS_OPENAPI"] ?? beside;
  return existsSync(path) ? path : undefined;
}

export function readSpec(path: string): Spec {
  const text = readFileSync(path, "utf8").replaceAll("#/components/schemas/", "#/$defs/");
  const document = parse(text) as { paths: Record<string, Record<string, Json>>; components: { schemas: Json } };
  const definitions = plainSchema(document.components.schemas) as Json;
  const validators = new Map<string, Validator>();
  const validate = (where: string, key: string, schema: unknown, value: unknown): Disagreement[] => {
    let validator = validators.get(key);
    if (validator === undefined) {
      validator = new Validator({ ...(plainSchema(schema) as Schema), $defs: definitions }, "2020-12", false);
      validators.set(key, validator);
    }
    return disagreementsOf(where, validator, value);
  };
  const operations = Object.entries(document.paths).flatMap(([template, methods]) =>
    Object.keys(methods).map((method) => ({ method: method.toUpperCase(), template, definition: methods[method] })),
  );
  const nameOf = ({ method, template }: { method: string; template: string }): string => `${method} ${template}`;
  const events = eventSchemas(document.components.schemas);
  return {
    operations: operations.map(nameOf),
    operationOf(method, path) {
      const parts = path.split("/");
      const fitting = operations.filter((one) => {
        const template = one.template.split("/");
        return (
          one.method === method &&
          template.length === parts.length &&
          template.every((part, at) => part.startsWith("{") || part === parts[at])
        );
      });
      // `/threads/runs` is no thread called "runs".
      const best = fitting.toSorted((a, b) => a.template.split("{").length - b.template.split("{").length)[0];
      return best === undefined ? undefined : nameOf(best);
    },
    checkAnswer(operation, status, body) {
      if (status >= 400) return validate(operation, "error", { $ref: "#/$defs/ErrorResponse" }, body);
      const definition = operations.find((one) => nameOf(one) === operation)?.definition;
      const responses = definition?.["responses"] as Record<string, { content?: Record<string, Json> }> | undefined;
      const schema = responses?.[String(status)]?.content?.["application/json"]?.["schema"];
      return schema === undefined ? undefined : validate(operation, operation, schema, body);
    },
    checkEvent(event, data) {
      const schema = events.get(event);
      if (schema === undefined) return [{ where: event, path: "", keyword: "event", said: "no such event" }];
      return validate(event, event, schema, data);
    },
  };
}

/** The schema of each event's data, by the event's name. */
function eventSchemas(schemas: Json): Map<string, unknown> {
  const found = new Map<string, unknown>();
  const visit = (schema: Json): void => {
    if (typeof schema["$ref"] === "string") return visit(schemas[schema["$ref"].replace("#/$defs/", "")] as Json);
    for (const one of [...((schema["oneOf"] ?? []) as Json[]), ...((schema["anyOf"] ?? []) as Json[])]) visit(one);
    const properties = schema["properties"] as Record<string, Json> | undefined;
    for (const name of (properties?.["event"]?.["enum"] ?? []) as string[]) found.set(name, properties?.["data"]);
  };
  visit({ $ref: "#/$defs/AssistantStreamEvent" });
  return found;
}

/** OpenAPI's `nullable` in the words of JSON Schema; without what only documents. */
function plainSchema(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(plainSchema);
  if (typeof schema !== "object" || schema === null) return schema;
  const { nullable, discriminator: _discriminator, $recursiveAnchor: _anchor, ...rest } = schema as Json;
  const plain = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, plainSchema(value)]));
  return nullable === true ? { anyOf: [plain, { type: "null" }] } : plain;
}

function disagreementsOf(where: string, validator: Validator, value: unknown): Disagreement[] {
  const { valid, errors } = validator.validate(value);
  if (valid) return [];
  const choices = errors.filter(({ keyword }) => keyword === "anyOf" || keyword === "oneOf");
  // Of a choice that fits nothing, the choice is told; not why each of its ways did not fit.
  const told = errors.filter(
    (one) =>
      !["properties", "items", "$ref", "allOf", "prefixItems"].includes(one.keyword) &&
      !choices.some((choice) => choice !== one && one.keywordLocation.startsWith(`${choice.keywordLocation}/`)),
  );
  return told.map(({ keyword, instanceLocation, error }) => ({
    where,
    path: instanceLocation
      .replace(/^#\/?/, "")
      .replaceAll("/", ".")
      .replaceAll(/\b\d+\b/g, "*"),
    keyword,
    said: error,
  }));
}
