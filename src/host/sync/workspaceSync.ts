import * as vscode from "vscode";

import { applyPlan } from "../../core/sync/apply.ts";
import type { Applied } from "../../core/sync/apply.ts";
import { makePlan } from "../../core/sync/makePlan.ts";
import type { Plan, PlanChoices } from "../../core/sync/plan.ts";
import type { SyncInput } from "../../core/sync/syncInput.ts";
import type { StateRow, SyncState } from "../../core/sync/syncState.ts";
import type { Assistant } from "../../core/wire.ts";
import { lockWork } from "../../disk/folderWork.ts";
import type { Connection } from "../connections/connection.ts";
import type { ConnectionStore } from "../connections/connectionStore.ts";
import type { DefinitionFile } from "../definitions/definitionFile.ts";
import type { DefinitionStore } from "../definitions/definitionStore.ts";
import type { StoreDefinitions } from "../definitions/storeDefinitions.ts";
import type { Log } from "../log.ts";
import type { ProviderPool } from "../runtime/providerPool.ts";
import { aloneIn } from "./alone.ts";
import { hostPorts } from "./hostPorts.ts";
import { askInWindow } from "./askBeforeRun.ts";
import type { AskBeforeRun } from "./askBeforeRun.ts";
import { OneAtATime } from "./oneAtATime.ts";
import { listAssistants } from "./pushForRun.ts";
import { readyForRun } from "./readyForRun.ts";
import { inputOf, notElsewhere } from "./readSyncFolder.ts";
import type { SyncFolder } from "./readSyncFolder.ts";
import { snapshotOf } from "./snapshot.ts";
import type { Snapshot } from "./snapshot.ts";
import { stateByLock } from "./stateByLock.ts";
import { lockName, pathIn } from "./syncFolder.ts";
import { SyncFolders } from "./syncFolders.ts";

export interface WorkspaceSyncServices {
  readonly connections: ConnectionStore;
  readonly definitions: DefinitionStore;
  readonly stores: StoreDefinitions;
  readonly providers: ProviderPool;
  readonly log: Log;
  /** Whether a connection was ever used. One that was not is not asked: its runtime is not started to say that it is empty. */
  readonly used: (connection: Connection) => boolean;
}

/** One folder and the connection in use, as they were when a plan was made. */
export interface Prepared {
  readonly connection: Connection;
  readonly folder: SyncFolder;
  readonly input: SyncInput;
}

/** Definitions, locks and assistants of the workspace: their states, and what pushes and pulls. */
export class WorkspaceSync implements vscode.Disposable {
  readonly #services: WorkspaceSyncServices;
  readonly #folders: SyncFolders;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #subscriptions: vscode.Disposable[];
  /** Assistants by connection, as last listed. */
  readonly #remotes = new Map<string, readonly Assistant[]>();
  #snapshot: Snapshot | null = null;
  #loading: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  /** How many computations of states were begun: only the last one counts. */
  #computations = 0;
  /** One operation at a time: each reads the lock and writes it. */
  readonly #locks = new OneAtATime();

  /** The states are others than before. */
  readonly onChange = this.#changed.event;

  constructor(services: WorkspaceSyncServices) {
    this.#services = services;
    this.#folders = new SyncFolders(services.definitions, services.stores);
    const watcher = vscode.workspace.createFileSystemWatcher(`**/${lockName}`);
    const later = (): void => this.#computeSoon();
    this.#subscriptions = [
      watcher,
      watcher.onDidCreate(later),
      watcher.onDidChange(later),
      watcher.onDidDelete(later),
      services.definitions.onChange((uri) => {
        if (uri !== null) this.#folders.forget(uri);
        later();
      }),
      services.stores.onChange(later),
      services.connections.onChange(() => this.#computeSoon()),
    ];
  }

  /** What is known of the connection in use; null before it was looked at. */
  current(): Snapshot | null {
    return this.#snapshot?.connection.id === this.#services.connections.current().id ? this.#snapshot : null;
  }

  row(uri: vscode.Uri): StateRow | null {
    return this.current()?.rows.get(uri.toString()) ?? null;
  }

