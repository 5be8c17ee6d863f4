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
            title: withIcon("error", "Not valid: see Problems"),
            command: "workbench.actions.view.problems",
          }),
        ];
      const row = sync.row(document.uri);
      const lens = (title: string, tooltip: string, command: CommandId): vscode.CodeLens =>
        new vscode.CodeLens(range, { title, tooltip, command, arguments: [document.uri] });
      return [
        lens(withIcon("comment-discussion", "Chat"), "Open a chat with this assistant", Command.chat),
        lens(withIcon("debug-alt", "Debug"), "Say something to it, and step through its tool calls", Command.debug),
        lens(
          withIcon("cloud-upload", row === null ? "Push" : `Push (${row.state})`),
          row === null ? "Make the assistant equal to this file" : stateLooks[row.state].tooltip,
          Command.push,
        ),
        lens(withIcon("diff", "Diff"), "Compare with what is on the connection", Command.diffRemote),
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

/** A plain space behind an icon is swallowed in a lens. */
function withIcon(icon: string, words: string): string {
  return `$(${icon})\u00A0${words}`;
}
