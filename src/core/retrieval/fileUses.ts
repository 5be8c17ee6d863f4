import { storeName } from "../documents/storeName.ts";
import { everyItem, ProviderError } from "../provider.ts";
import type { ListParams, Provider } from "../provider.ts";
import type { Page, StoredFile } from "../wire.ts";

/** Who uses an uploaded file. */
export interface FileUse {
  /** Names of vector stores that have it. */
  readonly stores: readonly string[];
  /** Names of assistants whose code interpreter has it. */
  readonly assistants: readonly string[];
  /** How many threads have it for their code interpreter. */
  readonly threads: number;
}

/** Where the files of a connection are used. */
export interface FileUses {
  of(fileId: string): FileUse;
  /** False: the server lists no threads, so a file that only a thread uses looks as if nothing did. */
  readonly threadsKnown: boolean;
}

const unused: FileUse = { stores: [], assistants: [], threads: 0 };

/** More than any connection has; it keeps a server that lies about its pages from being asked for ever. */
const most = 1_000_000;

/**
 * Looks where files are used: in vector stores (those of threads among them), by assistants, by threads. Reads all of these lists page
 * by page.
 * @param onProgress told how many stores, assistants and threads have been read
 * @throws ProviderError, or the signal's reason
 */
export async function readFileUses(
  provider: Provider,
  signal: AbortSignal,
  onProgress: (read: number) => void = () => undefined,
): Promise<FileUses> {
  const uses = new Map<string, { stores: string[]; assistants: string[]; threads: number }>();
  const useOf = (id: string): { stores: string[]; assistants: string[]; threads: number } => {
    const use = uses.get(id) ?? { stores: [], assistants: [], threads: 0 };
    uses.set(id, use);
    return use;
  };
  let read = 0;
  const items = async function* <T extends { readonly id: string }>(
    list: (params: ListParams) => Promise<Page<T>>,
  ): AsyncGenerator<T> {
    for await (const item of everyItem(list, "desc", most)) {
      signal.throwIfAborted();
      yield item;
    }
  };
  for await (const store of items((params) => provider.listVectorStores(params))) {
    for await (const { id } of items((params) => provider.listVectorStoreFiles(store.id, params)))
      useOf(id).stores.push(storeName(store));
    onProgress(++read);
  }
  await unlessUnknown(async () => {
    for await (const assistant of items((params) => provider.listAssistants(params))) {
      for (const id of new Set(assistant.tool_resources?.code_interpreter?.file_ids))
        useOf(id).assistants.push(assistant.name ?? assistant.id);
      onProgress(++read);
    }
  });
  const threadsKnown = await unlessUnknown(async () => {
    for await (const thread of items((params) => provider.listThreads(params))) {
      for (const id of new Set(thread.tool_resources?.code_interpreter?.file_ids)) useOf(id).threads += 1;
      onProgress(++read);
    }
  });
  return { of: (fileId) => uses.get(fileId) ?? unused, threadsKnown };
}

/** Not every server has every list. @returns whether this one has it */
async function unlessUnknown(task: () => Promise<void>): Promise<boolean> {
  try {
    await task();
    return true;
  } catch (error) {
    if (error instanceof ProviderError && (error.kind === "unsupported" || error.kind === "not_found")) return false;
    throw error;
  }
}

/**
 * Whether a file is used by nothing that is known. Only files for assistants are judged: what uses generated files, images and batches
 * is written in messages and elsewhere, where nobody looks.
 */
export function isOrphan(file: StoredFile, uses: FileUses): boolean {
  const { stores, assistants, threads } = uses.of(file.id);
  return file.purpose === "assistants" && stores.length === 0 && assistants.length === 0 && threads === 0;
}

/** Such as "in product-docs and 2 more stores, used by Order Support Agent"; empty for a file that nothing is known to use. */
export function useWords({ stores, assistants, threads }: FileUse): string {
  const words: string[] = [];
  if (stores.length > 0) words.push(`in ${shortList(stores, "store")}`);
  if (assistants.length > 0) words.push(`used by ${shortList(assistants, "assistant")}`);
  if (threads > 0) words.push(`in ${threads} ${threads === 1 ? "thread" : "threads"}`);
  return words.join(", ");
}

function shortList([first = "", ...others]: readonly string[], what: string): string {
  if (others.length === 0) return first;
  return `${first} and ${others.length} more ${what}${others.length === 1 ? "" : "s"}`;
}

/** All uploads of a connection, newest first, page by page. */
export async function* everyUpload(provider: Provider, signal: AbortSignal): AsyncGenerator<StoredFile> {
  let after: string | undefined;
  for (let count = 0; count < most;) {
    const page = await provider.retrieval.listUploads({ limit: 1000, ...(after === undefined ? {} : { after }) });
    signal.throwIfAborted();
    yield* page.data;
    count += page.data.length;
    const last = page.data.at(-1);
    if (!page.has_more || last === undefined) return;
    after = last.id;
  }
}
