import type { Provider } from "../../core/provider.ts";
import type { VectorStoreFile } from "../../core/wire.ts";

type WithProvider = <T>(task: (provider: Provider) => Promise<T>) => Promise<T>;

/** The files of a vector store, as far as they were asked for: a page of 100 at a time, each page once. */
export class StoreFileList {
  readonly #storeId: string;
  readonly #withProvider: WithProvider;
  #files: VectorStoreFile[] = [];
  #more = true;
  #loading: Promise<void> | null = null;

  constructor(storeId: string, withProvider: WithProvider) {
    this.#storeId = storeId;
    this.#withProvider = withProvider;
  }

  get files(): readonly VectorStoreFile[] {
    return this.#files;
  }

  /** Whether there are files that were not asked for. */
  get more(): boolean {
    return this.#more;
  }

  /** The first page, unless it is known. */
  async first(): Promise<void> {
    if (this.#files.length === 0) await this.next();
  }

  async next(): Promise<void> {
    this.#loading ??= this.#load().finally(() => {
      this.#loading = null;
    });
    await this.#loading;
  }

  /** As many as are known are read again. */
  async refresh(): Promise<void> {
    const known = this.#files.length;
    this.#files = [];
    this.#more = true;
    do await this.next();
    while (this.#more && this.#files.length < known);
  }

  async #load(): Promise<void> {
    if (!this.#more) return;
    const after = this.#files.at(-1)?.id;
    const page = await this.#withProvider((provider) =>
      provider.documents.listStoreFiles(this.#storeId, after === undefined ? {} : { after }),
    );
    this.#files.push(...page.data);
    this.#more = page.has_more && page.data.length > 0;
  }
}
