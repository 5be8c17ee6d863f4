import { connectionIn, entryOf } from "../../core/sync/lock.ts";
import { mergeFields } from "../../core/sync/mergeFields.ts";
import { matchAll } from "../../core/sync/syncInput.ts";
import type { SyncState } from "../../core/sync/syncState.ts";
import type { Connection } from "../connections/connection.ts";
import { inputOf } from "./readSyncFolder.ts";
import type { SyncFolder } from "./readSyncFolder.ts";
import { connectionKey } from "./syncFolder.ts";

/** How a definition stands by what was last synced, without asking the connection: "" before its first push. */
export function stateByLock(folder: SyncFolder, connection: Connection, path: string): SyncState | "" {
  const entry = entryOf(connectionIn(folder.lock, connectionKey(connection)), path);
  if (entry?.remote == null || entry.base === null) return "";
  const match = matchAll(inputOf(folder, connection, [])).matches.find((one) => one.path === path);
  if (match === undefined) return "";
  const here = match.here["model"] === undefined ? { ...match.here, model: entry.base["model"] } : match.here;
  return mergeFields(entry.base, here, entry.base).here.length > 0 ? "changed here" : "in sync";
}
