import * as vscode from "vscode";

import { NotUtf8 } from "../../core/definition/utf8Text.ts";
import { parseStore } from "../../core/vectorStoreDefinition/parseStore.ts";
import type { StoreDefinition } from "../../core/vectorStoreDefinition/storeDefinition.ts";
import { Setting, storeGlob } from "../../manifest.ts";
import { onSettingChange, readSetting } from "../settings.ts";
import { fileText } from "./definitionText.ts";

export function isStoreDefinition(uri: vscode.Uri): boolean {
  return /\.vectorstore\.(?:ya?ml|json)$/.test(uri.path) && uri.scheme !== "git";
}

/** A store definition's file. */
export interface StoreFile {
  readonly uri: vscode.Uri;
  readonly name: string | null;
  /** Null for one that is not valid. */
  readonly store: StoreDefinition | null;
}

/** The store definitions of each folder, read on first need and again after a change. */
export class StoreDefinitions implements vscode.Disposable {
  readonly #known = new Map<string, Promise<readonly StoreFile[]>>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable[] = [];
  readonly onChange = this.#changed.event;

  /** The valid ones, by their names. */
  async in(root: vscode.Uri): Promise<ReadonlyMap<string, StoreDefinition>> {
    const stores = new Map<string, StoreDefinition>();
    for (const { store } of await this.files(root)) if (store !== null) stores.set(store.name, store);
    return stores;
  }

  /** All of them, also those with problems. */
  files(root: vscode.Uri): Promise<readonly StoreFile[]> {
    if (this.#subscriptions.length === 0) this.#watch();
    const key = root.toString();
    const known = this.#known.get(key) ?? readStores(root);
    this.#known.set(key, known);
    // What cannot be read now may be next time.
    known.catch(() => this.#known.delete(key));
    return known;
  }

  /** What was made just now is not told by the file system yet: everything is read anew. */
  forget(): void {
    this.#known.clear();
    this.#changed.fire();
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
    const watcher = vscode.workspace.createFileSystemWatcher(storeGlob);
    this.#subscriptions.push(
      watcher,
      watcher.onDidCreate(forget),
      watcher.onDidChange(forget),
      watcher.onDidDelete(forget),
      vscode.workspace.onDidChangeTextDocument(({ document }) => forget(document.uri)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => forget(uri)),
      onSettingChange([Setting.diagnosticsDisabled], () => {
        this.#known.clear();
        this.#changed.fire();
      }),
    );
  }
}

async function readStores(root: vscode.Uri): Promise<readonly StoreFile[]> {
  const uris = await vscode.workspace.findFiles(new vscode.RelativePattern(root, storeGlob), "**/node_modules/**");
  const disabled = new Set(readSetting(Setting.diagnosticsDisabled, root));
  const files: StoreFile[] = [];
  for (const uri of uris) {
    try {
      const parsed = parseStore(await fileText(uri, "dropped"), { disabled });
      files.push({
        uri,
        name: parsed.valid ? parsed.store.name : parsed.name,
        store: parsed.valid ? parsed.store : null,
      });
    } catch (error) {
      if (error instanceof NotUtf8) files.push({ uri, name: null, store: null });
      // It went in the meantime.
      else if (!(error instanceof vscode.FileSystemError && error.code === "FileNotFound")) throw error;
    }
  }
  return files;
}
