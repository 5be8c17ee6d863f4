import * as vscode from "vscode";

import { fieldsOf } from "../../core/sync/fields.ts";
import { newDefinitionText } from "../../core/sync/newDefinition.ts";
import { Command } from "../../manifest.ts";
import type { DefinitionStore } from "../definitions/definitionStore.ts";
import type { Log } from "../log.ts";
import type { ProviderPool } from "../runtime/providerPool.ts";
import { applyWithProgress, prepareWithProgress } from "../sync/applyWithProgress.ts";
import { matchOf, openDiff } from "../sync/compare.ts";
import { putRemoteDocument } from "../sync/remoteDocuments.ts";
import { syncAll, showPlan } from "../sync/syncAll.ts";
import { rootOf, uriIn } from "../sync/syncFolder.ts";
import { syncOne } from "../sync/syncOne.ts";
import type { WorkspaceSync } from "../sync/workspaceSync.ts";
import type { RemoteNode } from "../views/remoteNodes.ts";
import { registerCommand } from "./register.ts";
import { definitionFor, remoteNodeOf } from "./targets.ts";

export interface SyncCommandServices {
  readonly definitions: DefinitionStore;
  readonly providers: ProviderPool;
  readonly sync: WorkspaceSync;
  readonly log: Log;
}

export function registerSyncCommands(services: SyncCommandServices): vscode.Disposable {
  const { definitions, sync, log } = services;
  return vscode.Disposable.from(
    registerCommand(Command.push, log, async (target) => {
      const uri = await definitionFor(target, definitions, "Push");
      if (uri !== null) await syncOne(sync, uri, "push");
    }),
    registerCommand(Command.pull, log, async (target) => {
      const uri = await definitionFor(target, definitions, "Pull");
      if (uri !== null) await syncOne(sync, uri, "pull");
    }),
    registerCommand(Command.pushAll, log, () => syncAll(sync, "push")),
    registerCommand(Command.pullAll, log, () => syncAll(sync, "pull")),
    registerCommand(Command.showPlan, log, () => showPlan(sync)),
    registerCommand(Command.diffRemote, log, async (target) => {
      const uri = await definitionFor(target, definitions, "Diff with Remote");
      if (uri !== null) await diffRemote(sync, uri);
    }),
    registerCommand(Command.pullToFile, log, async (target) => {
      const node = remoteNodeOf(target);
      if (node !== null) await pullToFile(sync, node);
    }),
    registerCommand(Command.openRemote, log, async (target) => {
      const node = remoteNodeOf(target);
      if (node !== null) await openRemote(node);
    }),
    registerCommand(Command.deleteRemote, log, async (target) => {
      const node = remoteNodeOf(target);
      if (node !== null) await deleteRemote(services, node);
    }),
  );
}

async function diffRemote(sync: WorkspaceSync, uri: vscode.Uri): Promise<void> {
  const prepared = await prepareWithProgress(sync, rootOf(uri), uri);
  const match = matchOf(prepared, uri);
  if (match === null || match.remote === null) {
    void vscode.window.showInformationMessage(
      `${vscode.workspace.asRelativePath(uri)} has no assistant on ${prepared.connection.name} yet.`,
    );
    return;
  }
  await openDiff(prepared, match, uri);
}

async function pullToFile(sync: WorkspaceSync, { remote }: RemoteNode): Promise<void> {
  const { assistant, file } = remote;
  const root = file?.root ?? vscode.workspace.workspaceFolders?.[0]?.uri;
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

async function openRemote({ remote, connection }: RemoteNode): Promise<void> {
  const { assistant } = remote;
  const text = newDefinitionText(fieldsOf(assistant), assistant.id);
  const uri = putRemoteDocument(`only ${connection.id}`, `${assistant.id}.assistant.yaml`, text);
  const document = await vscode.workspace.openTextDocument(uri);
  await vscode.window.showTextDocument(document, { preview: true });
}

async function deleteRemote(
  { providers, sync }: SyncCommandServices,
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
