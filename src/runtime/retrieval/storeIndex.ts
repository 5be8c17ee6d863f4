import type { DatabaseSync } from "node:sqlite";
import { placeOf } from "../store/chunkStore.ts";
import { passes } from "../vectorStores/attributeFilter.ts";
import { Best } from "./best.ts";
import { fuse, type Fused, type Ranked } from "./fuse.ts";
import { LoadedStore, type LoadedFile } from "./loadedStore.ts";
import type { FoundChunk, SearchRequest } from "./search.ts";
import { searchWords } from "./wordSearch.ts";

/** Vectors that are kept in memory at most, in bytes; the store that was not used longest goes first. */
const maxVectorBytes = 768 * 1024 * 1024;
/** How many of each ranking are fused, at least. */
const fewestRanked = 100;

/** Searches stores over one connection to the database, which it only reads. */
export class StoreIndex {
  readonly #database: DatabaseSync;
  readonly #model: string | undefined;
  readonly #onlyReads: boolean;
  readonly #loaded = new Map<string, LoadedStore>();
  readonly #versions = new WeakMap<LoadedStore, unknown>();

  /**
   * `model` is the embedding model whose vectors count; without one, search is by words. What was loaded is kept between searches
   * only when the connection `onlyReads`: SQLite tells it what others have written, and no connection what it wrote itself.
   */
  constructor(database: DatabaseSync, model: string | undefined, onlyReads: boolean) {
    this.#database = database;
    this.#model = model;
    this.#onlyReads = onlyReads;
  }

  /** `vectors` has one for each query, of length 1; or none, for search by words. */
  search(request: SearchRequest, vectors: readonly Float32Array[]): FoundChunk[] {
    const stores = this.#stores(request.storeIds);
    const { filter } = request;
    const wanted = new Map<number, { file: LoadedFile; storeId: string }>();
    const seen = new Set<string>();
    for (const store of stores) {
      for (const file of store.files) {
        // A file that is in two of the stores is searched once.
        if (seen.has(file.fileId) || (filter !== undefined && !passes(filter, file.attributes))) continue;
        seen.add(file.fileId);
        wanted.set(file.owner, { file, storeId: store.storeId });
      }
    }
    const fileOf = (chunk: number): LoadedFile | undefined => {
      for (const store of stores) {
        const file = store.fileOf(chunk);
        if (file !== undefined) return file;
      }
      return undefined;
    };
    const among = {
      size: stores.reduce((sum, store) => sum + store.size, 0),
      isThere: (chunk: number): boolean => fileOf(chunk) !== undefined,
      passes: (chunk: number): boolean => wanted.has(fileOf(chunk)?.owner ?? -1),
    };
    const limit = Math.max(fewestRanked, request.maxResults * 2);
    const best = new Map<number, Fused>();
    for (const [at, query] of request.queries.entries()) {
      const vector = vectors[at];
      const meaning = vector === undefined ? [] : nearest(stores, vector, (owner) => wanted.has(owner), limit);
      const words =
        request.ranker === "none" && meaning.length > 0 ? [] : searchWords(this.#database, query, among, limit);
      for (const one of rank(words, meaning, vector !== undefined && request.ranker !== "none"))
        if (one.score > (best.get(one.chunk)?.score ?? -1)) best.set(one.chunk, one);
    }
    return [...best.values()]
      .filter(({ score }) => score >= request.scoreThreshold)
      .toSorted((a, b) => b.score - a.score || a.chunk - b.chunk)
      .slice(0, request.maxResults)
      .flatMap((one) => this.#found(one, wanted.get(fileOf(one.chunk)?.owner ?? -1)));
  }

  #found(
    { chunk, score, words, meaning }: Fused,
    where: { file: LoadedFile; storeId: string } | undefined,
  ): FoundChunk[] {
    const row = this.#database.prepare("SELECT text, place FROM chunks WHERE id = ?").get(chunk);
    if (row === undefined || where === undefined) return [];
    return [
      {
        fileId: where.file.fileId,
        storeId: where.storeId,
        attributes: where.file.attributes,
        text: String(row["text"]),
        place: placeOf(row["place"]),
        score,
        scores: { words, meaning },
      },
    ];
  }

  #stores(ids: readonly string[]): LoadedStore[] {
    const version = this.#database.prepare("PRAGMA data_version").get()?.["data_version"];
    const stores = [...new Set(ids)].map((id) => {
      const store = this.#loaded.get(id) ?? new LoadedStore(id, this.#model);
      if (!this.#onlyReads || this.#versions.get(store) !== version) store.refresh(this.#database);
      this.#versions.set(store, version);
      this.#loaded.delete(id);
      this.#loaded.set(id, store);
      return store;
    });
    this.#makeRoom(stores);
    return stores;
  }

  #makeRoom(used: readonly LoadedStore[]): void {
    let bytes = [...this.#loaded.values()].reduce((sum, store) => sum + store.bytes, 0);
    for (const [id, store] of this.#loaded) {
      if (bytes <= maxVectorBytes) return;
      if (used.includes(store)) continue;
      this.#loaded.delete(id);
      bytes -= store.bytes;
    }
  }
}

function nearest(
  stores: readonly LoadedStore[],
  vector: Float32Array,
  passing: (owner: number) => boolean,
  limit: number,
): Ranked[] {
  const best = new Best(limit);
  for (const store of stores) store.nearest(vector, passing, best);
  return best.sorted();
}

function rank(words: readonly Ranked[], meaning: readonly Ranked[], fused: boolean): Fused[] {
  if (fused && meaning.length > 0) return fuse(words, meaning);
  return [
    ...words.map(({ chunk, relevance }) => ({ chunk, score: relevance, words: relevance, meaning: null })),
    ...meaning.map(({ chunk, relevance }) => ({ chunk, score: relevance, words: null, meaning: relevance })),
  ];
}
