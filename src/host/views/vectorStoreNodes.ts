import * as vscode from "vscode";

import { documentKeys, isSyncKey } from "../../core/documents/documentAttributes.ts";
import { storageCostPerDay, storageRule } from "../../core/documents/storageCost.ts";
import { storeName } from "../../core/documents/storeName.ts";
import type { VectorStore, VectorStoreFile } from "../../core/wire.ts";
import { Command, NodeContext } from "../../manifest.ts";
import type { Connection } from "../connections/connection.ts";
import type { StoreFile } from "../definitions/storeDefinitions.ts";
import { termsOf } from "../documents/workspaceDocuments.ts";
import type { ViewNode } from "./node.ts";
import type { StoreFileList } from "./storeFileList.ts";
import { byteSize } from "./timeWords.ts";

/** A vector store, with its files under it. */
export interface VectorStoreNode extends ViewNode {
  readonly kind: "store";
  readonly connection: Connection;
  readonly store: VectorStore;
  /** The `*.vectorstore.yaml` that stands for it, for *Plan* and *Sync*. */
  readonly definition: vscode.Uri | null;
  readonly list: StoreFileList;
}

export interface VectorStoreFileNode extends ViewNode {
  readonly kind: "storeFile";
  readonly connection: Connection;
  readonly parent: VectorStoreNode;
  readonly file: VectorStoreFile;
  /** Its path, or its id where the sync has not noted one. */
  readonly label: string;
  /** Its source in the workspace, as far as the sync has noted where that is. */
  readonly source: vscode.Uri | null;
}

export interface StoreDefinitionNode extends ViewNode {
  readonly kind: "storeDefinition";
  readonly definition: vscode.Uri;
}

/** @param definition the file that stands for the store */
export function vectorStoreNode(
  store: VectorStore,
  connection: Connection,
  definition: vscode.Uri | null,
  list: StoreFileList,
): VectorStoreNode {
  const { total } = store.file_counts;
  const state = total > 0 ? vscode.TreeItemCollapsibleState.Collapsed : vscode.TreeItemCollapsibleState.None;
  const item = new vscode.TreeItem(storeName(store), state);
  item.id = `${connection.id} ${store.id}`;
  item.description = describe(store);
  item.iconPath = storeIcon(store);
  item.contextValue = NodeContext.vectorStore;
  item.tooltip = storeFacts(store, connection, definition);
  const node: VectorStoreNode = {
    kind: "store",
    connection,
    store,
    definition,
    list,
    id: store.id,
    object: store,
    item,
    children: async () => {
      await list.first();
      const nodes: ViewNode[] = list.files.map((file) => fileNode(file, node));
      if (list.more) nodes.push(moreFilesNode(node));
      return nodes;
    },
  };
  return node;
}

/** A definition whose store is not made yet, or is not valid. */
export function storeDefinitionNode(file: StoreFile): StoreDefinitionNode {
  const path = vscode.workspace.asRelativePath(file.uri);
  const item = new vscode.TreeItem(file.name ?? path.split("/").at(-1) ?? path);
  item.id = file.uri.toString();
  item.description = file.store === null ? "not valid" : "not synced yet";
  item.iconPath =
    file.store === null
      ? new vscode.ThemeIcon("error", new vscode.ThemeColor("list.errorForeground"))
      : new vscode.ThemeIcon("database", new vscode.ThemeColor("descriptionForeground"));
  item.contextValue = NodeContext.storeDefinition;
  item.tooltip = `${path}\n${file.store === null ? "It has a problem: see Problems." : "A sync makes its vector store on the connection."}`;
  item.command = { title: "Open definition", command: "vscode.open", arguments: [file.uri] };
  return { kind: "storeDefinition", definition: file.uri, item, object: file.store ?? {} };
}

function describe({ status, file_counts: counts, usage_bytes: bytes }: VectorStore): string {
  if (status === "expired") return "expired";
  const parts = [`${counts.total.toLocaleString("en")} ${counts.total === 1 ? "file" : "files"}`, byteSize(bytes)];
  if (counts.in_progress > 0) parts.push(`${counts.in_progress} being read`);
  if (counts.failed > 0) parts.push(`${counts.failed} failed`);
  return parts.join(" · ");
}

function storeIcon({ status, file_counts: counts }: VectorStore): vscode.ThemeIcon {
  if (status === "expired") return new vscode.ThemeIcon("watch", new vscode.ThemeColor("charts.orange"));
  if (counts.in_progress > 0) return new vscode.ThemeIcon("loading~spin");
  return counts.failed > 0
    ? new vscode.ThemeIcon("database", new vscode.ThemeColor("list.warningForeground"))
    : new vscode.ThemeIcon("database");
}

