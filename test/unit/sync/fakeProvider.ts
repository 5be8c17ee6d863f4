import { ProviderError } from "../../../src/core/provider.ts";
import type { AssistantParams, AssistantPatch } from "../../../src/core/provider.ts";
import type { SyncProvider } from "../../../src/core/sync/ports.ts";
import type { Assistant, Page, StoredFile, VectorStore } from "../../../src/core/wire.ts";

/** When a request fails: its number from 0, and whether the server did the work before the answer was lost. */
export interface Fault {
  readonly request: number;
  readonly done: boolean;
  /** The ones after it fail as well: the server stays away. */
  readonly stays?: true;
}

/** A server in memory that fills in defaults as live ones do, and loses answers when it is told to. */
export class FakeProvider implements SyncProvider {
  readonly assistants = new Map<string, Assistant>();
  readonly files: StoredFile[] = [];
  readonly stores: VectorStore[] = [];
  /** Requests so far. */
  requests = 0;
  fault: Fault | null = null;
  /** Milliseconds since 1970. */
  now = Date.now();
  /** Called right before a request is worked on. */
  onRequest: (what: string, id: string | null) => void = () => undefined;
  #ids = 0;
  readonly #made = new Set<string>();
  readonly #prefix: string;

  /** @param prefix of its ids, to tell two servers apart */
  constructor(prefix = "") {
    this.#prefix = prefix;
  }

  retrieveAssistant(id: string): Promise<Assistant> {
    return this.#answer("retrieve", id, () => this.#find(id));
  }

  createAssistant(params: AssistantParams): Promise<Assistant> {
    return this.#answer("create", null, () => {
      this.#look(params);
      return this.add(params);
    });
  }

  updateAssistant(id: string, patch: AssistantPatch): Promise<Assistant> {
    return this.#answer("update", id, () => {
      const old = this.#find(id);
      this.#look(patch);
      const given = Object.fromEntries(Object.entries(patch).filter(([, value]) => value !== undefined));
      const resources =
        patch.tool_resources == null ? old.tool_resources : { ...old.tool_resources, ...patch.tool_resources };
      const changed = { ...old, ...given, tool_resources: resources } as Assistant;
      this.assistants.set(id, changed);
      return changed;
    });
  }

  deleteAssistant(id: string): Promise<void> {
    return this.#answer("delete", id, () => {
      this.#find(id);
      this.assistants.delete(id);
    });
  }

  listFiles(): Promise<Page<StoredFile>> {
    return this.#answer("list files", null, () => ({ data: this.files.toReversed(), has_more: false }));
  }

  uploadFile({ name, bytes }: { readonly name: string; readonly bytes: Uint8Array }): Promise<StoredFile> {
    return this.#answer("upload", null, () => {
      const file = {
        id: this.#id("file-"),
        object: "file",
        bytes: bytes.length,
        created_at: Math.floor(this.now / 1000),
        filename: name,
        purpose: "assistants",
      } as const;
      this.files.push(file);
      return file;
    });
  }

  listVectorStores(): Promise<Page<VectorStore>> {
    return this.#answer("list stores", null, () => ({ data: this.stores, has_more: false }));
  }

  createVectorStore({
    name,
    metadata,
  }: {
    readonly name: string;
    readonly metadata: Readonly<Record<string, string>>;
  }): Promise<VectorStore> {
    return this.#answer("create store", null, () => {
      const counts = { in_progress: 0, completed: 0, failed: 0, cancelled: 0, total: 0 };
      const store: VectorStore = {
        id: this.#id("vs_"),
        object: "vector_store",
        created_at: 0,
        name,
        status: "completed",
        usage_bytes: 0,
        file_counts: counts,
        last_active_at: 0,
        metadata,
      };
      this.stores.push(store);
      return store;
    });
  }

  /** Puts an assistant there without a request, as somebody else's program does. */
  add(params: Partial<AssistantParams>): Assistant {
    if (Object.keys(params.metadata ?? {}).length > 16) throw new ProviderError("invalid", "too many pairs");
    const made = {
      id: this.#id("asst_"),
      object: "assistant",
      created_at: 0,
      name: params.name ?? null,
      description: params.description ?? null,
      model: params.model ?? "m",
      instructions: params.instructions ?? null,
      tools: (params.tools ?? []).map((tool) =>
        tool.type === "file_search" && tool.file_search === undefined
          ? {
              type: "file_search",
              file_search: { ranking_options: { ranker: "default_2024_08_21", score_threshold: 0 } },
            }
          : tool,
      ),
      tool_resources: params.tool_resources ?? {},
      metadata: params.metadata ?? {},
      temperature: params.temperature ?? 1,
      top_p: params.top_p ?? 1,
      response_format: params.response_format ?? "auto",
      reasoning_effort: params.reasoning_effort ?? null,
    } as Assistant;
    this.assistants.set(made.id, made);
    return made;
  }

  readonly retrieval = {
    retrieveFile: (id: string): Promise<StoredFile> =>
      this.#answer("retrieve file", id, () => {
        const found = this.files.find((one) => one.id === id);
        if (found === undefined) throw new ProviderError("not_found", `No such File object: ${id}`);
        return found;
      }),
  };

  readonly documents = {
    retrieveVectorStore: (id: string): Promise<VectorStore> =>
      this.#answer("retrieve store", id, () => {
        const found = this.stores.find((one) => one.id === id);
        if (found === undefined) throw new ProviderError("not_found", `No vector store found with id '${id}'.`);
        return found;
      }),
  };

  /** Refuses files and stores that were made here and are not there any more; of others it knows nothing. */
  #look({ tool_resources: resources }: AssistantPatch): void {
    const [files, stores] = [this.files.map(({ id }) => id), this.stores.map(({ id }) => id)];
    for (const id of resources?.code_interpreter?.file_ids ?? [])
      if (this.#made.has(id) && !files.includes(id)) throw new ProviderError("not_found", `No such File object: ${id}`);
    for (const id of resources?.file_search?.vector_store_ids ?? [])
      if (this.#made.has(id) && !stores.includes(id))
        throw new ProviderError("not_found", `No vector store found with id '${id}'.`);
  }

  #find(id: string): Assistant {
    const found = this.assistants.get(id);
    if (found === undefined) throw new ProviderError("not_found", `No assistant found with id '${id}'.`);
    return found;
  }

  #id(prefix: string): string {
    this.#ids += 1;
    const id = `${prefix}${this.#prefix}${this.#ids}`;
    this.#made.add(id);
    return id;
  }

  // eslint-disable-next-line typescript/require-await -- a rejection, not a throw
  async #answer<T>(what: string, id: string | null, work: () => T): Promise<T> {
    const request = this.requests;
    this.requests += 1;
    this.onRequest(what, id);
    const { fault } = this;
    if (fault?.stays === true && request > fault.request) throw new ProviderError("unreachable", "injected: away");
    const fails = fault?.request === request;
    if (fails && this.fault?.done === false) throw new ProviderError("unreachable", "injected: never arrived");
    const answer = work();
    if (fails) throw new ProviderError("unreachable", "injected: the answer was lost");
    return answer;
  }
}
