import * as vscode from "vscode";

import { Command } from "../../manifest.ts";
import type { DefinitionStore } from "../definitions/definitionStore.ts";
import type { Log } from "../log.ts";
import type { ProviderPool } from "../runtime/providerPool.ts";
import { prepareWithProgress } from "../sync/applyWithProgress.ts";
import { matchOf, openDiff } from "../sync/compare.ts";
import { syncAll, showPlan } from "../sync/syncAll.ts";
import { rootOf } from "../sync/syncFolder.ts";
import { syncOne } from "../sync/syncOne.ts";
import type { WorkspaceSync } from "../sync/workspaceSync.ts";
import { registerCommand } from "./register.ts";
import { deleteRemote, duplicateDefinition, duplicateRemote, openRemote, pullToFile } from "./remoteCommands.ts";
import { definitionFor, remoteNodeOf } from "./targets.ts";

export interface SyncCommandServices {
  readonly definitions: DefinitionStore;
  readonly providers: ProviderPool;
  readonly sync: WorkspaceSync;
  readonly log: Log;
}

export function registerSyncCommands(services: SyncCommandServices): vscode.Disposable {
  const { definitions, providers, sync, log } = services;
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
    registerCommand(Command.diffRemote, log, async (target, beside) => {
      const uri = await definitionFor(target, definitions, "Diff with Remote");
      if (uri !== null) await diffRemote(sync, uri, beside === true);
    }),
    registerCommand(Command.pullToFile, log, async (target) => {
      const node = remoteNodeOf(target);
      if (node !== null) await pullToFile(sync, node.remote);
    }),
    registerCommand(Command.openRemote, log, async (target) => {
      const node = remoteNodeOf(target);
      if (node !== null) await openRemote(node);
    }),
    registerCommand(Command.deleteRemote, log, async (target) => {
      const node = remoteNodeOf(target);
      if (node !== null) await deleteRemote(providers, sync, node);
    }),
    registerCommand(Command.duplicate, log, async (target) => {
      const node = remoteNodeOf(target);
      if (node !== null) return duplicateRemote(providers, sync, node);
      const uri = await definitionFor(target, definitions, "Duplicate");
      if (uri !== null) await duplicateDefinition(definitions, uri);
    }),
  );
}

async function diffRemote(sync: WorkspaceSync, uri: vscode.Uri, beside: boolean): Promise<void> {
  const prepared = await prepareWithProgress(sync, rootOf(uri), uri);
  const match = matchOf(prepared, uri);
  if (match === null || match.remote === null) {
    void vscode.window.showInformationMessage(
      `${vscode.workspace.asRelativePath(uri)} has no assistant on ${prepared.connection.name} yet.`,
    );
    return;
  }
  await openDiff(prepared, match, uri, beside);
}
