import * as vscode from "vscode";

import { utf8Text } from "../../core/definition/utf8Text.ts";

/** Definitions larger than this are not read: 256,000 characters of instructions are the wire's limit, many times over. */
const maxBytes = 8 * 1024 * 1024;

/** The document of a file that is open, in an editor or for an extension. */
export function openDocument(uri: vscode.Uri): vscode.TextDocument | null {
  const key = uri.toString();
  return vscode.workspace.textDocuments.find((one) => one.uri.toString() === key && !one.isClosed) ?? null;
}

/**
 * A file's text; what is open in an editor counts before what is on disk. Documents have no byte order mark.
 * @throws NotUtf8 for a file whose bytes are none that a write-back could keep
 * @param mark whether that of a file on disk is kept: a write-back keeps it, ranges in a document do not count it
 */
export async function fileText(uri: vscode.Uri, mark: "kept" | "dropped"): Promise<string> {
  const open = openDocument(uri);
  if (open?.isDirty === true) return open.getText();
  // A document outlives its file for a while: deleted is deleted.
  const { size } = await vscode.workspace.fs.stat(uri);
  if (open !== null) {
    const text = open.getText();
    // What an editor has put in the place of bytes that it could not read would be saved over them.
    if (open.encoding === "utf8" && text.includes("\uFFFD")) utf8Text(await vscode.workspace.fs.readFile(uri), mark);
    return text;
  }
  if (size > maxBytes) throw new Error(`the file has ${Math.round(size / 1024 / 1024)} MB; a definition may have 8.`);
  return utf8Text(await vscode.workspace.fs.readFile(uri), mark);
}
