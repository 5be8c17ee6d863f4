import { join } from "node:path";

import * as vscode from "vscode";

import { applyDocuments } from "../../core/documents/applyDocuments.ts";
import type { DocumentsApplied } from "../../core/documents/applyDocuments.ts";
import type { DocumentPlan } from "../../core/documents/documentPlan.ts";
import { makeDocumentPlan } from "../../core/documents/makeDocumentPlan.ts";
import type { DocumentChoices, DocumentPlanInput } from "../../core/documents/makeDocumentPlan.ts";
import { deleteOrphans, findOrphans } from "../../core/documents/orphans.ts";
import type { DocumentPorts } from "../../core/documents/ports.ts";
import { KnownUploads, prepareDocuments } from "../../core/documents/prepareDocuments.ts";
import type { SyncProgress } from "../../core/documents/progress.ts";
import { Requests } from "../../core/documents/requests.ts";
import { StoreLists } from "../../core/documents/storeLists.ts";
import { storageTerms } from "../../core/documents/storageTerms.ts";
import type { StorageTerms } from "../../core/documents/storageTerms.ts";
import type { Provider } from "../../core/provider.ts";
import { connectionIn, withConnection } from "../../core/sync/lock.ts";
import { lockText } from "../../core/sync/lockText.ts";
import type { StoreDefinition } from "../../core/vectorStoreDefinition/storeDefinition.ts";
import type { VectorStore } from "../../core/wire.ts";
import { documentPorts } from "../../disk/documentPorts.ts";
import { FileIndex } from "../../disk/fileIndex.ts";
import { documentsWork } from "../../disk/folderWork.ts";
import { storeGlobs } from "../../disk/globs.ts";
import { JournalFile } from "../../disk/journalFile.ts";
import { scanDocuments } from "../../disk/scanDocuments.ts";
import type { Connection } from "../connections/connection.ts";
import type { ConnectionStore } from "../connections/connectionStore.ts";
import { DefinitionProblem } from "../definitions/definitionProblem.ts";
import type { ProviderPool } from "../runtime/providerPool.ts";
import { aloneIn } from "../sync/alone.ts";
import { readLock, writeLock } from "../sync/folderFiles.ts";
import { connectionKey } from "../sync/syncFolder.ts";
import type { WorkspaceSync } from "../sync/workspaceSync.ts";

export interface WorkspaceDocumentsServices {
  readonly connections: ConnectionStore;
  readonly providers: ProviderPool;
  readonly sync: WorkspaceSync;
  /** Where the index of files and the journals of uploads are kept. */
  readonly storageDir: string;
}

/** What is to be put into which store. */
export interface DocumentSource {
  /** The workspace folder: links may not lead out of it, and its lock knows the store. */
  readonly root: vscode.Uri;
  /** What paths and globs are relative to. */
  readonly folder: vscode.Uri;
  readonly definition: StoreDefinition;
  /** A store that no definition stands for; null for a definition's own. */
  readonly store: VectorStore | null;
  /** Which store the definition is, where the lock does not say and a person did. */
  readonly chosen?: string;
  /** Only these files, from the folder; null: what the globs find. */
  readonly paths: readonly string[] | null;
}

export interface PlannedDocuments {
  readonly source: DocumentSource;
  readonly connection: Connection;
  readonly input: DocumentPlanInput;
  readonly plan: DocumentPlan;
  /** Only a few files were looked at, and only they are read again afterwards. */
  readonly isFew: boolean;
}

/** The documents of the workspace and the vector stores of the connection in use. One sync at a time. */
export class WorkspaceDocuments implements vscode.Disposable {
  readonly #services: WorkspaceDocumentsServices;
  readonly #journals = new Map<string, Promise<JournalFile>>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #lists = new StoreLists();
  #queue: Promise<unknown> = Promise.resolve();

  /** Something was put into a store, or taken out. */
  readonly onChange = this.#changed.event;

  constructor(services: WorkspaceDocumentsServices) {
    this.#services = services;
  }

