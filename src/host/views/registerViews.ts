import { existsSync } from "node:fs";

import * as vscode from "vscode";

import { everyItem } from "../../core/provider.ts";
import type { Provider } from "../../core/provider.ts";
import { View } from "../../manifest.ts";
import { connectionLabel } from "../connections/connection.ts";
import type { Connection } from "../connections/connection.ts";
import type { ConnectionStore } from "../connections/connectionStore.ts";
import type { ConversationStore } from "../conversation/conversationStore.ts";
import type { DefinitionStore } from "../definitions/definitionStore.ts";
import type { StoreDefinitions } from "../definitions/storeDefinitions.ts";
import type { WorkspaceDocuments } from "../documents/workspaceDocuments.ts";
import type { Log } from "../log.ts";
import type { ProviderPool } from "../runtime/providerPool.ts";
import type { RuntimePool } from "../runtime/runtimePool.ts";
import type { WorkspaceSync } from "../sync/workspaceSync.ts";
import { definitionNode } from "./definitionNodes.ts";
import { moreNode } from "./moreNode.ts";
import type { ViewNode } from "./node.ts";
import { NodeTree } from "./nodeTree.ts";
import { remoteNode } from "./remoteNodes.ts";
import { threadNode } from "./threadNodes.ts";
import { storeDrops } from "./storeDrops.ts";
import { StoreRoots } from "./storeRoots.ts";
import type { VectorStoreNode } from "./vectorStoreNodes.ts";

const pageSize = 50;

export interface ViewServices {
  readonly connections: ConnectionStore;
  readonly conversations: ConversationStore;
  readonly definitions: DefinitionStore;
  readonly providers: ProviderPool;
  readonly runtimes: RuntimePool;
  readonly sync: WorkspaceSync;
  readonly stores: StoreDefinitions;
  readonly documents: WorkspaceDocuments;
  readonly log: Log;
}

/** The sidebar's three views. */
export interface Views extends vscode.Disposable {
  /** Reads everything anew. */
  readonly refresh: () => void;
  /** The next page of a list. */
  readonly showMore: () => void;
  /** The next files of a vector store. */
  readonly moreStoreFiles: (node: VectorStoreNode) => Promise<void>;
}

export function registerViews(services: ViewServices): Views {
  const { connections, definitions, documents, sync, log } = services;
  let shown = pageSize;
  const list = (make: (provider: Provider, connection: Connection) => AsyncGenerator<ViewNode>) => () =>
    listed(services, shown, make);

  const definitionTree = new NodeTree<ViewNode>(async () => {
    // Not waited for: the definitions are there at once, and their states when the connection has answered.
    sync.load();
    const connection = connections.current();
    const snapshot = sync.current();
    const files = await definitions.all();
    return [
      ...files.map((file) => definitionNode(file, connection, sync.row(file.uri)?.state ?? null)),
      ...(snapshot?.remoteOnly ?? []).map((remote) => remoteNode(remote, connection)),
    ];
  }, log);
  const threadTree = new NodeTree(
    list(async function* (provider, connection) {
      for await (const thread of everyItem((params) => provider.listThreads(params), "desc", shown + 1)) {
        yield threadNode(thread, connection, (task) => services.providers.with(connection, task));
      }
    }),
    log,
  );
  const storeRoots = new StoreRoots(services, () => shown);
  const storeTree = new NodeTree<ViewNode>(() => storeRoots.nodes(), log);
  const views = [
    vscode.window.createTreeView(View.assistants, { treeDataProvider: definitionTree }),
    vscode.window.createTreeView(View.threads, { treeDataProvider: threadTree }),
    vscode.window.createTreeView(View.vectorStores, {
      treeDataProvider: storeTree,
      dragAndDropController: storeDrops(documents, services.stores, log),
    }),
  ] as const;
  definitionTree.attach(views[0]);
  threadTree.attach(views[1]);
  storeTree.attach(views[2]);
  const refresh = (): void => {
    definitionTree.refresh();
    threadTree.refresh();
    storeTree.refresh();
  };
  const nameConnection = (): void => {
    views[0].description = connectionLabel(connections.current());
  };
  nameConnection();
  let used = `${connections.current().id} ${connections.current().model}`;
  const disposables = vscode.Disposable.from(
    ...views,
    definitionTree,
    threadTree,
    storeTree,
    definitions.onChange(() => definitionTree.refresh()),
    sync.onChange(() => definitionTree.refresh()),
    services.stores.onChange(() => storeTree.refresh()),
    documents.onChange(() => {
      storeRoots.forget();
      storeTree.refresh();
    }),
    services.conversations.onChange(() => threadTree.refresh()),
    connections.onChange(() => {
      // A list of connections that grew is no reason to build the trees anew under somebody's pointer.
      const { id, model } = connections.current();
      if (used === `${id} ${model}`) return;
      used = `${id} ${model}`;
      shown = pageSize;
      nameConnection();
      refresh();
    }),
  );
  return {
    refresh: () => {
      sync.refresh();
      storeRoots.forget();
      refresh();
    },
    showMore: () => {
      shown += pageSize;
      threadTree.refresh();
      storeTree.refresh();
    },
    moreStoreFiles: async (node) => {
      await node.list.next();
      storeTree.changed(node);
    },
    dispose: () => {
      disposables.dispose();
    },
  };
}

/** The items of a list on the provider. A connection that was never used has none: its runtime is not started to say so. */
async function listed(
  services: ViewServices,
  shown: number,
  make: (provider: Provider, connection: Connection) => AsyncGenerator<ViewNode>,
): Promise<readonly ViewNode[]> {
  const connection = services.connections.current();
  if (!existsSync(services.runtimes.dataDir(connection))) return [];
  return services.providers.with(connection, async (provider) => {
    const nodes: ViewNode[] = [];
    for await (const node of make(provider, connection)) nodes.push(node);
    return nodes.length > shown ? [...nodes.slice(0, shown), moreNode()] : nodes;
  });
}
