import { readAnswerSteps } from "../answers/policy.ts";
import type { AssistantTool, Metadata, ResponseFormat } from "../wire.ts";
import type { DefinedTool, Definition, RunDefaults } from "./definition.ts";
import { isStoreId } from "./definition.ts";
import type { JsonMap } from "./json.ts";
import { isJsonMap, jsonMap } from "./json.ts";

/** The definition that a checked value is. @param toolLines where its tools begin, from 1 */
export function definitionOf(value: JsonMap, toolLines: readonly number[]): Definition {
  const resources = jsonMap(value["tool_resources"]);
  const search = jsonMap(resources["file_search"]);
  const interpreter = jsonMap(resources["code_interpreter"]);
  const store = typeof search["vector_store"] === "string" ? search["vector_store"] : null;
  const named = store !== null && !isStoreId(store);
  const tools = (value["tools"] ?? []) as readonly (AssistantTool & Record<string, unknown>)[];
  return {
    name: value["name"] as string,
    description: (value["description"] as string | null | undefined) ?? null,
    model: (value["model"] as string | undefined) ?? null,
    instructions: instructionsOf(value["instructions"]),
    tools: tools.map((tool, index) => definedTool(tool, toolLines[index] ?? 1)),
    vectorStoreIds:
      store !== null && !named ? [store] : named ? [] : ((search["vector_store_ids"] as string[] | undefined) ?? []),
    vectorStore: named ? store : null,
    fileIds: (interpreter["file_ids"] as string[] | undefined) ?? [],
    files: (interpreter["files"] as string[] | undefined) ?? [],
    metadata: (value["metadata"] as Metadata | undefined) ?? {},
    temperature: (value["temperature"] as number | null | undefined) ?? null,
    topP: (value["top_p"] as number | null | undefined) ?? null,
    reasoningEffort: (value["reasoning_effort"] as string | null | undefined) ?? null,
    responseFormat: (value["response_format"] as ResponseFormat | undefined) ?? null,
    run: (value["run"] as RunDefaults | undefined) ?? {},
    answers: readAnswerSteps(value["answers"]),
  };
}

function definedTool(tool: AssistantTool & Record<string, unknown>, line: number): DefinedTool {
  const { answers: written, ...others } = tool;
  const answers = readAnswerSteps(written);
  return answers === null ? { ...others, line } : { ...others, line, answers };
}

function instructionsOf(value: unknown): Definition["instructions"] {
  if (typeof value === "string") return { kind: "inline", text: value };
  return isJsonMap(value) ? { kind: "file", path: value["file"] as string } : null;
}
