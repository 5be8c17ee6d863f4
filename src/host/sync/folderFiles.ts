import { createHash } from "node:crypto";

import * as vscode from "vscode";

import { emptyLock } from "../../core/sync/lock.ts";
import type { Lock } from "../../core/sync/lock.ts";
import { parseLock } from "../../core/sync/lockText.ts";
import type { SyncFiles } from "../../core/sync/ports.ts";
import { writeWhole as writeFileWhole } from "../../disk/writeWhole.ts";
import { outOfFolder } from "../../core/definition/rules/surroundings.ts";
import { insideFolder } from "../../disk/insideFolder.ts";
import { fileText, openDocument } from "../definitions/definitionText.ts";
import { lockName, uriIn } from "./syncFolder.ts";

/** The files of a workspace folder, as a sync reads and writes them: through the editors that have them open. */
export function folderFiles(root: vscode.Uri): SyncFiles {
  return {
    readText: (path) => fileText(uriIn(root, path), "kept"),
    writeText: (path, text) => writeText(uriIn(root, path), text),
    exists: (path) => isThere(uriIn(root, path)),
    remove: async (path) => vscode.workspace.fs.delete(uriIn(root, path)),
    readBytes: async (path) => {
      const uri = await linkedFrom(root, path);
      if (uri === null) throw new Error(outOfFolder(path));
      return readBytes(uri);
    },
  };
}

/**
 * The file that a path means, with links followed; null when they lead out of the folder. Only files on disk have links to follow.
 * Rejects where nothing is.
 */
export async function linkedFrom(root: vscode.Uri, path: string): Promise<vscode.Uri | null> {
  if (root.scheme !== "file") return uriIn(root, path);
  const target = await insideFolder(root.fsPath, path);
  return target === null ? null : vscode.Uri.file(target);
}

export async function readBytes(
  uri: vscode.Uri,
): Promise<{ readonly bytes: Uint8Array<ArrayBuffer>; readonly sha256: string }> {
  const bytes = new Uint8Array(await vscode.workspace.fs.readFile(uri));
  return { bytes, sha256: createHash("sha256").update(bytes).digest("hex") };
}

export async function isThere(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === "FileNotFound") return false;
    throw error;
  }
}

/** @throws LockProblem when the lock cannot be used */
export async function readLock(root: vscode.Uri): Promise<Lock> {
  const uri = uriIn(root, lockName);
  if (!(await isThere(uri))) return emptyLock;
  // From disk, though it may be open: what was typed into it and not saved is no lock yet.
  return parseLock(new TextDecoder().decode(await vscode.workspace.fs.readFile(uri)));
}

export function writeLock(root: vscode.Uri, text: string): Promise<void> {
  return writeWhole(uriIn(root, lockName), text);
}

/** An open document takes the text as an edit, which can be undone, and is saved. */
async function writeText(uri: vscode.Uri, text: string): Promise<void> {
  const document = openDocument(uri);
  if (document === null) return writeWhole(uri, text);
  const edit = new vscode.WorkspaceEdit();
  edit.replace(uri, new vscode.Range(new vscode.Position(0, 0), document.positionAt(document.getText().length)), text);
  if (!(await vscode.workspace.applyEdit(edit)) || !(await document.save()))
    throw new Error(`${uri.path.split("/").at(-1)} could not be written in its editor.`);
}

/**
 * Old content or new one, whatever happens in between. VS Code's own rename deletes its target first, so files on disk are
 * written by Node.
 */
async function writeWhole(uri: vscode.Uri, text: string): Promise<void> {
  if (uri.scheme === "file") return writeFileWhole(uri.fsPath, text);
  return vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
}
