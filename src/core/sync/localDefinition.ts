import { wireTool } from "../definition/definition.ts";
import type { ParsedDefinition } from "../definition/definition.ts";
import type { Fields } from "./fields.ts";
import { fieldsOf } from "./fields.ts";
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

/** Stands where the id of a file will be that is not uploaded yet. */
const uploadPrefix = "upload:";
/** Stands where the id of a store will be that is not made yet. */
const storePrefix = "store:";

/** What has to be made before a field can be sent. */
export type Pending =
  | { readonly kind: "upload"; readonly path: string }
  | { readonly kind: "store"; readonly name: string };

/**
 * The fields that a definition asks for. Ids of files and stores that the lock knows are filled in; the others are
 * placeholders, which `pendingOf` reads. Without any model, the field is absent, and the remote's stays.
 * @param model the connection's model, for a definition that names none
 */
export function localFields(local: LocalDefinition, lock: ConnectionLock, model: string | null): Fields {
  if (!local.parsed.valid) return {};
  const { definition } = local.parsed;
  const known = new Map(Object.entries(lock.files));
  const uploads = local.files.map(({ path, sha256 }) => {
    const file = known.get(path);
    return file?.sha256 === sha256 && file.id !== null ? file.id : `${uploadPrefix}${path}`;
  });
  const store = definition.vectorStore;
  const storeId =
    store === null ? null : (new Map(Object.entries(lock.stores)).get(store)?.id ?? `${storePrefix}${store}`);
  return fieldsOf({
    name: definition.name,
    description: definition.description,
    model: definition.model ?? model,
    instructions: instructionsOf(local),
    tools: definition.tools.map(wireTool),
    tool_resources: {
      code_interpreter: { file_ids: [...definition.fileIds, ...uploads] },
      file_search: { vector_store_ids: storeId === null ? definition.vectorStoreIds : [storeId] },
    },
    metadata: definition.metadata,
    temperature: definition.temperature,
    top_p: definition.topP,
    reasoning_effort: definition.reasoningEffort,
    response_format: definition.responseFormat,
  });
}

function instructionsOf(local: LocalDefinition): string | null {
  if (!local.parsed.valid) return null;
  const { instructions } = local.parsed.definition;
  if (instructions?.kind === "inline") return instructions.text;
  return local.instructions === null ? null : local.instructions.text;
}

/** What has to be made before these fields can be sent. */
export function pendingOf(fields: Fields): readonly Pending[] {
  return ["tool_resources/file_ids", "tool_resources/vector_store_ids"].flatMap((key) =>
    ((fields[key] as readonly string[] | undefined) ?? []).flatMap((id): readonly Pending[] => {
      if (id.startsWith(uploadPrefix)) return [{ kind: "upload", path: id.slice(uploadPrefix.length) }];
      return id.startsWith(storePrefix) ? [{ kind: "store", name: id.slice(storePrefix.length) }] : [];
    }),
  );
}
