import type { PyodideAPI } from "pyodide";

import { longestPath } from "./frames.ts";

/** What a program leaves at /mnt/data is handed back; this is also where programs start. */
export const dataFolder = "/mnt/data";

/** Whether a path is one of a file below /mnt/data, written without detours. */
export function isDataPath(path: string): boolean {
  const inside = /^\/mnt\/data\/(.+)$/s.exec(path)?.[1];
  return (
    inside !== undefined &&
    path.length <= longestPath &&
    !inside.split("/").some((part) => ["", ".", ".."].includes(part))
  );
}

/** Emscripten's file system as far as it is used here. Its own types leave out what the quota needs. */
interface MemoryNode {
  readonly mode: number;
  readonly contents: unknown;
  readonly usedBytes: number;
}

interface Memory {
  expandFileStorage(node: MemoryNode, capacity: number): void;
  resizeFileStorage(node: MemoryNode, size: number): void;
}

export interface EmscriptenFiles {
  readonly root: MemoryNode;
  readonly filesystems: Record<string, unknown>;
  readonly ErrnoError: new (code: number) => Error;
  write(stream: { readonly node: MemoryNode }, ...more: readonly unknown[]): number;
  readdir(path: string): string[];
  lstat(path: string): { readonly mode: number; readonly size: number; readonly mtime: Date; readonly ino: number };
  readFile(path: string): Uint8Array;
  writeFile(path: string, data: Uint8Array, options: { readonly canOwn: boolean }): void;
  mkdirTree(path: string): void;
  unlink(path: string): void;
  utime(path: string, accessed: number, modified: number): void;
  chdir(path: string): void;
  isFile(mode: number): boolean;
  isDir(mode: number): boolean;
}

const noSpaceLeft = 51;
const typeMask = 0o170000;
const regularFile = 0o100000;

/**
 * Files live outside Python's memory, so its cap does not hold them. This one does: beyond `limit` bytes a write fails with "No
 * space left on device".
 */
export function limitFileBytes(files: EmscriptenFiles, limit: number): void {
  const memory = files.filesystems["MEMFS"] as Memory;
  let counted = 0;
  const take = (bytes: number): void => {
    counted += Math.max(0, bytes);
    if (counted <= limit) return;
    counted = bytesBelow(files.root) + Math.max(0, bytes);
    if (counted > limit) {
      counted -= bytes;
      throw new files.ErrnoError(noSpaceLeft);
    }
  };
  const { expandFileStorage, resizeFileStorage } = memory;
  const { write } = files;
  memory.expandFileStorage = (node, capacity) => {
    take(capacity - bytesOf(node));
    expandFileStorage(node, capacity);
  };
  memory.resizeFileStorage = (node, size) => {
    take(size - bytesOf(node));
    resizeFileStorage(node, size);
  };
  files.write = (stream, ...more) => {
    // A first write to an empty file takes its bytes without asking for storage.
    const length = more[2];
    if ((stream.node.mode & typeMask) === regularFile && stream.node.usedBytes === 0 && typeof length === "number")
      take(length);
    return write(stream, ...more);
  };
}

function bytesOf(node: MemoryNode): number {
  return ArrayBuffer.isView(node.contents) ? node.contents.byteLength : 0;
}

function bytesBelow(node: MemoryNode): number {
  let total = 0;
  const left = [node];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { contents } = next;
    if (ArrayBuffer.isView(contents)) total += contents.byteLength;
    else if ((next.mode & typeMask) !== regularFile && typeof contents === "object" && contents !== null)
      left.push(...(Object.values(contents) as MemoryNode[]));
  }
  return total;
}

export function filesOf(python: PyodideAPI): EmscriptenFiles {
  return python.FS as EmscriptenFiles;
}

/** The regular files below a folder, by path, each with what changes when it is written. Links are left out. */
export function versionsBelow(files: EmscriptenFiles, folder: string): Map<string, string> {
  const versions = new Map<string, string>();
  const left = isFolder(files, folder) ? [folder] : [];
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    for (const name of files.readdir(path)) {
      if (name === "." || name === "..") continue;
      const full = `${path}/${name}`;
      const { mode, size, mtime, ino } = files.lstat(full);
      if (files.isDir(mode)) left.push(full);
      else if (files.isFile(mode)) versions.set(full, `${ino} ${size} ${mtime.getTime()}`);
    }
  }
  return versions;
}

/** A program may have removed the folder, or put a link in its place. */
function isFolder(files: EmscriptenFiles, path: string): boolean {
  try {
    return files.isDir(files.lstat(path).mode);
  } catch {
    return false;
  }
}
