import * as vscode from "vscode";

import { allReferences, referencesOf } from "../../core/definition/references.ts";
import { parseDefinition } from "../../core/definition/parseDefinition.ts";
import { readSource } from "../../core/definition/source.ts";
import { definitionGlob } from "../../manifest.ts";
import { relativeFile } from "../language/relativeFiles.ts";
import type { Log } from "../log.ts";
import type { DefinitionFile } from "./definitionFile.ts";
import { fileText } from "./definitionText.ts";
import { ReferencedFiles } from "./referencedFiles.ts";

const namePattern = /\.assistant\.(ya?ml|json)$/;

/** Of readonly documents that show what an assistant would be as a definition. */
export const virtualScheme = "assistants-remote";

/** Whether a document or file is a definition, by its name; not an old version of one, nor what a connection has. */
export function isDefinition(uri: vscode.Uri): boolean {
  return namePattern.test(uri.path) && uri.scheme !== "git" && uri.scheme !== virtualScheme;
}

/**
 * The definition files of the workspace, read when somebody first asks and kept up to date from then on. Text that is open
 * in an editor counts before what is on disk.
 */
export class DefinitionStore implements vscode.Disposable {
  readonly #log: Log;
  readonly #files = new Map<string, DefinitionFile>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri | null>();
  readonly #subscriptions: vscode.Disposable[] = [];
  readonly #pending = new Map<string, NodeJS.Timeout>();
  #references: ReferencedFiles | null = null;
  #setTimer: NodeJS.Timeout | null = null;
  #loading: Promise<void> | null = null;

  /** A definition was read anew, or a file that it names changed; null when the set of files changed. */
  readonly onChange = this.#changed.event;

  constructor(log: Log) {
    this.#log = log;
  }

  /** All definitions, sorted by path. */
  async all(): Promise<readonly DefinitionFile[]> {
    await (this.#loading ??= this.#load());
    return [...this.#files.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  }

  async find(uri: vscode.Uri): Promise<DefinitionFile | null> {
    if (!isDefinition(uri)) return null;
    await (this.#loading ??= this.#load());
    const known = this.#files.get(uri.toString());
    if (known !== undefined) return known;
    // Outside the workspace folders, or excluded from search.
    await this.#read(uri);
    return this.#files.get(uri.toString()) ?? null;
  }

  dispose(): void {
    for (const timer of this.#pending.values()) clearTimeout(timer);
    if (this.#setTimer !== null) clearTimeout(this.#setTimer);
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }

  async #load(): Promise<void> {
    const watcher = vscode.workspace.createFileSystemWatcher(definitionGlob);
    this.#references = new ReferencedFiles();
    this.#subscriptions.push(
      watcher,
      this.#references,
      this.#references.onChange((uri) => this.#schedule(uri)),
      watcher.onDidCreate((uri) => this.#schedule(uri)),
      watcher.onDidChange((uri) => this.#schedule(uri)),
      watcher.onDidDelete((uri) => this.#remove(uri)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => this.#scheduleDocument(document)),
      vscode.workspace.onDidOpenTextDocument((document) => this.#scheduleDocument(document)),
      // A discarded change: the file counts again.
      vscode.workspace.onDidCloseTextDocument((document) => this.#scheduleDocument(document)),
      vscode.workspace.onDidChangeWorkspaceFolders(() => void this.#findAll().then(() => this.#changed.fire(null))),
    );
    await this.#findAll();
    if (this.#files.size > 0) this.#changed.fire(null);
  }

  async #findAll(): Promise<void> {
    const uris = await vscode.workspace.findFiles(definitionGlob, "**/node_modules/**");
    const found = new Set(uris.map((uri) => uri.toString()));
    for (const { uri } of this.#files.values()) if (!found.has(uri.toString())) this.#forget(uri);
    await Promise.all(uris.map((uri) => this.#read(uri)));
  }

  #scheduleDocument(document: vscode.TextDocument): void {
    if (isDefinition(document.uri)) this.#schedule(document.uri);
  }

  /** Reads again after a pause in the typing. */
  #schedule(uri: vscode.Uri): void {
    const key = uri.toString();
    clearTimeout(this.#pending.get(key));
    const timer = setTimeout(() => {
      this.#pending.delete(key);
      const isNew = !this.#files.has(key);
      void this.#read(uri).then(() => (isNew ? this.#tellOfSet() : this.#changed.fire(uri)));
    }, 150);
    this.#pending.set(key, timer);
  }

  #remove(uri: vscode.Uri): void {
    if (this.#forget(uri)) this.#tellOfSet();
  }

  /** A branch that brings or takes a thousand files is one change. */
  #tellOfSet(): void {
    this.#setTimer ??= setTimeout(() => {
      this.#setTimer = null;
      this.#changed.fire(null);
    }, 50);
  }

  #forget(uri: vscode.Uri): boolean {
    this.#references?.set(uri, []);
    return this.#files.delete(uri.toString());
  }

  async #read(uri: vscode.Uri): Promise<void> {
    const key = uri.toString();
    const path = vscode.workspace.asRelativePath(uri, (vscode.workspace.workspaceFolders?.length ?? 0) > 1);
    try {
      const text = await fileText(uri, "dropped");
      this.#files.set(key, { uri, path, parsed: parseDefinition(text) });
      const targets = allReferences(referencesOf(readSource(text))).map((reference) => relativeFile(uri, reference));
      this.#references?.set(
        uri,
        targets.filter((target) => target !== null),
      );
    } catch (error) {
      if (error instanceof vscode.FileSystemError && error.code === "FileNotFound") {
        this.#forget(uri);
        return;
      }
      const message = `It cannot be read: ${error instanceof Error ? error.message : String(error)}`;
      this.#log.warn(`${path}: ${message}`);
      const problem = { severity: "error", code: "yaml", message, start: 0, end: 1 } as const;
      this.#files.set(key, { uri, path, parsed: { valid: false, name: null, problems: [problem] } });
    }
  }
}
