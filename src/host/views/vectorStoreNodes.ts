import * as vscode from "vscode";

import type { Provider } from "../../core/provider.ts";
import type { VectorStore, VectorStoreFile } from "../../core/wire.ts";
import { NodeContext } from "../../manifest.ts";
import type { Connection } from "../connections/connection.ts";
import type { ViewNode } from "./node.ts";
import { byteSize } from "./timeWords.ts";

type WithProvider = <T>(task: (provider: Provider) => Promise<T>) => Promise<T>;

const filesShown = 100;

/** A vector store, with its files under it. */
export function vectorStoreNode(store: VectorStore, connection: Connection, withProvider: WithProvider): ViewNode {
  const state =
    store.file_counts.total > 0 ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None;
  const item = new vscode.TreeItem(store.name ?? store.id, state);
  const count = store.file_counts.total;
  item.id = `${connection.id} ${store.id}`;
  item.description = `${count} ${count === 1 ? "file" : "files"} · ${byteSize(store.usage_bytes)}`;
  item.iconPath = new vscode.ThemeIcon("database");
  item.contextValue = NodeContext.vectorStore;
  item.tooltip = [store.name ?? "", store.id, `Status: ${store.status}`].filter((line) => line !== "").join("\n");
  return {
    id: store.id,
    object: store,
    item,
    children: async () => {
      const page = await withProvider((provider) => provider.listVectorStoreFiles(store.id, { limit: filesShown }));
      return page.data.map(fileNode);
    },
  };
}

function fileNode(file: VectorStoreFile): ViewNode {
  const item = new vscode.TreeItem(file.id);
  item.description = file.last_error?.message ?? `${file.status} · ${byteSize(file.usage_bytes)}`;
  item.iconPath = new vscode.ThemeIcon(file.status === "failed" ? "error" : "file");
  item.contextValue = NodeContext.vectorStoreFile;
  return { id: file.id, object: file, item };
}
