import * as vscode from "vscode";

import { Command, definitionGlob } from "../../manifest.ts";
import type { DefinitionStore } from "./definitionStore.ts";

/** *Chat* over the first line of a definition; where it cannot be used, the reason. */
export function registerChatCodeLens(definitions: DefinitionStore): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const provider: vscode.CodeLensProvider = {
    onDidChangeCodeLenses: changed.event,
    async provideCodeLenses(document) {
      const file = await definitions.find(document.uri);
      if (file === null) return [];
      const range = new vscode.Range(0, 0, 0, 0);
      return file.parsed.valid
        ? [
            new vscode.CodeLens(range, {
              title: "$(comment-discussion) Chat",
              tooltip: "Open a chat with this assistant",
              command: Command.chat,
              arguments: [document.uri],
            }),
          ]
        : [
            new vscode.CodeLens(range, {
              title: "$(error) Not valid: see Problems",
              command: "workbench.actions.view.problems",
            }),
          ];
    },
  };
  return vscode.Disposable.from(
    changed,
    definitions.onChange(() => changed.fire()),
    vscode.languages.registerCodeLensProvider({ pattern: definitionGlob }, provider),
  );
}
