import type * as vscode from "vscode";

import type { LocalDefinition } from "../../core/sync/localDefinition.ts";
import { connectionIn } from "../../core/sync/lock.ts";
import type { Lock } from "../../core/sync/lock.ts";
import type { SyncInput } from "../../core/sync/syncInput.ts";
import { unlistedPaths } from "../../core/sync/unlistedPaths.ts";
import type { StoreDefinition } from "../../core/vectorStoreDefinition/storeDefinition.ts";
import type { Assistant } from "../../core/wire.ts";
import { Setting } from "../../manifest.ts";
import type { Connection } from "../connections/connection.ts";
import type { DefinitionStore } from "../definitions/definitionStore.ts";
import type { StoreDefinitions } from "../definitions/storeDefinitions.ts";
import { readSetting } from "../settings.ts";
import { isThere } from "./folderFiles.ts";
import type { LocalDefinitions } from "./localDefinitions.ts";
import { connectionKey, pathIn, rootOf, uriIn } from "./syncFolder.ts";

/** What a workspace folder says. */
export interface SyncFolder {
  readonly root: vscode.Uri;
  readonly lock: Lock;
  readonly definitions: readonly LocalDefinition[];
  readonly stores: ReadonlyMap<string, StoreDefinition>;
}

/**
 * The definitions of a folder; those, too, that its lock knows and the workspace does not list, where they are still there.
 * @param also one that the workspace may not list, because it is outside or excluded
 */
export async function definitionsIn(
  root: vscode.Uri,
  lock: Lock,
  definitions: DefinitionStore,
  also: vscode.Uri | null,
): Promise<readonly vscode.Uri[]> {
  const uris = new Map<string, vscode.Uri>();
  for (const { uri } of await definitions.all())
    if (rootOf(uri).toString() === root.toString()) uris.set(uri.toString(), uri);
  if (also !== null) uris.set(also.toString(), also);
  const listed = [...uris.values()].map((uri) => pathIn(root, uri));
  for (const path of unlistedPaths(lock, listed)) {
    const uri = uriIn(root, path);
    if (await isThere(uri)) uris.set(uri.toString(), uri);
  }
  return [...uris.values()];
}

/** Reads definitions of a folder and its stores. @param fresh do not trust what was read before */
export async function readSyncFolder(
  root: vscode.Uri,
  lock: Lock,
  uris: readonly vscode.Uri[],
  locals: LocalDefinitions,
  storeDefinitions: StoreDefinitions,
  fresh: boolean,
): Promise<SyncFolder> {
  const stores = await storeDefinitions.in(root);
  const disabled = new Set(readSetting(Setting.diagnosticsDisabled, root));
  return {
    root,
    lock,
    definitions: await locals.read(root, uris, { storeNames: new Set(stores.keys()), disabled }, fresh),
    stores,
  };
}

/** The assistants that may be this folder's: those that its lock knows, and those that no other folder's does. */
export function notElsewhere(
  folder: SyncFolder,
  connection: Connection,
  remotes: readonly Assistant[],
  elsewhere: ReadonlySet<string>,
): readonly Assistant[] {
  if (elsewhere.size === 0) return remotes;
  const { definitions } = connectionIn(folder.lock, connectionKey(connection));
  const own = new Set(Object.values(definitions).map(({ remote }) => remote));
  return remotes.filter(({ id }) => own.has(id) || !elsewhere.has(id));
}

export function inputOf(folder: SyncFolder, connection: Connection, remotes: readonly Assistant[]): SyncInput {
  return {
    connection: connectionKey(connection),
    lock: folder.lock,
    definitions: folder.definitions,
    remotes,
    model: connection.model === "" ? null : connection.model,
  };
}
