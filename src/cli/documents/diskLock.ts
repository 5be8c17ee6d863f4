import { join } from "node:path";

import type { DocumentPorts } from "../../core/documents/ports.ts";
import { connectionIn, withConnection } from "../../core/sync/lock.ts";
import { lockText } from "../../core/sync/lockText.ts";
import { exclusively } from "../../disk/exclusive.ts";
import { lockWork } from "../../disk/folderWork.ts";
import { writeWhole } from "../../disk/writeWhole.ts";
import { lockName, readLock } from "../readFolder.ts";

/** A store's entry in the lock on disk; the rest of the lock is read anew before each write, while nobody else writes it. */
export function diskLock(
  root: string,
  connection: string,
  store: string,
): Pick<DocumentPorts, "lockedStore" | "writeLockedStore"> {
  return {
    lockedStore: async () => {
      const { stores } = connectionIn(await readLock(root), connection);
      return (Object.hasOwn(stores, store) ? stores[store] : undefined) ?? null;
    },
    writeLockedStore: (entry) =>
      exclusively(root, lockWork, { who: "assistants docs" }, async () => {
        const lock = await readLock(root);
        const state = connectionIn(lock, connection);
        const stores = { ...state.stores, [store]: entry };
        await writeWhole(join(root, lockName), lockText(withConnection(lock, connection, { ...state, stores })));
      }),
  };
}
