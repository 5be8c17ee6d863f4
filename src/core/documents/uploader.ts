import { ProviderError } from "../provider.ts";
import { nameOf } from "./makeDocumentPlan.ts";
import type { WantedDocument } from "./documentPlan.ts";
import type { DocumentPorts } from "./ports.ts";
import { DocumentChanged } from "./ports.ts";
import type { ProgressMeter } from "./progress.ts";
import type { Requests } from "./requests.ts";
import type { BegunUpload } from "./uploadJournal.ts";

/** Clocks of two computers differ. */
const clockSkewMs = 10 * 60_000;
/** How many of the newest uploads are looked through for one whose answer was lost. */
const mostSearched = 3000;

/** Uploads files, each only once: whatever of it the provider has already is found and used. */
export class Uploader {
  readonly #ports: DocumentPorts;
  readonly #requests: Requests;
  readonly #meter: ProgressMeter;
  /** Ids that the store has, or that another file of this sync has taken. */
  readonly #taken: Set<string>;
  /** Files of one name and size go one after the other: a lost answer then belongs to one of them. */
  readonly #queues = new Map<string, Promise<unknown>>();

  constructor(ports: DocumentPorts, requests: Requests, meter: ProgressMeter, taken: ReadonlySet<string>) {
    this.#ports = ports;
    this.#requests = requests;
    this.#meter = meter;
    this.#taken = new Set(taken);
  }

  /**
   * The id of an upload with the file's content.
   * @param planned an id that the plan found
   * @throws DocumentChanged, ProviderError, Cancelled
   */
  async idOf(file: WantedDocument, planned: string | null): Promise<string> {
    const key = `${file.bytes} ${nameOf(file.path)}`;
    const before = this.#queues.get(key) ?? Promise.resolve();
    const mine = before.then(
      () => this.#idOf(file, planned),
      () => this.#idOf(file, planned),
    );
    this.#queues.set(key, mine);
    try {
      return await mine;
    } finally {
      if (this.#queues.get(key) === mine) this.#queues.delete(key);
    }
  }

  async #idOf(file: WantedDocument, planned: string | null): Promise<string> {
    const name = nameOf(file.path);
    const known = [...(planned === null ? [] : [planned]), ...this.#ports.journal.known(file.sha256, name)];
    for (const id of new Set(known)) {
      if (this.#taken.has(id) || !(await this.#isThere(id))) continue;
      this.#taken.add(id);
      this.#meter.sent(planned === null ? file.bytes : 0);
      return id;
    }
    const upload: BegunUpload = { sha256: file.sha256, name, bytes: file.bytes, begunAt: this.#ports.now() };
    const earlier = this.#ports.journal.begun(file.sha256, name);
    const found = earlier === null ? null : await this.#find(earlier);
    if (found !== null) this.#meter.sent(file.bytes);
    const id = found ?? (await this.#send(file, upload));
    await this.#ports.journal.done(upload, id);
    this.#taken.add(id);
    return id;
  }

  async #send(file: WantedDocument, upload: BegunUpload): Promise<string> {
    await this.#ports.journal.begin(upload);
    let changed: DocumentChanged | null = null;
    const stored = await this.#requests.make(
      async (signal) => {
        const content = this.#ports.content(file);
        let sent = 0;
        const chunks = async function* (): AsyncGenerator<Uint8Array> {
          try {
            yield* content.chunks();
          } catch (error) {
            if (error instanceof DocumentChanged) changed = error;
            throw error;
          }
        };
        try {
          const onBytes = (bytes: number): void => {
            sent += bytes;
            this.#meter.sent(bytes);
          };
          return await this.#ports.provider.upload({ ...content, chunks }, { signal, onBytes });
        } catch (error) {
          this.#meter.sent(-sent);
          if (changed !== null) throw changed;
          throw error;
        }
      },
      {
        find: async () => {
          const id = await this.#find(upload);
          return id === null ? null : { id };
        },
      },
    );
    return stored.id;
  }

  async #isThere(id: string): Promise<boolean> {
    try {
      await this.#requests.make((signal) => this.#ports.provider.retrieveUpload(id, signal));
      return true;
    } catch (error) {
      if (!(error instanceof ProviderError) || error.kind !== "not_found") throw error;
      await this.#ports.journal.forget(id);
      return false;
    }
  }

  /** An upload that may have arrived: of this name and size, since then, and nobody else's. Null when that is not one file. */
  async #find(upload: BegunUpload): Promise<string | null> {
    if (this.#ports.journal.ambiguous(upload)) return null;
    const since = (upload.begunAt - clockSkewMs) / 1000;
    const found: string[] = [];
    let after: string | undefined;
    for (let seen = 0; seen < mostSearched;) {
      const from = after;
      const page = await this.#requests.make((signal) =>
        this.#ports.provider.listUploads(from === undefined ? {} : { after: from }, signal),
      );
      for (const { id, filename, bytes, created_at: at } of page.data)
        if (filename === upload.name && bytes === upload.bytes && at >= since)
          if (!this.#ports.journal.claims(id) && !this.#taken.has(id)) found.push(id);
      seen += page.data.length;
      const last = page.data.at(-1);
      if (!page.has_more || last === undefined || last.created_at < since) break;
      after = last.id;
    }
    return found.length === 1 ? (found[0] ?? null) : null;
  }
}
