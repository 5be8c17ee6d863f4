import type { Attachment, DocumentProvider, UploadContent } from "../../../src/core/documents/documentProvider.ts";
import type { DocumentPorts } from "../../../src/core/documents/ports.ts";
import { DocumentChanged } from "../../../src/core/documents/ports.ts";
import type { BegunUpload, UploadJournal } from "../../../src/core/documents/uploadJournal.ts";
import { ProviderError } from "../../../src/core/provider.ts";
import type { LockedStore } from "../../../src/core/sync/lock.ts";
import type { StoredFile, VectorStore, VectorStoreFile } from "../../../src/core/wire.ts";

/** Vector stores and uploads in memory, as a provider has them; contents are kept to be compared. */
export class FakeStores {
  readonly uploads = new Map<string, StoredFile & { readonly content: string }>();
  readonly stores = new Map<string, { store: VectorStore; files: Map<string, VectorStoreFile> }>();
  readonly calls: string[] = [];
  /** Milliseconds; moves only while somebody sleeps. */
  readonly clock = { now: 1_000_000 };
  /** Told of every request before it is carried out; may throw in its place. */
  before: (name: string) => void = () => undefined;
  /** Told after it was carried out, before its answer arrives. */
  after: (name: string) => void = () => undefined;
  /** What reading a file ends with; null when all is well. */
  ingest: (content: string) => string | null = () => null;
  /** Whether a file with this content is being read still, whenever somebody looks. */
  slow: (content: string) => boolean = () => false;
  #next = 1;

