import * as vscode from "vscode";

import { parseStore } from "../../core/vectorStoreDefinition/parseStore.ts";
import type { StoreDefinition } from "../../core/vectorStoreDefinition/storeDefinition.ts";
import { fileText } from "./definitionText.ts";

const glob = "**/*.vectorstore.{yaml,yml,json}";

export function isStoreDefinition(uri: vscode.Uri): boolean {
  return /\.vectorstore\.(?:ya?ml|json)$/.test(uri.path);
}

/** The store definitions of each folder by their names, read on first need and again after a change. */
export class StoreDefinitions implements vscode.Disposable {
  readonly #known = new Map<string, Promise<ReadonlyMap<string, StoreDefinition>>>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable[] = [];
  readonly onChange = this.#changed.event;

  in(root: vscode.Uri): Promise<ReadonlyMap<string, StoreDefinition>> {
    if (this.#subscriptions.length === 0) this.#watch();
    const key = root.toString();
    const known = this.#known.get(key) ?? readStores(root);
    this.#known.set(key, known);
    // What cannot be read now may be next time.
    known.catch(() => this.#known.delete(key));
    return known;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }

  #watch(): void {
    const forget = (uri: vscode.Uri): void => {
      if (!isStoreDefinition(uri)) return;
      this.#known.clear();
      this.#changed.fire();
    };
    const watcher = vscode.workspace.createFileSystemWatcher(glob);
    this.#subscriptions.push(
      watcher,
      watcher.onDidCreate(forget),
      watcher.onDidChange(forget),
      watcher.onDidDelete(forget),
      vscode.workspace.onDidChangeTextDocument(({ document }) => forget(document.uri)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => forget(uri)),
    );
  }
}

async function readStores(root: vscode.Uri): Promise<ReadonlyMap<string, StoreDefinition>> {
  const stores = new Map<string, StoreDefinition>();
  for (const uri of await vscode.workspace.findFiles(new vscode.RelativePattern(root, glob), "**/node_modules/**")) {
    const parsed = parseStore(await fileText(uri, "dropped"));
    if (parsed.valid) stores.set(parsed.store.name, parsed.store);
  }
  return stores;
}
