import * as vscode from "vscode";

import { connectionIn } from "../../core/sync/lock.ts";
import type { Connection } from "../connections/connection.ts";
import type { DefinitionStore } from "../definitions/definitionStore.ts";
import type { StoreDefinitions } from "../definitions/storeDefinitions.ts";
import { readLock } from "./folderFiles.ts";
import { LocalDefinitions } from "./localDefinitions.ts";
import { definitionsIn, readSyncFolder } from "./readSyncFolder.ts";
import type { SyncFolder } from "./readSyncFolder.ts";
import { connectionKey, rootOf, uriIn } from "./syncFolder.ts";

/** The folders of the workspace as a sync sees them: each with its definitions, its stores and its lock. */
export class SyncFolders {
  readonly #definitions: DefinitionStore;
  readonly #stores: StoreDefinitions;
  readonly #locals = new LocalDefinitions();

  constructor(definitions: DefinitionStore, stores: StoreDefinitions) {
    this.#definitions = definitions;
    this.#stores = stores;
  }

  /** A definition, or a file that it names, changed. */
  forget(definition: vscode.Uri): void {
    this.#locals.forget(definition);
  }

  /** Folders with a lock, or that may get one. */
  async roots(): Promise<readonly vscode.Uri[]> {
    const roots = new Map<string, vscode.Uri>();
    for (const { uri } of vscode.workspace.workspaceFolders ?? []) roots.set(uri.toString(), uri);
    for (const { uri } of await this.#definitions.all()) {
      const root = rootOf(uri);
      roots.set(root.toString(), root);
    }
    return [...roots.values()];
  }

  /**
   * @param also a definition that the workspace may not list, because it is outside or excluded
   * @param fresh do not trust what was read before
   */
  async read(root: vscode.Uri, also: vscode.Uri | null, fresh: boolean): Promise<SyncFolder> {
    const lock = await readLock(root);
    const uris = await definitionsIn(root, lock, this.#definitions, also);
    return readSyncFolder(root, lock, uris, this.#locals, this.#stores, fresh);
  }

  /** One definition's folder, with it alone. */
  async readOne(definition: vscode.Uri): Promise<SyncFolder> {
    const root = rootOf(definition);
    return readSyncFolder(root, await readLock(root), [definition], this.#locals, this.#stores, false);
  }

  /** Assistants that the locks of other folders know: this folder's definitions are none of them. */
  async elsewhere(root: vscode.Uri, connection: Connection): Promise<ReadonlySet<string>> {
    const others = (await this.roots()).filter((other) => other.toString() !== root.toString());
    const ids = new Set<string>();
    for (const other of others)
      for (const { remote } of Object.values(
        connectionIn(await readLock(other), connectionKey(connection)).definitions,
      ))
        if (remote !== null) ids.add(remote);
    return ids;
  }

  /** The definition that an assistant is by a lock; null when this workspace has none. */
  async definitionOf(connection: Connection, assistantId: string): Promise<vscode.Uri | null> {
    for (const root of await this.roots()) {
      const { definitions } = connectionIn(await readLock(root), connectionKey(connection));
      const found = Object.entries(definitions).find(([, { remote }]) => remote === assistantId);
      if (found !== undefined) return uriIn(root, found[0]);
    }
    return null;
  }
}
