import * as vscode from "vscode";

import { stateLooks } from "./stateWords.ts";
import type { WorkspaceSync } from "./workspaceSync.ts";

/** Badges of definitions in the explorer, on tabs and in the view. */
export function registerStateDecorations(sync: WorkspaceSync): vscode.Disposable {
  const changed = new vscode.EventEmitter<undefined>();
  return vscode.Disposable.from(
    changed,
    sync.onChange(() => changed.fire(undefined)),
    vscode.window.registerFileDecorationProvider({
      onDidChangeFileDecorations: changed.event,
      provideFileDecoration(uri) {
        const row = sync.row(uri);
        const look = row === null ? null : stateLooks[row.state];
        if (look?.badge == null) return undefined;
        const color = look.color === null ? undefined : new vscode.ThemeColor(look.color);
        return new vscode.FileDecoration(look.badge, look.tooltip, color);
      },
    }),
  );
}
