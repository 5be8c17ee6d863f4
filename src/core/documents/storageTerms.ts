/** On what terms a server keeps vector stores. */
export interface StorageTerms {
  /** Whether what is kept costs money. */
  readonly paid: boolean;
  /** Changes of one vector store that are taken in a minute; null: as many as come. */
  readonly writesPerMinute: number | null;
}

const free: StorageTerms = { paid: false, writesPerMinute: null };

/** OpenAI takes 300 changes of a vector store in a minute (API reference, "Vector store files", rate limits). */
const openAi: StorageTerms = { paid: true, writesPerMinute: 300 };

/** @param baseUrl of the server that keeps the stores; null: the runtime on this computer does */
export function storageTerms(baseUrl: string | null): StorageTerms {
  return baseUrl !== null && new URL(baseUrl).host === "api.openai.com" ? openAi : free;
}
