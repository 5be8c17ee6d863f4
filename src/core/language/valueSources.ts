import { pathMatches } from "./nodes.ts";
import type { Path } from "./nodes.ts";
import type { FileKind } from "./source.ts";

/** Where values come from that no schema can list. */
export type ValueSource = "models" | "stores" | "paths" | "declaredProperties";

const sources: Readonly<Record<FileKind, readonly (readonly [pattern: string, source: ValueSource])[]>> = {
  assistant: [
    ["model", "models"],
    ["instructions.file", "paths"],
    ["tools.*.handler.command.*", "paths"],
    ["tools.*.handler.module.file", "paths"],
    ["tools.*.handler.cwd", "paths"],
    ["tool_resources.code_interpreter.files.*", "paths"],
    ["tool_resources.file_search.vector_store", "stores"],
    ["tool_resources.file_search.vector_store_ids.*", "stores"],
  ],
  vectorstore: [
    ["include.*", "paths"],
    ["exclude.*", "paths"],
  ],
  fixtures: [],
};

export function valueSourceOf(kind: FileKind, path: Path): ValueSource | null {
  const found = sources[kind].find(([pattern]) => pathMatches(path, pattern));
  if (found !== undefined) return found[1];
  const isSchemaList = path.at(-2) === "required" && (path.includes("parameters") || path.includes("schema"));
  return isSchemaList && kind === "assistant" ? "declaredProperties" : null;
}

/** Whether there is a list to show for a value. */
export function hasValues(kind: FileKind, path: Path): boolean {
  return valueSourceOf(kind, path) !== null;
}
