import type * as vscode from "vscode";

import { countsOf, syncStates } from "../../core/sync/syncState.ts";
import type { StateRow } from "../../core/sync/syncState.ts";
import type { Assistant } from "../../core/wire.ts";
import type { Connection } from "../connections/connection.ts";
import { inputOf } from "./readSyncFolder.ts";
import type { SyncFolder } from "./readSyncFolder.ts";
import { uriIn } from "./syncFolder.ts";

/** An assistant that no file stands for: never pulled, or its file was deleted. */
export interface RemoteOnly {
  readonly assistant: Assistant;
  /** Where its file was. */
  readonly file: { readonly root: vscode.Uri; readonly path: string } | null;
}

/** How the workspace and a connection stood when they were last looked at. */
export interface Snapshot {
  readonly connection: Connection;
  /** By the definition's URI as text. */
  readonly rows: ReadonlyMap<string, StateRow>;
  readonly remoteOnly: readonly RemoteOnly[];
  readonly counts: ReturnType<typeof countsOf>;
}

export function snapshotOf(
  connection: Connection,
  folders: readonly SyncFolder[],
  remotes: readonly Assistant[],
): Snapshot {
  const rows = new Map<string, StateRow>();
  const remoteOnly: RemoteOnly[] = [];
  const linked = new Set<string>();
  const all: StateRow[] = [];
  for (const folder of folders) {
    const states = syncStates(inputOf(folder, connection, remotes));
    for (const row of states) {
      if (row.path === null) continue;
      all.push(row);
      if (row.remoteId !== null) linked.add(row.remoteId);
      if (row.state !== "gone here") rows.set(uriIn(folder.root, row.path).toString(), row);
      const assistant = row.state === "gone here" ? remotes.find(({ id }) => id === row.remoteId) : undefined;
      if (assistant !== undefined) remoteOnly.push({ assistant, file: { root: folder.root, path: row.path } });
    }
  }
  // Of several folders, one may know an assistant that the others do not.
  for (const assistant of remotes) if (!linked.has(assistant.id)) remoteOnly.push({ assistant, file: null });
  return { connection, rows, remoteOnly, counts: countsOf(all) };
}
