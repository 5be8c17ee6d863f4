import * as vscode from "vscode";

import { Command, NodeContext } from "../../manifest.ts";
import type { Connection } from "../connections/connection.ts";
import type { RemoteOnly } from "../sync/snapshot.ts";
import type { ViewNode } from "./node.ts";

/** An assistant that no file stands for. */
export interface RemoteNode extends ViewNode {
  readonly kind: "remote";
  readonly connection: Connection;
  readonly remote: RemoteOnly;
}

export function remoteNode(remote: RemoteOnly, connection: Connection): RemoteNode {
  const { assistant, file } = remote;
  const item = new vscode.TreeItem(assistant.name ?? assistant.id);
  item.id = `${connection.id} ${assistant.id}`;
  item.description = file === null ? `${assistant.model} · no file` : `${assistant.model} · file deleted`;
  item.iconPath = new vscode.ThemeIcon("cloud");
  item.contextValue = NodeContext.remoteAssistant;
  item.tooltip = [
    assistant.name ?? assistant.id,
    assistant.id,
    file === null
      ? "Only on the connection: no file of the workspace stands for it."
      : `${file.path} was deleted here.`,
  ].join("\n");
  const node: RemoteNode = { kind: "remote", connection, remote, item, id: assistant.id, object: assistant };
  item.command = { title: "Open as YAML", command: Command.openRemote, arguments: [node] };
  return node;
}
