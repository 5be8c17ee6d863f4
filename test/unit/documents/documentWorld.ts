import { createHash } from "node:crypto";

import { applyDocuments } from "../../../src/core/documents/applyDocuments.ts";
import type { ApplyDocumentsOptions, DocumentsApplied } from "../../../src/core/documents/applyDocuments.ts";
import type { DocumentPlan } from "../../../src/core/documents/documentPlan.ts";
import { skipByName } from "../../../src/core/documents/fileRules.ts";
import { findStore } from "../../../src/core/documents/findStore.ts";
import { makeDocumentPlan } from "../../../src/core/documents/makeDocumentPlan.ts";
import type { DocumentChoices, DocumentPlanInput } from "../../../src/core/documents/makeDocumentPlan.ts";
import { Requests } from "../../../src/core/documents/requests.ts";
import type { LocalDocument, SkippedFile } from "../../../src/core/documents/scan.ts";
import { listStore } from "../../../src/core/documents/storeContent.ts";
import type { LockedStore } from "../../../src/core/sync/lock.ts";
import type { StoreDefinition } from "../../../src/core/vectorStoreDefinition/storeDefinition.ts";
import { storeGlobs } from "../../../src/disk/globs.ts";
import { FakeJournal, FakeStores, fakePorts } from "./fakeStores.ts";

export const plainDefinition: StoreDefinition = {
  name: "docs",
  include: ["**"],
  globAttributes: [],
  exclude: [],
  gitignore: true,
  allowSecrets: [],
  chunkingStrategy: null,
  expiresAfter: null,
  attributes: {},
};

/** Files in memory, and the store that they are synced to. */
export class DocumentWorld {
  readonly files = new Map<string, string>();
  readonly mtimes = new Map<string, number>();
  readonly lock: { entry: LockedStore | null } = { entry: null };
  readonly stores: FakeStores;
  definition: StoreDefinition = plainDefinition;
  journal = new FakeJournal();
  #clock = 1;

  constructor(stores = new FakeStores()) {
    this.stores = stores;
  }

  write(path: string, text: string): void {
    this.files.set(path, text);
    this.mtimes.set(path, this.#clock++);
  }

  delete(path: string): void {
    this.files.delete(path);
  }

  async input(): Promise<DocumentPlanInput> {
    const files: LocalDocument[] = [];
    const skipped: SkippedFile[] = [];
    const globs = storeGlobs(this.definition);
    for (const [path, text] of [...this.files].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      if (!globs.includes(path)) continue;
      const bytes = Buffer.byteLength(text);
      const skip = skipByName(path, bytes);
      const sha256 = createHash("sha256").update(text).digest("hex");
      if (skip === null) files.push({ path, bytes, mtimeMs: this.mtimes.get(path) ?? 0, sha256 });
      else skipped.push({ path, bytes, ...skip });
    }
    const ports = fakePorts(this.stores, this);
    const requests = new Requests(ports);
    const found = await findStore(this.definition.name, this.lock.entry, null, ports.provider, requests);
    const remote = found.store === null ? [] : await listStore(ports.provider, found.store.id, requests);
    return {
      definition: this.definition,
      scan: { files, skipped },
      found,
      remote,
      matches: (path, glob) => globs.matches(path, glob),
      uploads: (sha256, name) => this.journal.known(sha256, name),
    };
  }

  async plan(choices: DocumentChoices = {}): Promise<DocumentPlan> {
    return makeDocumentPlan(await this.input(), choices);
  }

  async sync(options: ApplyDocumentsOptions & DocumentChoices = {}): Promise<DocumentsApplied> {
    const input = await this.input();
    return applyDocuments(makeDocumentPlan(input, options), input, fakePorts(this.stores, this), options);
  }

  /** What the store has. */
  content(): Readonly<Record<string, string>> {
    return this.lock.entry?.id == null ? {} : this.stores.contentOf(this.lock.entry.id);
  }

  /** Kinds of the plan's items by path, without what is as it should be. */
  static changes(plan: DocumentPlan): Readonly<Record<string, string>> {
    const changes: Record<string, string> = {};
    for (const item of plan.items) {
      const path = "file" in item ? item.file.path : item.path;
      if (item.kind !== "unchanged") changes[path] = path in changes ? `${changes[path]}, ${item.kind}` : item.kind;
    }
    return changes;
  }
}
