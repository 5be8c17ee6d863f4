import { unixSeconds } from "../clock.ts";
import type { FileObject } from "../objects.ts";
import type { ToolContext } from "../tools/port.ts";

/** How many of the files that a thread's programs wrote last are there in its sessions. */
const mostMade = 500;
/** How many of a thread's newest messages are asked for files of earlier versions. */
const messagesRead = 50;

/** A stored file, and where a program wrote it; without `path` it is one of an earlier version, which kept only names. */
export interface Made {
  readonly file: FileObject;
  readonly path?: string;
  /** Where it was written, when that path is another file's now. */
  readonly writtenTo?: string;
  readonly given: readonly string[];
}

/**
 * Keeps where a program wrote a file, or where it was put, and then where it was `writtenTo`. `given`: the ids of the attached files that
 * the program had.
 */
export function keepMade(
  path: string,
  id: string,
  given: readonly string[],
  { store, run, clock }: Pick<ToolContext, "store" | "run" | "clock">,
  writtenTo?: string,
): void {
  const place = writtenTo === undefined ? { path, given } : { path, given, written_to: writtenTo };
  store.transaction(() => {
    // The same content again is the same file (of a container), and the newest once more.
    store.delete("made_file", id, run.thread_id);
    store.insert("made_file", { id, created_at: unixSeconds(clock), ...place }, { parent: run.thread_id });
  });
}

/** What the thread's programs wrote: the newest of each path. The run's own are there before a message has them. */
export function madeFiles({ store, run }: Pick<ToolContext, "store" | "run">): Made[] {
  const page = store.list("made_file", { parent: run.thread_id, order: "desc", limit: mostMade });
  const byPath = new Map<string, Made>();
  const placed = new Set<string>();
  for (const { id, path, given, written_to: writtenTo } of "data" in page ? page.data : []) {
    placed.add(id);
    const file = byPath.has(path) ? undefined : store.get("file", id, "");
    if (file !== undefined) byPath.set(path, { file, path, given, ...(writtenTo === undefined ? {} : { writtenTo }) });
  }
  return [...byPath.values()].toReversed().concat(unplaced({ store, run }, placed));
}

/** Files of earlier versions, by the messages that handed them out: the newest of each name. */
function unplaced({ store, run }: Pick<ToolContext, "store" | "run">, placed: ReadonlySet<string>): Made[] {
  const byName = new Map<string, Made>();
  for (const message of store.newestMessages(run.thread_id, messagesRead)) {
    if (message.role !== "assistant") continue;
    for (const { file_id: id, tools } of message.attachments ?? []) {
      if (id === undefined || placed.has(id) || tools?.some(({ type }) => type === "code_interpreter") !== true)
        continue;
      const file = store.get("file", id, "");
      if (file?.purpose !== "assistants_output" || store.get("made_file", id, run.thread_id) !== undefined) continue;
      byName.set(file.filename, { file, given: [] });
    }
  }
  return [...byName.values()];
}
