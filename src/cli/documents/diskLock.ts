import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";

import type { DocumentPorts } from "../../core/documents/ports.ts";
import { connectionIn, emptyLock, withConnection } from "../../core/sync/lock.ts";
import type { Lock } from "../../core/sync/lock.ts";
import { lockText, parseLock } from "../../core/sync/lockText.ts";
import { writeWhole } from "../diskFolder.ts";
import { lockName } from "../readFolder.ts";

/** A store's entry in the lock on disk; the rest of the lock is read anew before each write. */
export function diskLock(
  root: string,
  connection: string,
  store: string,
): Pick<DocumentPorts, "lockedStore" | "writeLockedStore"> {
  const path = join(root, lockName);
  const read = async (): Promise<Lock> => (existsSync(path) ? parseLock(await readFile(path, "utf8")) : emptyLock);
  return {
    lockedStore: async () => {
      const { stores } = connectionIn(await read(), connection);
      return (Object.hasOwn(stores, store) ? stores[store] : undefined) ?? null;
    },
    writeLockedStore: async (entry) => {
      const lock = await read();
      const state = connectionIn(lock, connection);
      const stores = { ...state.stores, [store]: entry };
      await writeWhole(path, lockText(withConnection(lock, connection, { ...state, stores })));
    },
  };
}
