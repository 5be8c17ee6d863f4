import type { FileObject } from "../objects.ts";
import type { ToolContext } from "./port.ts";

/**
 * The files that a run's code interpreter has: those of the run (which are the assistant's unless it was made with others), and
 * those of the thread, to which attachments of messages are added when they are made. Files that were deleted are left out.
 */
export function codeFilesOf({ run, store }: Pick<ToolContext, "run" | "store">): FileObject[] {
  const ofRun = run.tool_resources.code_interpreter?.file_ids ?? [];
  const ofThread = store.get("thread", run.thread_id)?.tool_resources?.code_interpreter?.file_ids ?? [];
  return [...new Set([...ofRun, ...ofThread])].flatMap((id) => store.get("file", id, "") ?? []);
}
