import { isJsonMap, jsonList, jsonMap } from "../definition/json.ts";
import type { JsonMap } from "../definition/json.ts";
import { readSource } from "../definition/source.ts";
import { ImportProblem } from "./imported.ts";
import type { Imported } from "./imported.ts";
import { wireFields } from "./wireFields.ts";

/** Fields that have their place, or say nothing of the assistant itself. */
const read: ReadonlySet<string> = new Set([
  "version",
  "type",
  "kind",
  "name",
  "description",
  "id",
  "metadata",
  "model",
  "instructions",
  "tools",
]);

/** Whether a text is an agent file of Microsoft Foundry's classic agents, by its `model` with an `id`, or its `type`. */
export function isFoundryAgent(value: unknown): value is JsonMap {
  if (!isJsonMap(value)) return false;
  return value["type"] === "foundry_agent" || (isJsonMap(value["model"]) && Object.hasOwn(value["model"], "id"));
}

/**
 * An agent file that Foundry's classic agent designer writes (`version: 1.0.0`, also Semantic Kernel's `type: foundry_agent`):
 * the model with its options, instructions, tools. Tools that the Assistants protocol does not have are left out and named.
 * @throws ImportProblem
 */
export function importFoundryAgent(text: string): Imported {
  const { value, problems } = readSource(text);
  const fault = problems.find(({ severity }) => severity === "error");
  if (fault !== undefined) {
    const line = text.slice(0, fault.start).split("\n").length;
    throw new ImportProblem(`Line ${line}: ${fault.message}`);
  }
  if (!isFoundryAgent(value))
    throw new ImportProblem(
      "It is no agent file of Foundry: a map with `model: { id: … }` or `type: foundry_agent` is looked for.",
    );
  const left: string[] = [];
  const model = jsonMap(value["model"]);
  const options = jsonMap(model["options"]);
  const resources: Record<string, unknown> = {};
  const tools = jsonList(value["tools"]).flatMap((tool, index) => toolOf(jsonMap(tool), index, resources, left));
  const wire = {
    name: value["name"],
    description: value["description"],
    model: typeof value["model"] === "string" ? value["model"] : emptyIsNone(model["id"]),
    instructions: value["instructions"],
    tools,
    tool_resources: resources,
    metadata: value["metadata"],
    temperature: options["temperature"],
    top_p: options["top_p"],
    response_format: options["response_format"],
  };
  sayRest(value, model, options, left);
  return { from: "a Foundry agent file", fields: wireFields(wire, text, left), left };
}

function sayRest(value: JsonMap, model: JsonMap, options: JsonMap, left: string[]): void {
  if (emptyIsNone(value["id"]) !== undefined)
    left.push(`id: ${String(value["id"])}; a push makes a new assistant, whose id is in assistants.lock.json`);
  for (const key of Object.keys(model))
    if (key !== "id" && key !== "options") left.push(`model.${key}: the connection says where the model is`);
  for (const key of Object.keys(options))
    if (!["temperature", "top_p", "response_format"].includes(key))
      left.push(
        key === "max_tokens" || key === "max_completion_tokens"
          ? `model.options.${key}: ${String(options[key])}; see run.max_completion_tokens`
          : `model.options.${key}: no field of an assistant`,
      );
  for (const key of Object.keys(value)) if (!read.has(key)) left.push(`${key}: no field of an assistant`);
  if (/\$\{[^}]+\}/.test(String(model["id"]))) left.push(`model.id: ${String(model["id"])} is filled in elsewhere`);
}

/** The options of a tool stand under `options` or `configuration`, under the tool's own name, or beside its type. */
function optionsOf(tool: JsonMap): JsonMap {
  return {
    ...tool,
    ...jsonMap(tool["options"]),
    ...jsonMap(tool["configuration"]),
    ...jsonMap(tool[String(tool["type"])]),
  };
}

function toolOf(tool: JsonMap, index: number, resources: Record<string, unknown>, left: string[]): readonly JsonMap[] {
  const options = optionsOf(tool);
  const type = tool["type"];
  switch (type) {
    case "code_interpreter": {
      const files = jsonList(options["file_ids"]);
      if (files.length > 0) resources["code_interpreter"] = { file_ids: files };
      return [{ type }];
    }
    case "file_search": {
      const stores = jsonList(options["vector_store_ids"]);
      if (stores.length > 0) resources["file_search"] = { vector_store_ids: stores };
      const { max_num_results: most, ranking_options: ranking } = options;
      const search = {
        ...(most == null ? {} : { max_num_results: most }),
        ...(ranking == null ? {} : { ranking_options: ranking }),
      };
      return [Object.keys(search).length === 0 ? { type } : { type, file_search: search }];
    }
    case "function":
      return [{ type, function: functionOf(tool, options, left) }];
    default:
      left.push(`tools[${index}]: ${String(type)}${nameOf(tool)}, which the Assistants protocol does not have`);
      return [];
  }
}

function functionOf(tool: JsonMap, options: JsonMap, left: string[]): JsonMap {
  // `Plugin.function` is Semantic Kernel's way; the wire takes no dots.
  const named = options["name"] ?? tool["id"];
  const given = typeof named === "string" ? named : "";
  const name = given.replaceAll(/[^A-Za-z0-9_-]+/g, "_");
  if (name !== given) left.push(`tools: the function ${given} is called ${name} here`);
  const parameters = Array.isArray(options["parameters"]) ? schemaOf(options["parameters"]) : options["parameters"];
  return {
    name,
    ...(typeof options["description"] === "string" ? { description: options["description"] } : {}),
    ...(isJsonMap(parameters) ? { parameters } : {}),
    ...(options["strict"] === true ? { strict: true } : {}),
  };
}

/** Parameters as a list: `{ name, type, description, required }` each. */
function schemaOf(parameters: readonly unknown[]): JsonMap {
  const maps = parameters.map(jsonMap).filter((one) => typeof one["name"] === "string");
  return {
    type: "object",
    properties: Object.fromEntries(
      maps.map(({ name, type, description }) => [
        String(name),
        {
          type: typeof type === "string" ? type : "string",
          ...(typeof description === "string" ? { description } : {}),
        },
      ]),
    ),
    required: maps.filter(({ required }) => required === true).map(({ name }) => name),
  };
}

function nameOf(tool: JsonMap): string {
  const name = tool["name"] ?? tool["id"] ?? tool["server_label"];
  return typeof name === "string" && name !== "" ? ` (${name})` : "";
}

function emptyIsNone(value: unknown): unknown {
  return typeof value === "string" && value.trim() === "" ? undefined : (value ?? undefined);
}