function storeFacts(store: VectorStore, connection: Connection, definition: vscode.Uri | null): string {
  const { in_progress: reading, completed, failed, cancelled } = store.file_counts;
  const counts = [
    `${completed} completed`,
    ...(reading > 0 ? [`${reading} being read`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(cancelled > 0 ? [`${cancelled} cancelled`] : []),
  ];
  const at = (seconds: number): string => new Date(seconds * 1000).toLocaleString();
  const expiry =
    store.expires_at == null
      ? "Does not expire"
      : `${store.status === "expired" ? "Expired" : "Expires"} ${at(store.expires_at)}`;
  const cost = termsOf(connection).paid
    ? `Costs $${storageCostPerDay(store.usage_bytes).toFixed(2)} a day: ${storageRule}`
    : connection.upstream.kind !== "offline" && connection.upstream.hostedFiles
      ? `Kept at ${new URL(connection.upstream.baseUrl).host}`
      : "Kept on this computer: costs nothing";
  return [
    store.name ?? "",
    store.id,
    definition === null ? "" : `Defined by ${vscode.workspace.asRelativePath(definition)}`,
    `Files: ${counts.join(", ")}`,
    `Size: ${byteSize(store.usage_bytes)}`,
    cost,
    `Created ${at(store.created_at)}`,
    store.last_active_at === null ? "" : `Last used ${at(store.last_active_at)}`,
    store.expires_after === undefined ? expiry : `${expiry}: ${store.expires_after.days} days after its last use`,
  ]
    .filter((line) => line !== "")
    .join("\n");
}

function fileNode(file: VectorStoreFile, parent: VectorStoreNode): VectorStoreFileNode {
  const path = file.attributes?.[documentKeys.path];
  const source = sourceUri(path, parent);
  const label = typeof path === "string" ? path : file.id;
  const item = new vscode.TreeItem(label);
  item.id = `${parent.connection.id} ${parent.store.id} ${file.id}`;
  item.description = file.last_error?.message ?? statusWords[file.status] ?? byteSize(file.usage_bytes);
  item.iconPath = fileIcons[file.status];
  item.contextValue = NodeContext.vectorStoreFile;
  item.tooltip = fileFacts(file);
  const node: VectorStoreFileNode = {
    kind: "storeFile",
    connection: parent.connection,
    parent,
    file,
    label,
    source,
    id: file.id,
    object: file,
    item,
  };
  if (source !== null) item.command = { title: "Open source", command: Command.openStoreSource, arguments: [node] };
  return node;
}

/** Of files that are not as they are to be. */
const statusWords: Readonly<Partial<Record<VectorStoreFile["status"], string>>> = {
  in_progress: "being read",
  cancelled: "cancelled",
  failed: "failed",
};

const fileIcons: Readonly<Record<VectorStoreFile["status"], vscode.ThemeIcon>> = {
  completed: new vscode.ThemeIcon("file"),
  in_progress: new vscode.ThemeIcon("loading~spin"),
  cancelled: new vscode.ThemeIcon("circle-slash"),
  failed: new vscode.ThemeIcon("error", new vscode.ThemeColor("list.errorForeground")),
};

function fileFacts(file: VectorStoreFile): string {
  const { chunking_strategy: strategy, attributes, last_error: error } = file;
  const own = Object.entries(attributes ?? {}).filter(([key]) => !isSyncKey(key));
  return [
    String(attributes?.[documentKeys.path] ?? ""),
    file.id,
    `Status: ${file.status.replace("_", " ")}${error === null ? "" : `: ${error.message} (${error.code})`}`,
    `Size in the store: ${byteSize(file.usage_bytes)}`,
    strategy?.type === "static"
      ? `Chunks of ${strategy.static.max_chunk_size_tokens} tokens, ${strategy.static.chunk_overlap_tokens} of them shared`
      : "",
    own.length === 0 ? "" : `Attributes: ${own.map(([key, value]) => `${key}: ${value}`).join(", ")}`,
    `Put in ${new Date(file.created_at * 1000).toLocaleString()}`,
  ]
    .filter((line) => line !== "")
    .join("\n");
}

/** What a server says of paths is not to be trusted: only what stays below the folder is opened. */
function sourceUri(path: unknown, { definition }: VectorStoreNode): vscode.Uri | null {
  if (typeof path !== "string" || path.startsWith("…") || /(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|^[A-Za-z]:/.test(path))
    return null;
  const base =
    definition === null ? vscode.workspace.workspaceFolders?.[0]?.uri : vscode.Uri.joinPath(definition, "..");
  return base === undefined ? null : vscode.Uri.joinPath(base, path);
}

function moreFilesNode(parent: VectorStoreNode): ViewNode {
  const { total } = parent.store.file_counts;
  const item = new vscode.TreeItem("Load more…");
  item.id = `${parent.item.id} more ${parent.list.files.length}`;
  item.description = `${parent.list.files.length.toLocaleString("en")} of ${total.toLocaleString("en")}`;
  item.contextValue = NodeContext.more;
  item.command = { title: "Load more", command: Command.moreStoreFiles, arguments: [parent] };
  return { item };
}
