import * as vscode from "vscode";

import { allStores } from "../../core/documents/findStore.ts";
import { Requests } from "../../core/documents/requests.ts";
import { Command } from "../../manifest.ts";
import type { ConnectionStore } from "../connections/connectionStore.ts";
import type { StoreDefinitions } from "../definitions/storeDefinitions.ts";
import { addToAnyStore } from "../documents/addToStore.ts";
import { sourceOf, storeFor } from "../documents/storeTarget.ts";
import { showDocumentPlan, syncDocuments } from "../documents/syncDocuments.ts";
import type { WorkspaceDocuments } from "../documents/workspaceDocuments.ts";
import type { Log } from "../log.ts";
import type { ProviderPool } from "../runtime/providerPool.ts";
import { registerCommand } from "./register.ts";

export interface DocumentCommandServices {
  readonly connections: ConnectionStore;
  readonly providers: ProviderPool;
  readonly stores: StoreDefinitions;
  readonly documents: WorkspaceDocuments;
  readonly log: Log;
}

/** Plan and sync of the workspace's documents. */
export function registerDocumentCommands(services: DocumentCommandServices): vscode.Disposable {
  const { connections, providers, stores, documents, log } = services;
  return vscode.Disposable.from(
    registerCommand(Command.planDocuments, log, async (target) => {
      const uri = await storeFor(target, stores, "Plan Documents");
      if (uri !== null) await showDocumentPlan(documents, await sourceOf(uri, stores));
    }),
    registerCommand(Command.syncDocuments, log, async (target) => {
      const uri = await storeFor(target, stores, "Sync Documents");
      if (uri !== null) await syncDocuments(documents, await sourceOf(uri, stores));
    }),
    registerCommand(Command.addToVectorStore, log, async (first, selected) => {
      const uris = Array.isArray(selected) && selected.length > 0 ? (selected as vscode.Uri[]) : [first];
      const active = vscode.window.activeTextEditor?.document.uri;
      const chosen = uris.filter((uri) => uri instanceof vscode.Uri);
      const files = chosen.length > 0 || active === undefined ? chosen : [active];
      const remotes = () =>
        providers.with(connections.current(), (provider) => allStores(provider.documents, quickRequests()));
      await addToAnyStore(documents, stores, remotes, files);
    }),
    registerCommand(Command.cleanUploads, log, () => cleanUploads(documents, connections)),
  );
}

async function cleanUploads(documents: WorkspaceDocuments, connections: ConnectionStore): Promise<void> {
  const ids = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: "Looking where uploads are used" },
    () => documents.orphans(),
  );
  const { name } = connections.current();
  if (ids.length === 0) {
    void vscode.window.showInformationMessage(`${name} has no uploads of documents that nothing uses.`);
    return;
  }
  const uploads = ids.length === 1 ? "upload" : "uploads";
  const choice = await vscode.window.showWarningMessage(
    `Delete ${ids.length} ${uploads} on ${name} that nothing uses any more?`,
    {
      modal: true,
      detail: `Old versions and files that were taken out of their stores.\n${ids.slice(0, 10).join("\n")}`,
    },
    "Delete",
  );
  if (choice !== "Delete") return;
  const deleted = await documents.deleteUploads(ids);
  void vscode.window.showInformationMessage(`${deleted} ${uploads} deleted on ${name}.`);
}

/** For a person who waits. */
function quickRequests(): Requests {
  return new Requests({
    random: Math.random,
    now: Date.now,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });
}