  /**
   * What a sync would do.
   * @param onFiles told how many of the files that have to be read were
   * @param isFew the store was read a moment ago perhaps: it is not again for a few files
   * @throws DefinitionProblem, ProviderError, StoreAmbiguous, Cancelled
   */
  async plan(
    source: DocumentSource,
    choices: DocumentChoices,
    signal?: AbortSignal,
    onFiles?: (read: number, toRead: number) => void,
    isFew = false,
  ): Promise<PlannedDocuments> {
    assertOnDisk(source.folder);
    const connection = this.#services.connections.current();
    const folder = source.folder.fsPath;
    const index = FileIndex.open(this.#cacheDir(), folder);
    const scan = await scanDocuments(folder, source.definition, {
      root: source.root.fsPath,
      index,
      signal,
      ...(onFiles === undefined ? {} : { onProgress: onFiles }),
      ...(source.paths === null ? {} : { paths: source.paths }),
    });
    const globs = storeGlobs(source.definition);
    const journal = await this.#journal(connection);
    const input = await this.#services.providers.with(connection, (provider) => {
      const ports = this.#ports(source, connection, provider, journal);
      return prepareDocuments(
        source.definition,
        scan,
        (path, glob) => globs.matches(path, glob),
        ports,
        new KnownUploads(journal),
        new Requests(ports, { signal }),
        source.store?.id ?? source.chosen ?? null,
        (store) => (isFew ? this.#lists.known(connection.id, store) : null),
      );
    });
    const { store } = input.found;
    if (store !== null && input.remote !== this.#lists.known(connection.id, store))
      this.#lists.read(connection.id, store.id, input.remote);
    return { source, connection, input, plan: makeDocumentPlan(input, choices), isFew };
  }

  /**
   * Carries out a plan.
   * @throws DefinitionProblem in a workspace that is not trusted
   */
  async apply(
    planned: PlannedDocuments,
    signal: AbortSignal,
    onProgress: (progress: SyncProgress) => void,
  ): Promise<DocumentsApplied> {
    assertTrusted();
    const { source, connection, input, plan, isFew } = planned;
    const journal = await this.#journal(connection);
    return this.#alone(async () => {
      const apply = (): Promise<DocumentsApplied> =>
        this.#services.providers.with(connection, (provider) =>
          applyDocuments(plan, input, this.#ports(source, connection, provider, journal), {
            signal,
            onProgress,
            writesPerMinute: termsOf(connection).writesPerMinute,
            onlyTouched: isFew,
          }),
        );
      const work = documentsWork(connectionKey(connection), source.store?.id ?? source.definition.name);
      const applied = await aloneIn(
        source.root,
        work,
        (waited) => {
          if (waited)
            throw new DefinitionProblem(`${plan.store} was synced elsewhere since the plan was made: sync it again.`);
          return apply();
        },
        signal,
      );
      const { storeId, remote } = applied;
      if (storeId !== null && (isFew || remote === null)) this.#lists.changed(connection.id, storeId, remote);
      else if (storeId !== null && remote !== null) this.#lists.read(connection.id, storeId, remote);
      return applied;
    });
  }

  /** Uploads that a sync has made on the connection in use, and that nothing there has any more. */
  async orphans(): Promise<readonly string[]> {
    const connection = this.#services.connections.current();
    const journal = await this.#journal(connection);
    return this.#services.providers.with(connection, (provider) =>
      findOrphans(provider, journal, this.#requests(provider, journal)),
    );
  }

  /** Deletes those of the uploads that nothing has still, while no sync puts any into a store. */
  async deleteUploads(ids: readonly string[]): Promise<number> {
    const connection = this.#services.connections.current();
    const journal = await this.#journal(connection);
    return this.#alone(() =>
      this.#services.providers.with(connection, (provider) =>
        deleteOrphans(ids, provider, journal, this.#requests(provider, journal)),
      ),
    );
  }

  /** Something was changed by other means than a sync. */
  touched(): void {
    this.#lists.forget();
    this.#changed.fire();
  }

  dispose(): void {
    this.#changed.dispose();
  }

  /** Runs what changes stores or uploads, when everything before it has ended. */
  async #alone<T>(task: () => Promise<T>): Promise<T> {
    const before = this.#queue;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#queue = promise;
    await before;
    try {
      return await task();
    } finally {
      resolve();
      this.#changed.fire();
    }
  }

  #cacheDir(): string {
    return join(this.#services.storageDir, "documents");
  }

  #journal({ id }: Connection): Promise<JournalFile> {
    const known = this.#journals.get(id) ?? JournalFile.open(this.#cacheDir(), id);
    this.#journals.set(id, known);
    known.catch(() => this.#journals.delete(id));
    return known;
  }

  #requests(provider: Provider, journal: JournalFile): Requests {
    const nothing = { lockedStore: () => Promise.resolve(null), writeLockedStore: () => Promise.resolve() };
    return new Requests(documentPorts("", provider, journal, nothing));
  }

  #ports(source: DocumentSource, connection: Connection, provider: Provider, journal: JournalFile): DocumentPorts {
    const { root, definition, store } = source;
    const key = connectionKey(connection);
    return documentPorts(source.folder.fsPath, provider, journal, {
      lockedStore: async () => {
        // A store without a definition is none of the lock's.
        if (store !== null) return { id: store.id, marker: "" };
        const { stores } = connectionIn(await readLock(root), key);
        return (Object.hasOwn(stores, definition.name) ? stores[definition.name] : undefined) ?? null;
      },
      writeLockedStore: (entry) =>
        this.#services.sync.exclusively(root, async () => {
          const lock = await readLock(root);
          const state = connectionIn(lock, key);
          const stores = { ...state.stores, [definition.name]: entry };
          await writeLock(root, lockText(withConnection(lock, key, { ...state, stores })));
        }),
    });
  }
}

/** On what terms the connection's vector stores are kept: the runtime keeps them itself unless they are the server's own. */
export function termsOf({ upstream }: Connection): StorageTerms {
  return storageTerms(upstream.kind !== "offline" && upstream.hostedFiles ? upstream.baseUrl : null);
}

/** A definition that somebody else wrote says which files: they leave this computer only when its folder is trusted. */
export function assertTrusted(): void {
  if (!vscode.workspace.isTrusted)
    throw new DefinitionProblem(
      "Nothing is uploaded: this workspace is not trusted. “Manage Workspace Trust” changes that.",
    );
}

function assertOnDisk(folder: vscode.Uri): void {
  if (folder.scheme !== "file")
    throw new DefinitionProblem("Documents can be synced from folders on disk only, and this one is somewhere else.");
}
