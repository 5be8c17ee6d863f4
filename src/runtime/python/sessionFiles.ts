import { codeFilesOf } from "../tools/codeFiles.ts";
import type { FileObject } from "../objects.ts";
import type { ToolContext } from "../tools/port.ts";
import { madeFiles } from "./madeFiles.ts";
import type { SessionFile } from "./pythonSessions.ts";
import { dataFolder } from "./sandbox/fileSystem.ts";

/** A file of a session, and where it comes from. */
export interface PlacedFile extends SessionFile {
  /** Where an earlier program wrote it, if another file has that path now. */
  readonly writtenTo?: string;
  /** It gave its path away since a program ran last. */
  readonly moved: boolean;
}

/**
 * What a program of a run finds at /mnt/data: the assistant's and the thread's files under their names, and what earlier programs of the
 * thread made where they wrote it, so that it is there in a fresh session, too. A program may write over a file that it was given; what is
 * attached after that has its name again, and both are there.
 */
export function sessionFiles(context: ToolContext): PlacedFile[] {
  const byPath = new Map<string, FileObject>();
  for (const file of codeFilesOf(context)) byPath.set(freePath(fileName(file.filename), byPath), file);
  const attached = new Map(byPath);
  const displaced = new Map<string, string>();
  const moved = new Set<string>();
  const late: { readonly file: FileObject; readonly path: string; readonly writtenTo: string }[] = [];
  for (const { file, path = `${dataFolder}/${fileName(file.filename)}`, writtenTo, given } of madeFiles(context)) {
    const there = attached.get(path);
    if (there === undefined ? !byPath.has(path) : given.includes(there.id)) {
      byPath.set(path, file);
      if (writtenTo !== undefined) displaced.set(path, writtenTo);
    } else late.push({ file, path, writtenTo: writtenTo ?? path });
  }
  for (const { file, path, writtenTo } of late) {
    const free = freePath(path.slice(dataFolder.length + 1), byPath);
    byPath.set(free, file);
    displaced.set(free, writtenTo);
    moved.add(free);
  }
  return [...byPath].map(([path, file]) => {
    const writtenTo = displaced.get(path);
    return {
      path,
      id: file.id,
      size: file.bytes,
      ...(writtenTo === undefined ? {} : { writtenTo }),
      moved: moved.has(path),
      open: async () => {
        try {
          return await context.files.bytes.read(file.id);
        } catch (error) {
          if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
          throw error;
        }
      },
    };
  });
}

/** A stored file's name as the last part of a path: whoever uploaded it, or a program, chose it. No signs that hide how it reads. */
export function fileName(name: string): string {
  const plain = name.replaceAll(/[/\\\p{Cc}\p{Cf}]+/gu, "_").slice(-200);
  return plain === "" || plain === "." || plain === ".." ? "file" : plain;
}

/** Two files of one name are both there. `name` may be in a folder of /mnt/data. */
function freePath(name: string, taken: ReadonlyMap<string, unknown>): string {
  const dot = name.lastIndexOf(".");
  const [stem, ending] = dot > name.lastIndexOf("/") + 1 ? [name.slice(0, dot), name.slice(dot)] : [name, ""];
  for (let at = 1; ; at++) {
    const path = `${dataFolder}/${at === 1 ? name : `${stem} (${at})${ending}`}`;
    if (!taken.has(path)) return path;
  }
}
