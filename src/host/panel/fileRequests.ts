import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";

import * as vscode from "vscode";

import type { StoredFile } from "../../core/wire.ts";
import { DefinitionProblem } from "../definitions/definitionProblem.ts";
import type { ChatSession } from "./chatSession.ts";
import { plainFileName, pictureType } from "./storedFileNames.ts";

/** Larger pictures are not drawn in the panel; they can be opened. */
const largestPicture = 8_000_000;

/** A stored picture as a data URL: the panel has no way to the network, and its policy lets pictures in as data. */
export async function pictureOf(session: ChatSession, fileId: string): Promise<{ readonly dataUrl: string }> {
  const { bytes: size } = await facts(session, fileId);
  if ((size ?? 0) > largestPicture) throw new DefinitionProblem("The picture is too large to be shown here.");
  const bytes = await contentOf(session, fileId);
  const type = pictureType(bytes);
  if (type === null) throw new DefinitionProblem("The file is not a picture that can be shown here.");
  return { dataUrl: `data:${type};base64,${Buffer.from(bytes).toString("base64")}` };
}

export async function factsOf(
  session: ChatSession,
  fileId: string,
): Promise<{ readonly name: string; readonly bytes: number }> {
  const file = await facts(session, fileId);
  return { name: plainFileName(file.filename), bytes: file.bytes ?? 0 };
}

/** Opens a copy: what is changed there stays there. */
export async function openStoredFile(session: ChatSession, fileId: string): Promise<void> {
  const { name } = await factsOf(session, fileId);
  const folder = join(tmpdir(), "assistants-files");
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(await mkdtemp(join(folder, "file-")), name);
  await writeFile(path, await contentOf(session, fileId), { mode: 0o600, flag: "wx" });
  await vscode.commands.executeCommand("vscode.open", vscode.Uri.file(path), vscode.ViewColumn.Beside);
}

export async function saveStoredFile(session: ChatSession, fileId: string): Promise<void> {
  const { name } = await factsOf(session, fileId);
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
  const target = await vscode.window.showSaveDialog({ defaultUri: vscode.Uri.joinPath(folder, name) });
  if (target === undefined) return;
  await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: `Saving ${name}` }, async () =>
    vscode.workspace.fs.writeFile(target, await contentOf(session, fileId)),
  );
}

/** A new document with the code, to be saved, run or thrown away. */
export async function openPythonFile(code: string): Promise<void> {
  const document = await vscode.workspace.openTextDocument({ language: "python", content: code });
  await vscode.window.showTextDocument(document, vscode.ViewColumn.Beside);
}

function facts(session: ChatSession, fileId: string): Promise<StoredFile> {
  return session.withProvider((provider) => provider.retrieval.retrieveFile(fileId));
}

function contentOf(session: ChatSession, fileId: string): Promise<Uint8Array> {
  return session.withProvider((provider) => provider.retrieval.downloadFile(fileId));
}
