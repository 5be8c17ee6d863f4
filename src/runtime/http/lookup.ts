import type { Kinds, ObjectStore, WireKind } from "../store/objectStore.ts";
import { ApiError, badRequest, notFound } from "./apiError.ts";

const names: Record<WireKind, { readonly word: string; readonly param: string; readonly prefix: string }> = {
  assistant: { word: "assistant", param: "assistant_id", prefix: "asst" },
  thread: { word: "thread", param: "thread_id", prefix: "thread" },
  message: { word: "message", param: "message_id", prefix: "msg" },
  run: { word: "run", param: "run_id", prefix: "run" },
  step: { word: "run step", param: "step_id", prefix: "step" },
  vector_store: { word: "vector store", param: "vector_store_id", prefix: "vs" },
  vector_store_file: { word: "file", param: "file_id", prefix: "file" },
  file_batch: { word: "file batch", param: "batch_id", prefix: "vsfb" },
  file: { word: "file", param: "file_id", prefix: "file" },
};

/** What a kind is called in sentences. */
export function wordFor(kind: WireKind): string {
  return names[kind].word;
}

/** The object with this id, or the refusal that live servers give: 400 for an id of another kind, 404 for an unknown one. */
export function find<K extends WireKind>(store: ObjectStore, kind: K, id: string, parent?: string): Kinds[K] {
  const { word, param, prefix } = names[kind];
  if (!id.startsWith(prefix)) {
    throw badRequest(`Invalid '${param}': '${id}'. Expected an ID that begins with '${prefix}'.`, {
      param,
      code: "invalid_value",
    });
  }
  const value = store.get(kind, id, parent);
  if (value !== undefined) return value;
  throw kind === "file" ? noSuchFile(id) : notFound(word, id);
}

/** The words for a missing file are older than those for the rest. */
export function noSuchFile(id: string): ApiError {
  return new ApiError(404, `No such File object: ${id}`, { param: "id" });
}