  /** Looks at a connection that was used before, unless that is known already. What fails is told in the log. */
  load(): void {
    const connection = this.#services.connections.current();
    if (this.#remotes.has(connection.id) || !this.#services.used(connection)) return;
    this.#list(connection);
  }

  /** Looks at the connection anew. */
  refresh(): void {
    const connection = this.#services.connections.current();
    if (!this.#services.used(connection)) return;
    this.#loading = null;
    this.#list(connection);
  }

  /** The definition that an assistant is by a lock; null when this workspace has none. */
  async definitionOf(connectionId: string, assistantId: string): Promise<vscode.Uri | null> {
    const connection = this.#services.connections.find(connectionId);
    return connection === null ? null : this.#folders.definitionOf(connection, assistantId);
  }

  /** How a definition stands, without asking anybody: "" before its first push. */
  async stateOf(connection: Connection, file: DefinitionFile): Promise<SyncState | ""> {
    if (!file.parsed.valid) return "";
    // What was seen on the connection says more, where the lock says that nothing changed here.
    const seen = connection.id === this.#services.connections.current().id ? this.row(file.uri)?.state : undefined;
    const folder = await this.#folders.readOne(file.uri);
    const state = stateByLock(folder, connection, pathIn(folder.root, file.uri));
    return state === "in sync" && (seen === "changed there" || seen === "gone there") ? seen : state;
  }

  /**
   * Makes one definition's assistant ready for a run, and gives its id. Where it is not what the file says, the setting or the
   * person decides.
   * @param ask for what the setting leaves open; null when the person leaves off
   * @throws DefinitionProblem, ProviderError
   */
  async ensure(connection: Connection, file: DefinitionFile, ask: AskBeforeRun = askInWindow): Promise<string> {
    const services = { providers: this.#services.providers, folders: this.#folders, locks: this.#locks };
    const { assistantId, changed } = await readyForRun(services, connection, file, ask);
    if (changed || !this.#remotes.has(connection.id)) this.refresh();
    return assistantId;
  }

  /** Looks at a folder and the connection in use, for a plan. */
  async prepare(root: vscode.Uri, also: vscode.Uri | null = null): Promise<Prepared> {
    const connection = this.#services.connections.current();
    const remotes = await this.#services.providers.with(connection, listAssistants);
    this.#remotes.set(connection.id, remotes);
    const folder = await this.#folders.read(root, also, true);
    this.#computeSoon();
    const elsewhere = await this.#folders.elsewhere(root, connection);
    return {
      connection,
      folder,
      input: inputOf(folder, connection, notElsewhere(folder, connection, remotes, elsewhere)),
    };
  }

  plan(prepared: Prepared, direction: Plan["direction"], choices: PlanChoices): Plan {
    return makePlan(direction, prepared.input, choices);
  }

  /** Carries out a plan, and looks at the connection anew. */
  async apply(plan: Plan, prepared: Prepared, signal?: AbortSignal): Promise<Applied> {
    const { connection, folder, input } = prepared;
    try {
      return await this.#locks.run(() =>
        aloneIn(
          folder.root,
          lockWork,
          () =>
            this.#services.providers.with(connection, (provider) =>
              applyPlan(plan, input, hostPorts(provider, folder), signal === undefined ? {} : { signal }),
            ),
          signal,
        ),
      );
    } finally {
      this.refresh();
    }
  }

  /** Runs what reads and writes the lock of a folder, while nothing else does. */
  exclusively<T>(root: vscode.Uri, task: () => Promise<T>): Promise<T> {
    return this.#locks.run(() => aloneIn(root, lockWork, task));
  }

  /** Folders with a lock, or that may get one. */
  roots(): Promise<readonly vscode.Uri[]> {
    return this.#folders.roots();
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
  }

  #list(connection: Connection): void {
    if (this.#loading !== null) return;
    const loading = this.#services.providers
      .with(connection, listAssistants)
      .then(async (remotes) => {
        // A refresh has asked again: its answer is the newer one.
        if (this.#loading !== loading) return;
        this.#remotes.set(connection.id, remotes);
        await this.#compute();
      })
      .catch((error: unknown) => this.#services.log.warn(`The assistants cannot be listed: ${wordsOf(error)}`))
      .finally(() => {
        if (this.#loading === loading) this.#loading = null;
      });
    this.#loading = loading;
  }

  #computeSoon(): void {
    if (this.#remotes.size === 0) return;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = null;
      this.#compute().catch((error: unknown) =>
        this.#services.log.warn(`The states of the definitions are not known: ${wordsOf(error)}`),
      );
    }, 250);
  }

  async #compute(): Promise<void> {
    const connection = this.#services.connections.current();
    const remotes = this.#remotes.get(connection.id);
    if (remotes === undefined) return;
    const mine = (this.#computations += 1);
    const roots = await this.roots();
    const folders = await Promise.all(roots.map((root) => this.#folders.read(root, null, false)));
    // Meanwhile another list may have come, or another connection, or a file changed: that one's computation tells.
    if (this.#remotes.get(connection.id) !== remotes || mine !== this.#computations) return;
    this.#snapshot = snapshotOf(connection, folders, remotes);
    this.#changed.fire();
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
