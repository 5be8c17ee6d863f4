import { ProviderError } from "../provider.ts";
import type { VectorStoreFile } from "../wire.ts";
import { remoteDocument } from "./documentAttributes.ts";
import type { Attachment } from "./documentProvider.ts";
import type { DocumentItem, DocumentPlan, ItemKind, WantedDocument } from "./documentPlan.ts";
import { changesStore, pathOf } from "./documentPlan.ts";
import { makeDocumentPlan, nameOf } from "./makeDocumentPlan.ts";
import type { DocumentPlanInput } from "./makeDocumentPlan.ts";
import { openStore } from "./openStore.ts";
import { parallel } from "./parallel.ts";
import type { DocumentPorts } from "./ports.ts";
import { DocumentChanged } from "./ports.ts";
import { ProgressMeter } from "./progress.ts";
import type { SyncProgress } from "./progress.ts";
import { readBackFiles, readBackStore } from "./readBack.ts";
import { Cancelled, Requests } from "./requests.ts";
import { StoreGone, assertThere, attachBatch, batchSize, detach } from "./storeContent.ts";
import { Uploader } from "./uploader.ts";

/** A file that is not as the plan wanted it, and why, in words. */
export interface DocumentFailure {
  readonly path: string;
  readonly message: string;
}

export interface DocumentsApplied {
  readonly storeId: string | null;
  /** What was done, by what it was. Not what the server has not read yet: that is in `difference`. */
  readonly done: readonly DocumentItem[];
  readonly failures: readonly DocumentFailure[];
  /** Why it ended before its end: stopped by a person, or the connection failed. */
  readonly stopped: { readonly cancelled: boolean; readonly message: string } | null;
  /** What a plan made now would still change, by what the provider has after all. Null when that was not read. */
  readonly difference: readonly DocumentItem[] | null;
  /** Uploads that left this store: no other may have them. */
  readonly detached: readonly string[];
  /** Every file of the store, as it was read afterwards. Null when it was not. */
  readonly remote: readonly VectorStoreFile[] | null;
}

export interface ApplyDocumentsOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: SyncProgress) => void;
  /** Changes of the store that may be made in a minute. OpenAI takes 300. */
  readonly writesPerMinute?: number | null;
  /** Uploads at once. */
  readonly uploads?: number;
  /** Afterwards only the files that were changed are read again, and not the whole store. */
  readonly onlyTouched?: boolean;
  /** So many milliseconds are waited for a server that reads nothing more. */
  readonly patienceMs?: number;
}

/** Six uploads keep a line busy; more of them wait for each other. */
const uploadsAtOnce = 6;
const updatesAtOnce = 4;

/**
 * Carries out a plan. What fails for one file is a failure of that file; when the connection fails, or a person stops it, the rest
 * is left for the next time: nothing has to be done twice then. Old versions are taken out when the new ones can be searched.
 * Afterwards the store is read again and compared with what was wanted. Rejects only when the lock or the journal cannot be written.
 */
export async function applyDocuments(
  plan: DocumentPlan,
  input: DocumentPlanInput,
  ports: DocumentPorts,
  options: ApplyDocumentsOptions = {},
): Promise<DocumentsApplied> {
  const run = new DocumentRun(plan, input, ports, options);
  try {
    await run.apply();
  } catch (error) {
    if (error instanceof Cancelled) run.stop(true, "Stopped. What was done stays; sync again to go on.");
    else if (error instanceof ProviderError || error instanceof StoreGone) run.stop(false, error.message);
    else throw error;
  }
  return run.result();
}

class DocumentRun {
  readonly #plan: DocumentPlan;
  readonly #input: DocumentPlanInput;
  readonly #ports: DocumentPorts;
  readonly #requests: Requests;
  readonly #meter: ProgressMeter;
  readonly #uploadsAtOnce: number;
  readonly #onlyTouched: boolean;
  readonly #patienceMs: number | undefined;
  /** Ids of what was put in or changed. */
  readonly #touched = new Set<string>();
  /** Ids of what the server has to read. */
  readonly #awaited = new Set<string>();
  readonly #done = new Set<DocumentItem>();
  readonly #failures = new Map<string, string>();
  readonly #detached: string[] = [];
  readonly #waiting: { readonly item: DocumentItem; readonly attachment: Attachment }[] = [];
  /** What the store has, as far as this run knows. */
  #remote: readonly VectorStoreFile[];
  #storeId: string | null;
  #attaching: Promise<void> | null = null;
  #attachFailure: { readonly error: unknown } | null = null;
  #stopped: DocumentsApplied["stopped"] = null;
  #checked = false;

