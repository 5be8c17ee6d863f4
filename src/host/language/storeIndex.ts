import * as vscode from "vscode";

import { nodeAt, spanOf, stringAt } from "../../core/language/nodes.ts";
import type { Span } from "../../core/language/nodes.ts";
import { readSource } from "../../core/language/source.ts";
import { storeGlob } from "../../manifest.ts";
import { isStoreDefinition } from "../definitions/storeDefinitions.ts";
import type { Log } from "../log.ts";

export interface StoreDefinitionFile {
  readonly name: string;
  readonly uri: vscode.Uri;
  /** Relative to its workspace folder. */
  readonly path: string;
  /** Of the name's value in the text. */
  readonly span: Span;
  readonly text: string;
}

/** The store definitions of the workspace by their names; read on first need, and again after a change. */
export class StoreIndex implements vscode.Disposable {
  readonly #log: Log;
  readonly #subscriptions: vscode.Disposable[] = [];
  #reading: Promise<readonly StoreDefinitionFile[]> | null = null;

  constructor(log: Log) {
    this.#log = log;
  }

  all(): Promise<readonly StoreDefinitionFile[]> {
    if (this.#subscriptions.length === 0) this.#watch();
    return (this.#reading ??= this.#readAll());
  }

  async find(name: string): Promise<StoreDefinitionFile | null> {
    return (await this.all()).find((store) => store.name === name) ?? null;
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #watch(): void {
    const forget = (uri: vscode.Uri): void => {
      if (isStoreDefinition(uri)) this.#reading = null;
    };
    const watcher = vscode.workspace.createFileSystemWatcher(storeGlob);
    this.#subscriptions.push(
      watcher,
      watcher.onDidCreate(forget),
      watcher.onDidChange(forget),
      watcher.onDidDelete(forget),
      vscode.workspace.onDidChangeTextDocument(({ document }) => forget(document.uri)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => forget(uri)),
    );
  }

  async #readAll(): Promise<readonly StoreDefinitionFile[]> {
    const uris = await vscode.workspace.findFiles(storeGlob, "**/node_modules/**");
    const files = await Promise.all(uris.map((uri) => this.#read(uri)));
    return files.filter((file) => file !== null).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Null for a file without a name, and for one that went in the meantime. */
  async #read(uri: vscode.Uri): Promise<StoreDefinitionFile | null> {
    const path = vscode.workspace.asRelativePath(uri);
    try {
      const open = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri.toString());
      const text = open?.getText() ?? new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
      const document = readSource("vectorstore", text).documents[0];
      const name = document === undefined ? null : stringAt(document, ["name"]);
      const span = document === undefined ? null : spanOf(nodeAt(document, ["name"]));
      return name === null || name === "" || span === null ? null : { name, uri, path, span, text };
    } catch (error) {
      this.#log.warn(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
      return null;
    }
  }
}
