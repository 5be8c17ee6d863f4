import * as vscode from "vscode";

import { conflictText } from "../../core/sync/conflictText.ts";
import { fileText } from "../definitions/definitionText.ts";
import { folderFiles } from "./folderFiles.ts";
import { putRemoteDocument } from "./remoteDocuments.ts";
import { pathIn } from "./syncFolder.ts";

/** VS Code's own name for it. It is no part of its API, and may be missing. */
const command = "_open.mergeEditor";

/** A file to merge, and what the two other sides say. */
export interface MergeSides {
  readonly file: vscode.Uri;
  readonly base: string;
  readonly theirs: string;
}

export async function canMergeInEditor(): Promise<boolean> {
  return (await vscode.commands.getCommands(false)).includes(command);
}

/** Files that were in the merge editor. */
export interface Merged {
  /** Puts them back as they were. */
  undo(): Promise<void>;
  /** Whether every one still is as the editor was given it: nothing was written into it. */
  isUntouched(): Promise<boolean>;
}

/**
 * Opens files in VS Code's merge editor, one beside the other, each beginning as after `git merge`: with the base, and what merges by
 * itself. Until the editor has written its result, the file on disk has both sides between conflict markers, so nothing is lost
 * whatever happens. Resolves when the editors are closed; they do not tell what was decided.
 */
export async function mergeInEditor(root: vscode.Uri, sides: readonly MergeSides[], where: string): Promise<Merged> {
  const merged = await Promise.all(sides.map((one) => mergeFile(root, one, where)));
  return {
    undo: async () => {
      for (const one of merged) await one.undo();
    },
    isUntouched: async () => (await Promise.all(merged.map((one) => one.isUntouched()))).every((is) => is),
  };
}

async function mergeFile(root: vscode.Uri, { file, base, theirs }: MergeSides, where: string): Promise<Merged> {
  const path = pathIn(root, file);
  const files = folderFiles(root);
  const before = await fileText(file, "kept");
  const document = (side: string, text: string): vscode.Uri => putRemoteDocument(`merge ${side} ${where}`, path, text);
  const [left, right] = [document("theirs", theirs), document("yours", await fileText(file, "dropped"))];
  const given = conflictText(before, theirs, { yours: "Yours", theirs: `Theirs (${where})` });
  await files.writeText(path, given);
  // The editor lets go of its sides when it is closed, and not before.
  const closed = untilClosed(left);
  await vscode.commands.executeCommand(command, {
    base: document("base", base),
    input1: { uri: left, title: "Theirs", description: where },
    input2: { uri: right, title: "Yours", description: "this file" },
    output: file,
  });
  await closed;
  const lines = (text: string): string => text.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
  return {
    undo: () => files.writeText(path, before),
    isUntouched: async () => lines(await files.readText(path)) === lines(given),
  };
}

function untilClosed(uri: vscode.Uri): Promise<void> {
  return new Promise((resolve) => {
    const listener = vscode.workspace.onDidCloseTextDocument((document) => {
      if (document.uri.toString() !== uri.toString()) return;
      listener.dispose();
      resolve();
    });
  });
}