  constructor(plan: DocumentPlan, input: DocumentPlanInput, ports: DocumentPorts, options: ApplyDocumentsOptions) {
    this.#plan = plan;
    this.#input = input;
    this.#ports = ports;
    this.#requests = new Requests(ports, options);
    this.#meter = new ProgressMeter(() => ports.now(), options.onProgress ?? (() => undefined));
    this.#uploadsAtOnce = options.uploads ?? uploadsAtOnce;
    this.#onlyTouched = options.onlyTouched === true;
    this.#patienceMs = options.patienceMs;
    this.#remote = input.remote;
    this.#storeId = plan.storeId;
    const reading = new Set(input.remote.filter(({ status }) => status === "in_progress").map(({ id }) => id));
    for (const item of plan.items)
      if (item.kind !== "removed" && "fileId" in item && reading.has(item.fileId)) this.#awaited.add(item.fileId);
  }

  async apply(): Promise<void> {
    const storeId = await openStore(this.#plan, this.#input.found, this.#ports, this.#requests);
    this.#storeId = storeId;
    const items = this.#plan.items.filter(changesStore);
    if (items.length > 0) {
      await this.#putIn(storeId, items);
      await this.#readBack(storeId);
      await this.#takeOut(storeId, items);
    }
    this.#checked = true;
  }

  stop(cancelled: boolean, message: string): void {
    this.#stopped = { cancelled, message };
  }

  result(): DocumentsApplied {
    const difference = this.#checked ? this.#difference() : null;
    const failures = [...this.#failures].map(([path, message]) => ({ path, message }));
    const reading = new Set(difference?.filter(({ kind }) => kind === "reading").map(pathOf));
    return {
      storeId: this.#storeId,
      done: [...this.#done].filter((item) => !reading.has(pathOf(item))),
      failures: failures.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
      stopped: this.#stopped,
      difference,
      detached: this.#detached,
      remote: this.#checked ? this.#remote : null,
    };
  }

  async #putIn(storeId: string, items: readonly DocumentItem[]): Promise<void> {
    const uploads = items.filter((item) => item.kind === "new" || item.kind === "changed");
    const updates = items.filter((item) => item.kind === "renamed" || item.kind === "attributes");
    const again = items.filter((item) => item.kind === "reattach");
    this.#meter.begin("uploading", uploads.length, this.#plan.totals.uploadBytes);
    const taken = new Set(this.#remote.map(({ id }) => id));
    const uploader = new Uploader(this.#ports, this.#requests, this.#meter, taken);
    await parallel(uploads, this.#uploadsAtOnce, (item) =>
      this.#alone(item, async () => {
        this.#queue(item, item.file, await uploader.idOf(item.file, item.reuse));
        this.#meter.fileDone();
        this.#attachSoon(storeId);
      }),
    );
    this.#meter.begin("attaching", updates.length + again.length + this.#waiting.length);
    await parallel(updates, updatesAtOnce, (item) =>
      this.#alone(item, async () => {
        const { attributes } = item.file;
        await this.#requests.make(
          (signal) => this.#ports.provider.updateStoreFile(storeId, item.fileId, attributes, signal),
          { write: true },
        );
        this.#touched.add(item.fileId);
        this.#done.add(item);
        this.#meter.fileDone();
      }),
    );
    await parallel(again, updatesAtOnce, (item) =>
      this.#alone(item, async () => {
        await detach(this.#ports.provider, storeId, item.fileId, this.#requests);
        this.#queue(item, item.file, item.fileId);
      }),
    );
    await this.#attaching;
    this.#throwAttachFailure();
    while (this.#waiting.length > 0) await this.#attachSome(storeId);
  }

  #queue(item: DocumentItem, file: WantedDocument, fileId: string): void {
    const { chunking } = this.#plan;
    this.#waiting.push({
      item,
      attachment: {
        file_id: fileId,
        attributes: file.attributes,
        ...(chunking === null ? {} : { chunking_strategy: chunking }),
      },
    });
  }

  /** A batch goes while others are uploaded still, so that the server has something to read. */
  #attachSoon(storeId: string): void {
    this.#throwAttachFailure();
    if (this.#attaching !== null || this.#waiting.length < batchSize / 5) return;
    this.#attaching = this.#attachSome(storeId).then(
      () => {
        this.#attaching = null;
      },
      (error: unknown) => {
        this.#attaching = null;
        this.#attachFailure = { error };
      },
    );
  }

  #throwAttachFailure(): void {
    const failure = this.#attachFailure;
    this.#attachFailure = null;
    if (failure !== null) throw failure.error;
  }

  async #attachSome(storeId: string): Promise<void> {
    const batch = this.#waiting.splice(0, batchSize);
    const items = new Map(batch.map(({ item, attachment }) => [attachment.file_id, item]));
    const attachments = batch.map(({ attachment }) => attachment);
    await attachBatch(this.#ports.provider, storeId, attachments, this.#requests, ({ file_id: id }, error) => {
      const item = items.get(id);
      if (item === undefined) return;
      this.#touched.add(id);
      if (error === null) {
        this.#done.add(item);
        this.#awaited.add(id);
      } else this.#failures.set(pathOf(item), error);
      if (this.#attaching === null) this.#meter.fileDone();
    });
  }

  async #readBack(storeId: string): Promise<void> {
    const rest = [this.#requests, this.#meter, this.#patienceMs] as const;
    const { provider } = this.#ports;
    if (this.#onlyTouched) {
      const ids = new Set([...this.#touched, ...this.#awaited]);
      this.#remote = await readBackFiles(provider, storeId, ids, this.#remote, ...rest);
    } else this.#remote = await readBackStore(provider, storeId, this.#awaited, ...rest);
  }

  /** What was removed, and old versions whose new ones can be searched. */
  async #takeOut(storeId: string, items: readonly DocumentItem[]): Promise<void> {
    const current = this.#planNow();
    // A new version that the server could not read, or has not read yet, or that somebody has taken out meanwhile, takes no old one's
    // place.
    const absent = new Set(current.items.filter(({ kind }) => isAbsent(kind)).map(pathOf));
    const removed = items.filter((item) => item.kind === "removed");
    const leaving = removed
      .filter(({ path, why }) => why === "gone" || !absent.has(path))
      .map((item) => ({ item: item as DocumentItem, path: item.path, fileId: item.fileId }));
    for (const item of items) {
      if (item.kind !== "changed" && item.kind !== "reading") continue;
      if (this.#failures.has(item.file.path) || absent.has(item.file.path)) continue;
      if (item.kind === "reading") this.#done.add(item);
      if (!this.#done.has(item)) continue;
      for (const fileId of item.replaces) leaving.push({ item, path: item.file.path, fileId });
    }
    this.#meter.begin("checking", leaving.length);
    const gone = new Set<string>();
    const known = new Map(this.#remote.map((file) => [file.id, file]));
    try {
      await parallel(leaving, updatesAtOnce, ({ item, fileId }) =>
        this.#alone(item, async () => {
          await detach(this.#ports.provider, storeId, fileId, this.#requests);
          gone.add(fileId);
          await this.#remember(known.get(fileId));
          if (item.kind === "removed") this.#done.add(item);
          this.#meter.fileDone();
        }),
      );
    } finally {
      this.#detached.push(...gone);
      this.#remote = this.#remote.filter(({ id }) => !gone.has(id));
    }
  }

  /** An upload of another computer is known here from now on: it can be used again, or cleaned up. */
  async #remember(file: VectorStoreFile | undefined): Promise<void> {
    const document = file === undefined ? null : remoteDocument(file);
    if (document === null || this.#ports.journal.claims(document.fileId)) return;
    const { sha256, path, fileId } = document;
    await this.#ports.journal.done({ sha256, name: nameOf(path), bytes: 0 }, fileId);
  }

  /** Runs what is about one file: its failure is the file's, unless nothing else would fare better. */
  async #alone(item: DocumentItem, task: () => Promise<void>): Promise<void> {
    try {
      await task();
    } catch (error) {
      if (error instanceof DocumentChanged) this.#failures.set(pathOf(item), error.message);
      else if (error instanceof ProviderError && (error.kind === "invalid" || error.kind === "not_found")) {
        await assertThere(this.#ports.provider, this.#storeId ?? "", this.#requests);
        this.#failures.set(pathOf(item), error.message);
      } else throw error;
    }
  }

  #found(): Pick<DocumentPlanInput, "found"> {
    const { store } = this.#input.found;
    if (store !== null || this.#storeId === null) return { found: this.#input.found };
    return { found: { store: { ...newStore, id: this.#storeId }, remade: null } };
  }

  #planNow(): DocumentPlan {
    const { keepRemoved } = this.#plan;
    return makeDocumentPlan({ ...this.#input, ...this.#found(), remote: this.#remote }, { keepRemoved });
  }

  #difference(): readonly DocumentItem[] {
    const after = this.#planNow();
    for (const item of after.items) if (item.kind === "failed") this.#failures.set(item.file.path, item.message);
    // What failed is told as that.
    return after.items.filter((item) => changesStore(item) && !this.#failures.has(pathOf(item)));
  }
}

function isAbsent(kind: ItemKind): boolean {
  return kind === "failed" || kind === "reading" || kind === "new" || kind === "changed";
}

const newStore = {
  object: "vector_store",
  created_at: 0,
  name: null,
  status: "completed",
  usage_bytes: 0,
  file_counts: { in_progress: 0, completed: 0, failed: 0, cancelled: 0, total: 0 },
  last_active_at: null,
  metadata: null,
} as const;
