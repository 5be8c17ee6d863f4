import * as vscode from "vscode";

import { lengthOf } from "../../core/definition/rules/lengths.ts";
import { newDefinitionPath } from "../../core/sync/newDefinition.ts";
import { isThere } from "../sync/folderFiles.ts";

/** The folder that a new file goes into; null when the person left off. @throws Error where no folder is open */
export async function folderForNewFile(what: string): Promise<vscode.Uri | null> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const [only, ...others] = folders;
  if (only === undefined) throw new Error(`Open a folder first: ${what} is a file in it.`);
  if (others.length === 0) return only.uri;
  const picked = await vscode.window.showWorkspaceFolderPick({ placeHolder: `The folder for ${what}` });
  return picked?.uri ?? null;
}

/** What keeps a text from being an assistant's name, for an input box; null when nothing does. */
export function nameFault(text: string): string | null {
  if (text.trim() === "") return "An assistant has a name.";
  return lengthOf(text.trim()) > 256 ? "A name has at most 256 characters." : null;
}

/** A place for a definition with this name that no file has, such as `order-support.assistant.yaml`. */
export async function freeDefinitionUri(
  folder: vscode.Uri,
  name: string,
  ending = ".assistant.yaml",
): Promise<vscode.Uri> {
  const taken = new Set<string>();
  for (;;) {
    const path = newDefinitionPath({ id: "assistant", name }, taken);
    const uri = vscode.Uri.joinPath(folder, path.replace(/\.assistant\.yaml$/, ending));
    if (!(await isThere(uri))) return uri;
    taken.add(path);
  }
}

/** Writes a new file, which can be undone in the explorer, and opens it. Never over one that is there. */
export async function openNewFile(uri: vscode.Uri, text: string): Promise<vscode.TextEditor> {
  const edit = new vscode.WorkspaceEdit();
  edit.createFile(uri, { ignoreIfExists: false, overwrite: false, contents: new TextEncoder().encode(text) });
  if (!(await vscode.workspace.applyEdit(edit)))
    throw new Error(`${uri.path.split("/").at(-1)} could not be created: perhaps it exists already.`);
  return vscode.window.showTextDocument(uri);
}
