import * as vscode from "vscode";

import { baseName } from "../../core/retrieval/sourcePath.ts";
import type { Connection } from "../connections/connection.ts";
import type { ConnectionStore } from "../connections/connectionStore.ts";
import { errorWords } from "../errorWords.ts";
import type { Log } from "../log.ts";
import type { ProviderPool } from "../runtime/providerPool.ts";

const scheme = "assistants-file";

/** Uploaded and generated files as a readonly file system: whatever VS Code can show of a kind of file, it shows of these. */
export class FileDocuments implements vscode.FileSystemProvider, vscode.Disposable {
  readonly #connections: ConnectionStore;
  readonly #providers: ProviderPool;
  readonly #log: Log;
  readonly #changed = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly #registration: vscode.Disposable;
  readonly onDidChangeFile = this.#changed.event;

  constructor(connections: ConnectionStore, providers: ProviderPool, log: Log) {
    this.#connections = connections;
    this.#providers = providers;
    this.#log = log;
    this.#registration = vscode.workspace.registerFileSystemProvider(scheme, this, {
      isReadonly: true,
      isCaseSensitive: true,
    });
  }

  /** Opens the content of a file of a connection. @throws ProviderError when the server has no such file or does not hand it out */
  async open(connection: Connection, fileId: string, column: vscode.ViewColumn): Promise<void> {
    const file = await this.#providers.with(connection, (provider) => provider.retrieval.retrieveFile(fileId));
    const name = safeName(file.filename);
    const uri = vscode.Uri.from({
      scheme,
      authority: "",
      path: `/${encodeURIComponent(connection.id)}/${fileId}/${name}`,
    });
    await vscode.commands.executeCommand("vscode.open", uri, { viewColumn: column, preview: true });
  }

  async stat(uri: vscode.Uri): Promise<vscode.FileStat> {
    const [connection, fileId] = this.#read(uri);
    const file = await this.#asked(() =>
      this.#providers.with(connection, (provider) => provider.retrieval.retrieveFile(fileId)),
    );
    const time = file.created_at * 1000;
    return {
      type: vscode.FileType.File,
      ctime: time,
      mtime: time,
      size: file.bytes,
      permissions: vscode.FilePermission.Readonly,
    };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    const [connection, fileId] = this.#read(uri);
    return this.#asked(() => this.#providers.with(connection, (provider) => provider.retrieval.downloadFile(fileId)));
  }

  /** Files on a provider do not change. */
  watch(): vscode.Disposable {
    return new vscode.Disposable(() => undefined);
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  writeFile(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  delete(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): never {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  dispose(): void {
    this.#registration.dispose();
    this.#changed.dispose();
  }

  #read(uri: vscode.Uri): readonly [Connection, string] {
    const [, connectionId, fileId] = uri.path.split("/");
    const connection = this.#connections.find(decodeURIComponent(connectionId ?? ""));
    if (connection === null || fileId === undefined || fileId === "") throw vscode.FileSystemError.FileNotFound(uri);
    return [connection, fileId];
  }

  /** VS Code shows the message of the error in the place of the file. */
  async #asked<T>(request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      throw vscode.FileSystemError.Unavailable(errorWords(error, this.#log));
    }
  }
}

/** A name that is one part of a path, whatever a server calls the file. */
export function safeName(filename: string): string {
  const name = baseName(filename).replace(/[\0/\\:*?"<>|]/g, "_");
  return name === "" || name === "." || name === ".." ? "file" : name;
}
