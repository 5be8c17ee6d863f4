import { wireTool } from "../definition/definition.ts";
import { jsonList } from "../definition/json.ts";
import type { ParsedDefinition } from "../definition/definition.ts";
import type { Fields } from "./fields.ts";
import { fieldsOf } from "./fields.ts";
import { fileIdsKey, placeholderOf, storeIdsKey } from "./pending.ts";
import type { ConnectionLock } from "./lock.ts";

/** A file behind `code_interpreter.files`. */
export interface LocalFile {
  /** As the definition writes it. */
  readonly reference: string;
  /** From the folder of the lock, with forward slashes. */
  readonly path: string;
  /** In hex. */
  readonly sha256: string;
}

/** A definition with what it refers to, read from disk or from editors. */
export interface LocalDefinition {
  /** From the folder of the lock, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly parsed: ParsedDefinition;
  /** The instructions file, where the definition names one. */
  readonly instructions: { readonly path: string; readonly text: string } | null;
  readonly files: readonly LocalFile[];
  /** Why what it refers to cannot be read; null when all could. */
  readonly unreadable: string | null;
}

/**
 * The fields that a definition asks for. Ids of files and stores that the lock knows are filled in; the others are
 * placeholders, which `pendingOf` tells. Without any model, the field is absent, and the remote's stays.
 * @param model the connection's model, for a definition that names none
 */
export function localFields(local: LocalDefinition, lock: ConnectionLock, model: string | null): Fields {
  if (!local.parsed.valid) return {};
  const { definition } = local.parsed;
  const known = new Map(Object.entries(lock.files));
  const uploaded: string[] = [];
  const toUpload: string[] = [];
  for (const { path, sha256 } of local.files) {
    const file = known.get(path);
    if (file?.sha256 === sha256 && file.id !== null) uploaded.push(file.id);
    else toUpload.push(path);
  }
  const store = definition.vectorStore;
  const storeId = store === null ? null : (new Map(Object.entries(lock.stores)).get(store)?.id ?? null);
  const fields = fieldsOf({
    name: definition.name,
    description: definition.description,
    model: definition.model ?? model,
    instructions: instructionsOf(local),
    tools: definition.tools.map(wireTool),
    tool_resources: {
      code_interpreter: { file_ids: [...definition.fileIds, ...uploaded] },
      file_search: {
        vector_store_ids: store === null ? definition.vectorStoreIds : storeId === null ? [] : [storeId],
      },
    },
    metadata: definition.metadata,
    temperature: definition.temperature,
    top_p: definition.topP,
    reasoning_effort: definition.reasoningEffort,
    response_format: definition.responseFormat,
  });
  const files = [...new Set(toUpload)].toSorted().map((path) => placeholderOf({ kind: "upload", path }));
  return {
    ...fields,
    ...(files.length === 0 ? {} : { [fileIdsKey]: [...jsonList(fields[fileIdsKey]), ...files] }),
    ...(store === null || storeId !== null ? {} : { [storeIdsKey]: [placeholderOf({ kind: "store", name: store })] }),
  };
}

function instructionsOf(local: LocalDefinition): string | null {
  if (!local.parsed.valid) return null;
  const { instructions } = local.parsed.definition;
  if (instructions?.kind === "inline") return instructions.text;
  return local.instructions === null ? null : local.instructions.text;
}
