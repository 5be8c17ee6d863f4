import * as vscode from "vscode";

import type { DirectoryEntry } from "../../core/language/ports.ts";

/** A file that a definition names; null outside the workspace: a definition is no way to look at the rest of the disk. */
export function relativeFile(definition: vscode.Uri, path: string): vscode.Uri | null {
  const uri = vscode.Uri.joinPath(definition, "..", path);
  return vscode.workspace.getWorkspaceFolder(uri) === undefined ? null : uri;
}

export async function listDirectory(definition: vscode.Uri, path: string): Promise<readonly DirectoryEntry[]> {
  const uri = relativeFile(definition, path);
  if (uri === null) return [];
  const entries = await ifThere(vscode.workspace.fs.readDirectory(uri));
  const self = path === "" || path === "./" ? definition.path.split("/").at(-1) : undefined;
  return (entries ?? [])
    .filter(([name]) => name !== self)
    .map(([name, type]) => ({ name, directory: (type & vscode.FileType.Directory) !== 0 }));
}

export async function isFile(uri: vscode.Uri): Promise<boolean> {
  const stat = await ifThere(vscode.workspace.fs.stat(uri));
  return stat !== null && (stat.type & vscode.FileType.File) !== 0;
}

/** Null where nothing is, or where it may not be read: half a path is typed most of the time. */
async function ifThere<T>(reading: Thenable<T>): Promise<T | null> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof vscode.FileSystemError) return null;
    throw error;
  }
}
