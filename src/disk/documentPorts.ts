import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";

import type { DocumentPorts } from "../core/documents/ports.ts";
import type { UploadJournal } from "../core/documents/uploadJournal.ts";
import type { Provider } from "../core/provider.ts";
import { documentContent } from "./documentContent.ts";

/** The effects of a sync of files on disk. @param folder that paths are relative to */
export function documentPorts(
  folder: string,
  provider: Pick<Provider, "documents" | "createVectorStore">,
  journal: UploadJournal,
  lock: Pick<DocumentPorts, "lockedStore" | "writeLockedStore">,
): DocumentPorts {
  return {
    provider: provider.documents,
    createStore: (params) => provider.createVectorStore(params),
    content: (file) => documentContent(folder, file),
    journal,
    ...lock,
    randomMark: () => randomBytes(5).toString("hex"),
    random: Math.random,
    now: Date.now,
    sleep: (ms, signal) => sleep(ms, undefined, signal === undefined ? {} : { signal }),
  };
}
