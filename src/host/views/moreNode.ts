import * as vscode from "vscode";

import { Command, NodeContext } from "../../manifest.ts";
import type { ViewNode } from "./node.ts";

/** The end of a list that goes on. */
export function moreNode(): ViewNode {
  const item = new vscode.TreeItem("Show more…");
  item.contextValue = NodeContext.more;
  item.command = { title: "Show more", command: Command.showMore };
  return { item };
}
