import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { applyDocuments } from "../../src/core/documents/applyDocuments.ts";
import type { DocumentsApplied } from "../../src/core/documents/applyDocuments.ts";
import { makeDocumentPlan } from "../../src/core/documents/makeDocumentPlan.ts";
import type { DocumentPlanInput } from "../../src/core/documents/makeDocumentPlan.ts";
import type { DocumentPorts } from "../../src/core/documents/ports.ts";
import { KnownUploads, prepareDocuments } from "../../src/core/documents/prepareDocuments.ts";
import { Requests } from "../../src/core/documents/requests.ts";
import type { LockedStore } from "../../src/core/sync/lock.ts";
import { documentPorts } from "../../src/disk/documentPorts.ts";
import { FileIndex } from "../../src/disk/fileIndex.ts";
import { JournalFile } from "../../src/disk/journalFile.ts";
import { scanDocuments } from "../../src/disk/scanDocuments.ts";
import type { Provider } from "../../src/core/provider.ts";
import { plainDefinition } from "../unit/documents/documentWorld.ts";

/** A folder and its store on the real runtime. Waits are shortened to a turn of the event loop. */
export class Folder {
  readonly root = mkdtempSync(join(tmpdir(), "documents-"));
  readonly #provider: Provider;
  #locked: LockedStore | null = null;
  /** Milliseconds that were not waited for. */
  #slept = 0;

  constructor(provider: Provider) {
    this.#provider = provider;
    mkdirSync(join(this.root, "pages"));
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.root, "pages", path), text);
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  async plan(): Promise<{ readonly input: DocumentPlanInput; readonly ports: DocumentPorts }> {
    const folder = join(this.root, "pages");
    const cache = join(this.root, "cache");
    const index = await FileIndex.open(cache, folder);
    const journal = await JournalFile.open(cache, "runtime");
    const ports: DocumentPorts = {
      ...documentPorts(folder, this.#provider, journal, {
        lockedStore: () => Promise.resolve(this.#locked),
        writeLockedStore: (entry) => {
          this.#locked = entry;
          return Promise.resolve();
        },
      }),
      now: () => Date.now() + this.#slept,
      sleep: (ms, signal) => {
        this.#slept += ms;
        return nextTurn(undefined, signal === undefined ? {} : { signal });
      },
    };
    const scan = await scanDocuments(folder, plainDefinition, { root: this.root, index });
    const matches = (): boolean => false;
    const input = await prepareDocuments(
      plainDefinition,
      scan,
      matches,
      ports,
      new KnownUploads(journal),
      new Requests(ports),
    );
    return { input, ports };
  }

  /** @param patienceMs how long a server that reads nothing more is waited for: shortened like every wait, so endless if not said */
  async sync(patienceMs = Infinity): Promise<DocumentsApplied> {
    const { input, ports } = await this.plan();
    return applyDocuments(makeDocumentPlan(input), input, ports, { patienceMs });
  }
}
