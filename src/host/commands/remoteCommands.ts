import * as vscode from "vscode";

import { applyEdits } from "../../core/definition/edit/editedText.ts";
import { editDefinition } from "../../core/definition/editDefinition.ts";
import { fieldsOf } from "../../core/sync/fields.ts";
import { duplicateParams } from "../../core/sync/fieldsToWire.ts";
import { newDefinitionText } from "../../core/sync/newDefinition.ts";
import { displayName } from "../definitions/definitionFile.ts";
import type { DefinitionStore } from "../definitions/definitionStore.ts";
import { fileText } from "../definitions/definitionText.ts";
import type { ProviderPool } from "../runtime/providerPool.ts";
import { applyWithProgress, prepareWithProgress } from "../sync/applyWithProgress.ts";
import { putRemoteDocument } from "../sync/remoteDocuments.ts";
import type { RemoteOnly } from "../sync/snapshot.ts";
import { uriIn } from "../sync/syncFolder.ts";
import type { WorkspaceSync } from "../sync/workspaceSync.ts";
import type { RemoteNode } from "../views/remoteNodes.ts";
import { freeDefinitionUri, nameFault, openNewFile } from "./newFile.ts";

/** Writes a definition for an assistant that has none. @param folder for one that never had a file; absent: the first */
export async function pullToFile(sync: WorkspaceSync, remote: RemoteOnly, folder?: vscode.Uri): Promise<void> {
  const { assistant, file } = remote;
  const root = file?.root ?? folder ?? vscode.workspace.workspaceFolders?.[0]?.uri;
  if (root === undefined) throw new Error("Open a folder first: an assistant is a file in it.");
  const prepared = await prepareWithProgress(sync, root);
  const plan = sync.plan(
    prepared,
    "pull",
    file === null ? { only: new Set(), newFiles: new Set([assistant.id]) } : { only: new Set([file.path]) },
  );
  await applyWithProgress(sync, plan, prepared);
  const written = plan.actions.find(({ kind }) => kind === "pull-new");
  if (written === undefined) throw new Error("The assistant is gone, or a file stands for it already.");
  await vscode.window.showTextDocument(uriIn(root, written.path));
}

/** Shows an assistant as the definition that it would be, readonly. */
export async function openRemote({ remote, connection }: RemoteNode): Promise<void> {
  const { assistant } = remote;
  const text = newDefinitionText(fieldsOf(assistant), assistant.id);
  const uri = putRemoteDocument(`only ${connection.id}`, `${assistant.id}.assistant.yaml`, text);
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, { preview: true });
}

export async function deleteRemote(
  providers: ProviderPool,
  sync: WorkspaceSync,
  { remote, connection }: RemoteNode,
): Promise<void> {
  const { id, name } = remote.assistant;
  const choice = await vscode.window.showWarningMessage(
    `Delete the assistant “${name ?? id}” on ${connection.name}?`,
    { modal: true, detail: "No file of this workspace stands for it. This cannot be undone." },
    "Delete",
  );
  if (choice !== "Delete") return;
  await providers.with(connection, (provider) => provider.deleteAssistant(id));
  sync.refresh();
}

/** A second assistant with the same fields, on the connection. The files and stores that it uses are the same ones. */
export async function duplicateRemote(
  providers: ProviderPool,
  sync: WorkspaceSync,
  { remote, connection }: RemoteNode,
): Promise<void> {
  const { id, name } = remote.assistant;
  const chosen = await askForCopyName(name ?? id, `It is made on ${connection.name}.`);
  if (chosen === null) return;
  await providers.with(connection, async (provider) =>
    // As it is now, not as it was listed.
    provider.createAssistant(duplicateParams(await provider.retrieveAssistant(id), chosen)),
  );
  sync.refresh();
}

/** A second definition beside the first: the same text, save for the name. It is no assistant yet. */
export async function duplicateDefinition(definitions: DefinitionStore, uri: vscode.Uri): Promise<void> {
  const file = await definitions.find(uri);
  if (file === null) throw new Error("The definition is gone.");
  const chosen = await askForCopyName(displayName(file), "The new file is named after it.");
  if (chosen === null) return;
  const text = await fileText(uri, "kept");
  const edits = editDefinition(text, [{ kind: "set", path: ["name"], value: chosen }]);
  // A JSON definition stays JSON.
  const ending = /\.assistant\.\w+$/.exec(uri.path)?.[0];
  await openNewFile(await freeDefinitionUri(vscode.Uri.joinPath(uri, ".."), chosen, ending), applyEdits(text, edits));
}

async function askForCopyName(name: string, prompt: string): Promise<string | null> {
  const chosen = await vscode.window.showInputBox({
    title: `Duplicate “${name}”`,
    prompt: `The copy's name. ${prompt}`,
    value: `${name} copy`.slice(-256),
    ignoreFocusOut: true,
    validateInput: nameFault,
  });
  return chosen === undefined ? null : chosen.trim();
}
