import * as vscode from "vscode";

import { Command } from "../../manifest.ts";
import type { ConnectionStore } from "../connections/connectionStore.ts";
import { DefinitionProblem } from "../definitions/definitionProblem.ts";
import { deleteUnusedFiles } from "../files/deleteUnused.ts";
import type { FileNode } from "../files/fileNodes.ts";
import type { Log } from "../log.ts";
import { safeName } from "../retrieval/fileDocuments.ts";
import type { FileDocuments } from "../retrieval/fileDocuments.ts";
import type { ProviderPool } from "../runtime/providerPool.ts";
import { byteSize } from "../views/timeWords.ts";
import { registerCommand } from "./register.ts";

export interface FileCommandServices {
  readonly connections: ConnectionStore;
  readonly providers: ProviderPool;
  readonly files: FileDocuments;
  /** Other views show files too. */
  readonly refresh: () => void;
  readonly log: Log;
}

/** What can be done with uploaded files. */
export function registerFileCommands(services: FileCommandServices): vscode.Disposable {
  const { connections, providers, files, refresh, log } = services;
  return vscode.Disposable.from(
    registerCommand(Command.openFile, log, async (target) => {
      const { connection, file } = nodeOf(target);
      await files.open(connection, file.id, vscode.ViewColumn.Active);
    }),
    registerCommand(Command.downloadFile, log, async (target) => {
      const { connection, file } = nodeOf(target);
      const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
      const name = safeName(file.filename);
      const uri = await vscode.window.showSaveDialog({
        title: `Download ${file.filename}`,
        ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, name) }),
      });
      if (uri === undefined) return;
      await vscode.window.withProgress(
        {
          location: vscode.ProgressLocation.Notification,
          title: `Downloading ${file.filename} (${byteSize(file.bytes)})`,
        },
        async () => {
          const content = await providers.with(connection, (provider) => provider.retrieval.downloadFile(file.id));
          await vscode.workspace.fs.writeFile(uri, content);
        },
      );
    }),
    registerCommand(Command.deleteFile, log, async (target) => {
      const { connection, file, use } = nodeOf(target);
      const uses = use === null || use === "" ? "" : ` It is ${use}.`;
      const choice = await vscode.window.showWarningMessage(
        `Delete the file “${file.filename}”?`,
        {
          modal: true,
          detail: `It is deleted on the provider and taken out of every vector store.${uses} This cannot be undone.`,
        },
        "Delete",
      );
      if (choice !== "Delete") return;
      await providers.with(connection, (provider) => provider.retrieval.deleteFile(file.id));
      refresh();
    }),
    registerCommand(Command.deleteUnusedFiles, log, async () => {
      if (await deleteUnusedFiles(connections.current(), providers, log)) refresh();
    }),
  );
}

function nodeOf(target: unknown): FileNode {
  if (typeof target === "object" && target !== null && "kind" in target && target.kind === "file")
    return target as FileNode;
  throw new DefinitionProblem("Choose a file in the view Files.");
}
