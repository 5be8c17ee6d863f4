import * as vscode from "vscode";

import { Command } from "../../manifest.ts";
import { connectionLabel } from "../connections/connection.ts";
import type { ConnectionStore } from "../connections/connectionStore.ts";
import type { WorkspaceSync } from "./workspaceSync.ts";

/** `☁ ↑2 ↓1`: what a push and a pull would carry. Hidden while that is nothing, or not known. */
export function registerSyncStatusBar(sync: WorkspaceSync, connections: ConnectionStore): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("assistants.sync", vscode.StatusBarAlignment.Left, 9);
  item.name = "Assistants: Sync";
  item.command = Command.showPlan;
  const show = (): void => {
    const counts = sync.current()?.counts ?? { up: 0, down: 0, conflicts: 0 };
    const parts = [
      counts.up > 0 ? `↑${counts.up}` : "",
      counts.down > 0 ? `↓${counts.down}` : "",
      counts.conflicts > 0 ? `!${counts.conflicts}` : "",
    ].filter((part) => part !== "");
    if (parts.length === 0) {
      item.hide();
      return;
    }
    item.text = `$(cloud) ${parts.join(" ")}`;
    item.tooltip = `Assistants on ${connectionLabel(connections.current())}: ${counts.up} to push, ${counts.down} to pull, ${counts.conflicts} to decide. Show the plan.`;
    item.accessibilityInformation = {
      label: `Assistants: ${counts.up} to push, ${counts.down} to pull, ${counts.conflicts} to decide`,
    };
    item.show();
  };
  show();
  return vscode.Disposable.from(item, sync.onChange(show), connections.onChange(show));
}
