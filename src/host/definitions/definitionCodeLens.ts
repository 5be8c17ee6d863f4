import * as vscode from "vscode";

import { Command, definitionGlob } from "../../manifest.ts";
import type { CommandId } from "../../manifest.ts";
import { stateLooks } from "../sync/stateWords.ts";
import type { WorkspaceSync } from "../sync/workspaceSync.ts";
import type { DefinitionStore } from "./definitionStore.ts";

/** *Chat · Debug · Push · Diff* over the first line of a definition; where it cannot be used, the reason. */
export function registerCodeLens(definitions: DefinitionStore, sync: WorkspaceSync): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  const provider: vscode.CodeLensProvider = {
    onDidChangeCodeLenses: changed.event,
    async provideCodeLenses(document) {
      const file = await definitions.find(document.uri);
      if (file === null) return [];
      const range = new vscode.Range(0, 0, 0, 0);
      if (!file.parsed.valid)
        return [
          new vscode.CodeLens(range, {
            title: "$(error) Not valid: see Problems",
            command: "workbench.actions.view.problems",
          }),
        ];
      const row = sync.row(document.uri);
      const lens = (title: string, tooltip: string, command: CommandId): vscode.CodeLens =>
        new vscode.CodeLens(range, { title, tooltip, command, arguments: [document.uri] });
      return [
        lens("$(comment-discussion) Chat", "Open a chat with this assistant", Command.chat),
        lens("$(debug-alt) Debug", "Say something to it, and step through its tool calls", Command.debug),
        lens(
          row === null ? "$(cloud-upload) Push" : `$(cloud-upload) Push (${row.state})`,
          row === null ? "Make the assistant equal to this file" : stateLooks[row.state].tooltip,
          Command.push,
        ),
        lens("$(diff) Diff", "Compare with what is on the connection", Command.diffRemote),
      ];
    },
  };
  return vscode.Disposable.from(
    changed,
    definitions.onChange(() => changed.fire()),
    sync.onChange(() => changed.fire()),
    vscode.languages.registerCodeLensProvider({ pattern: definitionGlob }, provider),
  );
}
