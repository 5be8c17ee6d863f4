import { unixSeconds } from "../clock.ts";
import { reasonOf } from "../log.ts";
import type { ToolResources } from "../objects.ts";
import type { ObjectStore } from "../store/objectStore.ts";
import type { FileSurroundings } from "./fileSurroundings.ts";

/** Deletes a file: out of every vector store and every code interpreter's list, then its content. */
export async function removeFile(id: string, { store, files }: FileSurroundings): Promise<void> {
  store.transaction(() => {
    store.delete("file", id, "");
    store.delete("made_file", id);
    store.delete("vector_store_file", id);
    forgetInCodeInterpreters(store, id);
  });
  files.ingest.taken();
  // After the rows: a process that dies in between leaves an orphan, which the next start removes.
  await files.bytes.remove(id);
}

/** Removes every file whose `expires_at` has come. Called before files are looked at, so that no timer is needed. */
export function removeExpiredFiles(around: FileSurroundings): void {
  for (const file of around.store.expiredFiles(unixSeconds(around.clock)))
    removeFile(file.id, around).catch((error: unknown) =>
      around.log(`the content of the expired file ${file.id} could not be removed: ${reasonOf(error)}`),
    );
}

function forgetInCodeInterpreters(store: ObjectStore, fileId: string): void {
  for (const assistant of store.codeInterpretersWith("assistant", fileId))
    store.update("assistant", { ...assistant, tool_resources: without(assistant.tool_resources, fileId) });
  for (const thread of store.codeInterpretersWith("thread", fileId))
    store.update("thread", { ...thread, tool_resources: without(thread.tool_resources, fileId) });
}

function without(resources: ToolResources | null | undefined, fileId: string): ToolResources {
  const ids = resources?.code_interpreter?.file_ids ?? [];
  return { ...resources, code_interpreter: { file_ids: ids.filter((id) => id !== fileId) } };
}
