import { existsSync } from "node:fs";

import * as vscode from "vscode";

import { isOrphan, readFileUses } from "../../core/retrieval/fileUses.ts";
import type { FileUses } from "../../core/retrieval/fileUses.ts";
import type { StoredFile } from "../../core/wire.ts";
import { Command, NodeContext, View } from "../../manifest.ts";
import type { Connection } from "../connections/connection.ts";
import type { ConnectionStore } from "../connections/connectionStore.ts";
import { errorWords } from "../errorWords.ts";
import type { Log } from "../log.ts";
import type { ProviderPool } from "../runtime/providerPool.ts";
import type { RuntimePool } from "../runtime/runtimePool.ts";
import type { ViewNode } from "../views/node.ts";
import { NodeTree } from "../views/nodeTree.ts";
import { byteSize } from "../views/timeWords.ts";
import { fileNode } from "./fileNodes.ts";

export interface FilesViewServices {
  readonly connections: ConnectionStore;
  readonly providers: ProviderPool;
  readonly runtimes: RuntimePool;
  readonly log: Log;
}

const pageSize = 100;

/** The view *Files*: all uploads of the connection, and where they are used. Nothing is read while it is folded. */
export class FilesView implements vscode.Disposable {
  readonly #services: FilesViewServices;
  readonly #tree: NodeTree<ViewNode>;
  readonly #view: vscode.TreeView<ViewNode>;
  readonly #subscriptions: readonly vscode.Disposable[];
  #shown = pageSize;
  #connectionId: string;
  #uses: FileUses | null = null;
  /** The look around that is under way. */
  #search: AbortController | null = null;

  constructor(services: FilesViewServices) {
    const { connections, log } = services;
    this.#services = services;
    this.#connectionId = connections.current().id;
    this.#tree = new NodeTree(() => this.#nodes(), log);
    this.#view = vscode.window.createTreeView(View.files, { treeDataProvider: this.#tree });
    this.#tree.attach(this.#view);
    this.#subscriptions = [
      this.#tree,
      this.#view,
      connections.onChange(() => {
        const { id } = connections.current();
        if (id === this.#connectionId) return;
        this.#connectionId = id;
        this.#shown = pageSize;
        this.refresh();
      }),
    ];
  }

  /** Reads everything anew. */
  refresh(): void {
    this.#search?.abort();
    this.#search = null;
    this.#uses = null;
    this.#tree.refresh();
  }

  showMore(): void {
    this.#shown += pageSize;
    this.#tree.refresh();
  }

  dispose(): void {
    this.#search?.abort();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  async #nodes(): Promise<readonly ViewNode[]> {
    const connection = this.#services.connections.current();
    // A connection that was never used has no files: its runtime is not started to say so.
    if (!existsSync(this.#services.runtimes.dataDir(connection))) return [];
    const page = await this.#services.providers.with(connection, (provider) =>
      provider.retrieval.listUploads({ limit: Math.min(10_000, this.#shown) }),
    );
    if (page.data.length > 0 && this.#uses === null) void this.#lookAround(connection);
    this.#tell(page.data, page.has_more);
    const nodes: ViewNode[] = page.data.map((file) => fileNode(file, this.#uses, connection));
    return page.has_more ? [...nodes, moreNode()] : nodes;
  }

  /** Finds out where the files are used, once until the next refresh, and shows it then. */
  async #lookAround(connection: Connection): Promise<void> {
    if (this.#search !== null) return;
    const search = new AbortController();
    this.#search = search;
    try {
      const uses = await this.#services.providers.with(connection, (provider) => readFileUses(provider, search.signal));
      if (this.#search !== search) return;
      this.#uses = uses;
      this.#tree.refresh();
    } catch (error) {
      if (search.signal.aborted) return;
      // The files are there all the same; the next refresh looks again.
      this.#view.message = `Where the files are used is not known: ${errorWords(error, this.#services.log)}`;
    }
  }

  #tell(files: readonly StoredFile[], hasMore: boolean): void {
    const uses = this.#uses;
    if (files.length === 0) {
      this.#view.message = "";
      return;
    }
    const bytes = byteSize(files.reduce((sum, file) => sum + file.bytes, 0));
    const count = `${hasMore ? "The newest " : ""}${files.length} ${files.length === 1 ? "file" : "files"}, ${bytes}`;
    if (uses === null) {
      this.#view.message = `${count}. Finding out where they are used…`;
      return;
    }
    const orphans = files.filter((file) => isOrphan(file, uses)).length;
    this.#view.message = orphans === 0 ? `${count}.` : `${count}; ${orphans} not used.`;
  }
}

function moreNode(): ViewNode {
  const item = new vscode.TreeItem("Show more…");
  item.contextValue = NodeContext.more;
  item.command = { title: "Show more", command: Command.showMore };
  return { item };
}
