import type { FileObject } from "../objects.ts";
import type { ToolContext } from "./port.ts";

type Surroundings = Pick<ToolContext, "run" | "store">;

/**
 * The files that a run's code interpreter has: those of the run (which are the assistant's unless it was made with others), and
 * those of the thread, to which attachments of messages are added when they are made. Files that were deleted are left out.
 */
export function codeFilesOf(around: Surroundings): FileObject[] {
  return codeFileIdsOf(around).flatMap((id) => around.store.get("file", id, "") ?? []);
}

/** The same files by their ids, with those that the runtime does not have: they may be the upstream's. */
export function codeFileIdsOf({ run, store }: Surroundings): string[] {
  const ofRun = run.tool_resources.code_interpreter?.file_ids ?? [];
  const ofThread = store.get("thread", run.thread_id)?.tool_resources?.code_interpreter?.file_ids ?? [];
  return [...new Set([...ofRun, ...ofThread])];
}
