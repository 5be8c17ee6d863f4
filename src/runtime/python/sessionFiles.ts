import { codeFilesOf } from "../tools/codeFiles.ts";
import type { FileObject } from "../objects.ts";
import type { ToolContext } from "../tools/port.ts";
import type { SessionFile } from "./pythonSessions.ts";
import { dataFolder } from "./sandbox/fileSystem.ts";

/** How many of a thread's newest messages are asked for files that earlier programs made. */
const messagesRead = 50;

/**
 * What a program of a run finds at /mnt/data: the assistant's and the thread's files under their names, and what earlier programs of the
 * thread made, so that it is there in a fresh session, too.
 */
export function sessionFiles(context: ToolContext): SessionFile[] {
  const { store, run } = context;
  const byPath = new Map<string, FileObject>();
  for (const file of codeFilesOf(context)) byPath.set(freePath(fileName(file.filename), byPath), file);
  for (const message of store.newestMessages(run.thread_id, messagesRead)) {
    if (message.role !== "assistant") continue;
    for (const { file_id: id, tools } of message.attachments ?? []) {
      const file = id === undefined ? undefined : store.get("file", id, "");
      const made = tools?.some((tool) => tool.type === "code_interpreter") === true;
      // A file that a program wrote again replaces the one of before.
      if (made && file?.purpose === "assistants_output") byPath.set(`${dataFolder}/${fileName(file.filename)}`, file);
    }
  }
  return [...byPath].map(([path, file]) => ({
    path,
    id: file.id,
    size: file.bytes,
    open: async () => {
      try {
        return await context.files.bytes.read(file.id);
      } catch (error) {
        if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
        throw error;
      }
    },
  }));
}

/** A stored file's name as the last part of a path: whoever uploaded it, or a program, chose it. No signs that hide how it reads. */
export function fileName(name: string): string {
  const plain = name.replaceAll(/[/\\\p{Cc}\p{Cf}]+/gu, "_").slice(-200);
  return plain === "" || plain === "." || plain === ".." ? "file" : plain;
}

/** Two files of one name are both there. */
function freePath(name: string, taken: ReadonlyMap<string, unknown>): string {
  const dot = name.lastIndexOf(".");
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  for (let at = 1; ; at++) {
    const path = `${dataFolder}/${at === 1 ? name : `${stem} (${at})${ending}`}`;
    if (!taken.has(path)) return path;
  }
}
