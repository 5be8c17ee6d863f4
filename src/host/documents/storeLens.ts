import * as vscode from "vscode";

import { Command, storeGlob } from "../../manifest.ts";
import type { CommandId } from "../../manifest.ts";
import type { StoreDefinitions } from "../definitions/storeDefinitions.ts";
import { rootOf } from "../sync/syncFolder.ts";

/** *Sync · Plan* over the first line of a store definition. */
export function registerStoreLens(stores: StoreDefinitions): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  return vscode.Disposable.from(
    changed,
    stores.onChange(() => changed.fire()),
    vscode.languages.registerCodeLensProvider(
      { pattern: storeGlob },
      {
        onDidChangeCodeLenses: changed.event,
        async provideCodeLenses({ uri }) {
          const range = new vscode.Range(0, 0, 0, 0);
          const file = (await stores.files(rootOf(uri))).find((one) => one.uri.toString() === uri.toString());
          if (file === undefined) return [];
          if (file.store === null)
            return [
              new vscode.CodeLens(range, {
                title: "$(error) Not valid: see Problems",
                command: "workbench.actions.view.problems",
              }),
            ];
          const lens = (title: string, tooltip: string, command: CommandId): vscode.CodeLens =>
            new vscode.CodeLens(range, { title, tooltip, command, arguments: [uri] });
          return [
            lens("$(cloud-upload) Sync Documents", "Make the vector store equal to these files", Command.syncDocuments),
            lens("$(list-tree) Plan", "Show what a sync would do; nothing is done", Command.planDocuments),
          ];
        },
      },
    ),
  );
}