  readonly provider: DocumentProvider = this.#wrapped({
    listVectorStores: () =>
      Promise.resolve({ data: [...this.stores.keys()].map((id) => this.#view(id)), has_more: false }),
    retrieveVectorStore: (id) => Promise.resolve(this.#view(id)),
    updateVectorStore: (id, patch) => {
      const found = this.#store(id);
      const { expires_after: _old, ...rest } = found.store;
      found.store = patch.expires_after == null ? rest : { ...rest, expires_after: patch.expires_after };
      return Promise.resolve(this.#view(id));
    },
    deleteVectorStore: (id) => {
      this.stores.delete(id);
      return Promise.resolve();
    },
    listStoreFiles: (id, { after }) => {
      const all = [...this.#store(id).files.values()].map((file) => this.#now(file));
      const from = after === undefined ? 0 : all.findIndex((file) => file.id === after) + 1;
      return Promise.resolve({ data: all.slice(from, from + 100), has_more: from + 100 < all.length });
    },
    retrieveStoreFile: (id, file) => {
      const known = this.#store(id).files.get(file);
      if (known === undefined) throw new ProviderError("not_found", `No file ${file}`);
      return Promise.resolve(this.#now(known));
    },
    attachFiles: (id, attachments) => {
      const { files } = this.#store(id);
      for (const { file_id: file } of attachments) this.#upload(file);
      for (const one of attachments) files.set(one.file_id, this.#attached(id, one));
      return Promise.resolve();
    },
    updateStoreFile: (id, file, attributes) => {
      const { files } = this.#store(id);
      const known = files.get(file);
      if (known === undefined) throw new ProviderError("not_found", `No file ${file}`);
      files.set(file, { ...known, attributes });
      return Promise.resolve();
    },
    detachFile: (id, file) => {
      if (!this.#store(id).files.delete(file)) throw new ProviderError("not_found", `No file ${file}`);
      return Promise.resolve();
    },
    listUploads: () => Promise.resolve({ data: [...this.uploads.values()].toReversed(), has_more: false }),
    retrieveUpload: (id) => Promise.resolve(this.#upload(id)),
    upload: async (content: UploadContent) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of content.chunks()) chunks.push(chunk);
      const text = Buffer.concat(chunks).toString();
      const id = `file-${this.#next++}`;
      const made = {
        id,
        object: "file" as const,
        bytes: Buffer.byteLength(text),
        created_at: 1000,
        filename: content.name,
        purpose: "assistants",
        content: text,
      };
      this.uploads.set(id, made);
      return made;
    },
    deleteUpload: (id) => {
      this.uploads.delete(id);
      for (const { files } of this.stores.values()) files.delete(id);
      return Promise.resolve();
    },
  });

  createStore(params: { readonly name: string; readonly metadata: Readonly<Record<string, string>> }): VectorStore {
    const store = {
      id: `vs_${this.#next++}`,
      object: "vector_store",
      created_at: 0,
      name: params.name,
      status: "completed",
      usage_bytes: 0,
      file_counts: { in_progress: 0, completed: 0, failed: 0, cancelled: 0, total: 0 },
      last_active_at: null,
      metadata: params.metadata,
    } as const;
    this.stores.set(store.id, { store, files: new Map() });
    return store;
  }

  /** Path → content of every file that a sync put into a store, whether or not it could be read. */
  contentOf(id: string): Readonly<Record<string, string>> {
    const files = [...this.#store(id).files.values()].filter(
      ({ attributes }) => attributes?.["awb_path"] !== undefined,
    );
    return Object.fromEntries(
      files.map((file) => [String(file.attributes?.["awb_path"]), this.#upload(file.id).content]),
    );
  }

  #attached(storeId: string, { file_id: id, attributes, chunking_strategy: chunking }: Attachment): VectorStoreFile {
    const error = this.ingest(this.#upload(id).content);
    return {
      id,
      object: "vector_store.file",
      created_at: 0,
      vector_store_id: storeId,
      status: error === null ? "completed" : "failed",
      usage_bytes: 1,
      last_error: error === null ? null : { code: "invalid_file", message: error },
      attributes,
      ...(chunking?.type === "static" ? { chunking_strategy: chunking } : {}),
    };
  }

  #store(id: string): { store: VectorStore; files: Map<string, VectorStoreFile> } {
    const found = this.stores.get(id);
    if (found === undefined) throw new ProviderError("not_found", `No vector store found with id '${id}'.`);
    return found;
  }

  #view(id: string): VectorStore {
    const { store, files } = this.#store(id);
    const counts = { in_progress: 0, completed: 0, failed: 0, cancelled: 0, total: files.size };
    for (const file of files.values()) counts[this.#now(file).status] += 1;
    return { ...store, file_counts: counts };
  }

  #now(file: VectorStoreFile): VectorStoreFile {
    const content = this.uploads.get(file.id)?.content;
    return content !== undefined && this.slow(content) ? { ...file, status: "in_progress", last_error: null } : file;
  }

  #upload(id: string): StoredFile & { readonly content: string } {
    const found = this.uploads.get(id);
    if (found === undefined) throw new ProviderError("not_found", `No such File object: ${id}`);
    return found;
  }

  #wrapped(provider: DocumentProvider): DocumentProvider {
    const wrap =
      (name: string, method: (...args: never[]) => Promise<unknown>) =>
      async (...args: never[]): Promise<unknown> => {
        this.calls.push(name);
        this.before(name);
        // oxlint-disable-next-line typescript/return-await -- what it throws at once is a rejection too
        const answer = await method(...args);
        this.after(name);
        return answer;
      };
    return Object.fromEntries(
      Object.entries(provider).map(([name, method]) => [name, wrap(name, method as never)]),
    ) as unknown as DocumentProvider;
  }
}

/** A journal in memory, which outlives a sync as the one on disk does. */
export class FakeJournal implements UploadJournal {
  readonly #begun = new Map<string, BegunUpload>();
  readonly #done = new Map<string, string>();

  known(sha256: string, name: string): readonly string[] {
    return [...this.#done].filter(([, key]) => key === `${sha256} ${name}`).map(([id]) => id);
  }
  begun(sha256: string, name: string): BegunUpload | null {
    return this.#begun.get(`${sha256} ${name}`) ?? null;
  }
  ambiguous(upload: BegunUpload): boolean {
    return [...this.#begun.values()].some(
      ({ sha256, name, bytes }) => sha256 !== upload.sha256 && name === upload.name && bytes === upload.bytes,
    );
  }
  claims(id: string): boolean {
    return this.#done.has(id);
  }
  ids(): readonly string[] {
    return [...this.#done.keys()];
  }
  begin(upload: BegunUpload): Promise<void> {
    this.#begun.set(`${upload.sha256} ${upload.name}`, upload);
    return Promise.resolve();
  }
  done({ sha256, name }: Pick<BegunUpload, "sha256" | "name" | "bytes">, id: string): Promise<void> {
    this.#begun.delete(`${sha256} ${name}`);
    this.#done.set(id, `${sha256} ${name}`);
    return Promise.resolve();
  }
  forget(id: string): Promise<void> {
    this.#done.delete(id);
    return Promise.resolve();
  }
}

export interface FakeWorld {
  readonly files: ReadonlyMap<string, string>;
  readonly journal: UploadJournal;
  readonly lock: { entry: LockedStore | null };
  readonly mtimes: ReadonlyMap<string, number>;
}

/** Ports over files in memory. Time passes only while somebody sleeps. */
export function fakePorts(stores: FakeStores, world: FakeWorld): DocumentPorts {
  const { clock } = stores;
  return {
    provider: stores.provider,
    createStore: async (params) => {
      stores.calls.push("createStore");
      stores.before("createStore");
      const made = stores.createStore(params);
      stores.after("createStore");
      return Promise.resolve(made);
    },
    content: (file) => ({
      name: file.path.slice(file.path.lastIndexOf("/") + 1),
      bytes: file.bytes,
      async *chunks() {
        const text = world.files.get(file.path);
        if (text === undefined) throw new DocumentChanged("it was deleted meanwhile");
        if (world.mtimes.get(file.path) !== file.mtimeMs) throw new DocumentChanged("it was changed meanwhile");
        yield await Promise.resolve(Buffer.from(text));
      },
    }),
    journal: world.journal,
    lockedStore: () => Promise.resolve(world.lock.entry),
    writeLockedStore: (entry) => {
      world.lock.entry = entry;
      return Promise.resolve();
    },
    randomMark: () => "mark",
    random: () => 0.5,
    now: () => clock.now,
    sleep: (ms, signal) => {
      signal?.throwIfAborted();
      clock.now += ms;
      return Promise.resolve();
    },
  };
}
