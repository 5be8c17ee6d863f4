import type { StoreDefinition } from "../vectorStoreDefinition/storeDefinition.ts";
import type { VectorStore, VectorStoreFile } from "../wire.ts";
import { remoteDocument } from "./documentAttributes.ts";
import { findStore } from "./findStore.ts";
import type { DocumentPlanInput } from "./makeDocumentPlan.ts";
import { nameOf } from "./makeDocumentPlan.ts";
import type { DocumentPorts } from "./ports.ts";
import type { Requests } from "./requests.ts";
import type { Scan } from "./scan.ts";
import { listStore } from "./storeContent.ts";
import type { UploadJournal } from "./uploadJournal.ts";

/**
 * Uploads that are known: by the journal of this computer, and by the stores that were looked at, so that a second store uses what
 * another computer has uploaded for the first.
 */
export class KnownUploads {
  readonly #journal: UploadJournal;
  readonly #seen = new Map<string, string[]>();

  constructor(journal: UploadJournal) {
    this.#journal = journal;
  }

  of(sha256: string, name: string): readonly string[] {
    return [...this.#journal.known(sha256, name), ...(this.#seen.get(`${sha256} ${name}`) ?? [])];
  }

  see({ remote }: Pick<DocumentPlanInput, "remote">): void {
    for (const file of remote) {
      const document = remoteDocument(file);
      if (document === null) continue;
      const key = `${document.sha256} ${nameOf(document.path)}`;
      this.#seen.set(key, [...(this.#seen.get(key) ?? []), file.id]);
    }
  }
}

/**
 * Looks at a definition's store, for a plan.
 * @param chosen the id that a person said the store has
 * @param known every file of the store, where that is known and need not be read; else null
 * @throws ProviderError, StoreAmbiguous, Cancelled
 */
export async function prepareDocuments(
  definition: StoreDefinition,
  scan: Scan,
  matches: DocumentPlanInput["matches"],
  ports: DocumentPorts,
  uploads: KnownUploads,
  requests: Requests,
  chosen: string | null = null,
  known: (store: VectorStore) => readonly VectorStoreFile[] | null = () => null,
): Promise<DocumentPlanInput> {
  const found = await findStore(definition.name, await ports.lockedStore(), chosen, ports.provider, requests);
  const { store } = found;
  const remote = store === null ? [] : (known(store) ?? (await listStore(ports.provider, store.id, requests)));
  uploads.see({ remote });
  return { definition, scan, found, remote, matches, uploads: (sha256, name) => uploads.of(sha256, name) };
}
