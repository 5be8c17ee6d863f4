import * as vscode from "vscode";

import { Command } from "../../manifest.ts";
import { openJson } from "../jsonDocuments.ts";
import type { Log } from "../log.ts";
import type { ViewNode } from "../views/node.ts";
import type { Views } from "../views/registerViews.ts";
import { registerCommand } from "./register.ts";

/** What every node of the sidebar can do. */
export function registerNodeCommands(views: Views, log: Log): vscode.Disposable {
  return vscode.Disposable.from(
    registerCommand(Command.refresh, log, () => views.refresh()),
    registerCommand(Command.showMore, log, () => views.showMore()),
    registerCommand(Command.copyId, log, async (node) => {
      const { id } = node as ViewNode;
      if (id !== undefined) await vscode.env.clipboard.writeText(id);
    }),
    registerCommand(Command.openAsJson, log, async (target) => {
      const node = target as ViewNode;
      const label = typeof node.item.label === "string" ? node.item.label : "object";
      await openJson(node.id ?? label, JSON.stringify(node.object, null, 2));
    }),
  );
}
