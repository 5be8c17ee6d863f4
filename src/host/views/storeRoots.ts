import { existsSync } from "node:fs";

import * as vscode from "vscode";

import { everyItem } from "../../core/provider.ts";
import { connectionIn } from "../../core/sync/lock.ts";
import type { VectorStore } from "../../core/wire.ts";
import type { Connection } from "../connections/connection.ts";
import type { ConnectionStore } from "../connections/connectionStore.ts";
import type { StoreDefinitions, StoreFile } from "../definitions/storeDefinitions.ts";
import type { ProviderPool } from "../runtime/providerPool.ts";
import type { RuntimePool } from "../runtime/runtimePool.ts";
import { readLock } from "../sync/folderFiles.ts";
import { connectionKey } from "../sync/syncFolder.ts";
import { moreNode } from "./moreNode.ts";
import type { ViewNode } from "./node.ts";
import { StoreFileList } from "./storeFileList.ts";
import { storeDefinitionNode, vectorStoreNode } from "./vectorStoreNodes.ts";

export interface StoreRootsServices {
  readonly connections: ConnectionStore;
  readonly providers: ProviderPool;
  readonly runtimes: RuntimePool;
  readonly stores: StoreDefinitions;
}

interface Defined {
  readonly file: StoreFile;
  /** The store that the lock says it is; null when it says none. */
  readonly storeId: string | null;
}

/** The vector stores of the connection in use, and the definitions that have none there yet. */
export class StoreRoots {
  readonly #services: StoreRootsServices;
  readonly #shown: () => number;
  /** What was read of stores, while they look the same. */
  readonly #lists = new Map<string, { readonly mark: string; readonly list: StoreFileList }>();

  constructor(services: StoreRootsServices, shown: () => number) {
    this.#services = services;
    this.#shown = shown;
  }

  /** Files are read anew. */
  forget(): void {
    this.#lists.clear();
  }

  async nodes(): Promise<readonly ViewNode[]> {
    const connection = this.#services.connections.current();
    const defined = await this.#defined(connection);
    const stores = await this.#stores(connection);
    const shown = stores.slice(0, this.#shown());
    const byId = new Map(defined.map(({ file, storeId }) => [storeId, file.uri]));
    const known = new Set(stores.map(({ id }) => id));
    const nodes: ViewNode[] = defined
      .filter(({ storeId }) => storeId === null || !known.has(storeId))
      .map(({ file }) => storeDefinitionNode(file));
    for (const store of shown)
      nodes.push(vectorStoreNode(store, connection, byId.get(store.id) ?? null, this.#list(store, connection)));
    return stores.length > shown.length ? [...nodes, moreNode()] : nodes;
  }

  /** A connection that was never used has none: its runtime is not started to say so. */
  async #stores(connection: Connection): Promise<readonly VectorStore[]> {
    const { providers, runtimes } = this.#services;
    if (!existsSync(runtimes.dataDir(connection))) return [];
    return providers.with(connection, async (provider) => {
      const stores: VectorStore[] = [];
      const most = this.#shown() + 1;
      for await (const store of everyItem((params) => provider.listVectorStores(params), "desc", most))
        stores.push(store);
      return stores;
    });
  }

  async #defined(connection: Connection): Promise<readonly Defined[]> {
    const key = connectionKey(connection);
    const defined: Defined[] = [];
    for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
      const files = await this.#services.stores.files(uri);
      if (files.length === 0) continue;
      const { stores } = connectionIn(await readLock(uri), key);
      for (const file of files) {
        const entry = file.name !== null && Object.hasOwn(stores, file.name) ? stores[file.name] : undefined;
        defined.push({ file, storeId: file.store === null ? null : (entry?.id ?? null) });
      }
    }
    return defined;
  }

  #list(store: VectorStore, connection: Connection): StoreFileList {
    const key = `${connection.id} ${store.id}`;
    const mark = JSON.stringify([store.file_counts, store.usage_bytes]);
    const known = this.#lists.get(key);
    if (known?.mark === mark) return known.list;
    const list = new StoreFileList(store.id, (task) => this.#services.providers.with(connection, task));
    this.#lists.set(key, { mark, list });
    return list;
  }
}
