import type { DatabaseSync } from "node:sqlite";
import type { VectorStoreFile } from "../objects.ts";
import type { Best } from "./best.ts";

/** A file of a loaded store that has been read. */
export interface LoadedFile {
  readonly owner: number;
  readonly fileId: string;
  readonly attributes: VectorStoreFile["attributes"];
}

interface Loaded {
  file: LoadedFile;
  /** Its chunks stand here, `[from, to)`. */
  from: number;
  to: number;
  /** Whether each of its chunks has its vector. */
  complete: boolean;
}

/**
 * What search needs of one store in memory: which chunk belongs to which file, and the chunks' vectors in one flat array, row by
 * row, each of length 1. Brought up to date from the database; files that are gone leave their rows until half of them are dead.
 */
export class LoadedStore {
  readonly #storeId: string;
  readonly #model: string | undefined;
  #files = new Map<number, Loaded>();
  #ids: number[] = [];
  #fileOf: (Loaded | undefined)[] = [];
  #positions = new Map<number, number>();
  #matrix = new Float32Array(0);
  #has = new Uint8Array(0);
  #dims = 0;
  #dead = 0;

  constructor(storeId: string, model: string | undefined) {
    this.#storeId = storeId;
    this.#model = model;
  }

  get storeId(): string {
    return this.#storeId;
  }

  /** Numbers in a vector; 0 when there are none. */
  get dims(): number {
    return this.#dims;
  }

  /** Bytes of the vectors. */
  get bytes(): number {
    return this.#matrix.byteLength;
  }

  get size(): number {
    return this.#ids.length - this.#dead;
  }

  get files(): Iterable<LoadedFile> {
    return [...this.#files.values()].map(({ file }) => file);
  }

  /** The file of a chunk; `undefined` when the chunk is not of this store. */
  fileOf(chunk: number): LoadedFile | undefined {
    const at = this.#positions.get(chunk);
    return at === undefined ? undefined : this.#fileOf[at]?.file;
  }

  refresh(database: DatabaseSync): void {
    const rows = database
      .prepare(
        `SELECT seq, id, json_extract(body, '$.attributes') AS attributes FROM objects
          WHERE kind = 'vector_store_file' AND parent = ? AND status = 'completed'`,
      )
      .all(this.#storeId);
    const there = new Set(rows.map((row) => Number(row["seq"])));
    for (const [owner, loaded] of this.#files)
      if (!there.has(owner) || (!loaded.complete && this.#model !== undefined)) this.#forget(owner, loaded);
    if (this.#dead > this.#ids.length / 2) this.#clear();
    const fresh = [];
    for (const row of rows) {
      const owner = Number(row["seq"]);
      const { attributes } = row;
      const file: LoadedFile = {
        owner,
        fileId: String(row["id"]),
        attributes: typeof attributes === "string" ? (JSON.parse(attributes) as LoadedFile["attributes"]) : null,
      };
      const loaded = this.#files.get(owner);
      if (loaded === undefined) fresh.push(file);
      else loaded.file = file;
    }
    if (fresh.length > 0) this.#load(database, fresh);
  }

  /** Gives `best` the chunks whose file passes, with the cosine of their vector and `query` (of length 1) where it is above 0. */
  nearest(query: Float32Array, passes: (owner: number) => boolean, best: Best): void {
    const [matrix, has, ids, dims] = [this.#matrix, this.#has, this.#ids, this.#dims];
    if (dims === 0 || query.length !== dims) return;
    let floor = Math.max(0, best.floor);
    const whole = dims - (dims % 4);
    for (const { file, from, to } of this.#files.values()) {
      if (!passes(file.owner)) continue;
      for (let row = from; row < to; row++) {
        if (has[row] === 0) continue;
        // Four sums at once: the processor does not have to wait for each. In here, because a call for each row costs as much.
        let [a, b, c, d] = [0, 0, 0, 0];
        const start = row * dims;
        for (let at = 0; at < whole; at += 4) {
          const cell = start + at;
          a += (matrix[cell] as number) * (query[at] as number);
          b += (matrix[cell + 1] as number) * (query[at + 1] as number);
          c += (matrix[cell + 2] as number) * (query[at + 2] as number);
          d += (matrix[cell + 3] as number) * (query[at + 3] as number);
        }
        for (let at = whole; at < dims; at++) a += (matrix[start + at] as number) * (query[at] as number);
        const cosine = a + b + c + d;
        if (cosine <= floor) continue;
        best.add(ids[row] ?? 0, Math.min(1, cosine));
        floor = Math.max(0, best.floor);
      }
    }
  }

  #load(database: DatabaseSync, files: readonly LoadedFile[]): void {
    const chunks = database.prepare(
      this.#model === undefined
        ? "SELECT id, NULL AS vector FROM chunks WHERE owner = ? ORDER BY id"
        : "SELECT chunks.id AS id, vectors.vector AS vector FROM chunks LEFT JOIN vectors ON vectors.model = ? AND vectors.hash = chunks.hash WHERE owner = ? ORDER BY chunks.id",
    );
    for (const file of files) {
      const rows = this.#model === undefined ? chunks.all(file.owner) : chunks.all(this.#model, file.owner);
      const loaded: Loaded = { file, from: this.#ids.length, to: this.#ids.length + rows.length, complete: true };
      this.#files.set(file.owner, loaded);
      for (const row of rows) {
        const at = this.#ids.push(Number(row["id"])) - 1;
        this.#fileOf.push(loaded);
        this.#positions.set(Number(row["id"]), at);
        if (row["vector"] instanceof Uint8Array) this.#keepVector(at, row["vector"]);
        else loaded.complete = false;
      }
    }
    this.#reserve(this.#ids.length);
  }

  #keepVector(at: number, bytes: Uint8Array): void {
    const vector = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
    if (this.#dims === 0) this.#dims = vector.length;
    if (vector.length !== this.#dims) return;
    this.#reserve(at + 1);
    this.#matrix.set(vector, at * this.#dims);
    this.#has[at] = 1;
  }

  #reserve(rows: number): void {
    if (this.#has.length >= rows && this.#matrix.length >= rows * this.#dims) return;
    const more = Math.max(rows, Math.ceil(this.#has.length * 1.5));
    const [has, matrix] = [new Uint8Array(more), new Float32Array(more * this.#dims)];
    has.set(this.#has);
    matrix.set(this.#matrix);
    [this.#has, this.#matrix] = [has, matrix];
  }

  #forget(owner: number, { from, to }: Loaded): void {
    this.#files.delete(owner);
    for (let at = from; at < to; at++) {
      const id = this.#ids[at];
      if (id !== undefined && this.#positions.get(id) === at) this.#positions.delete(id);
      this.#fileOf[at] = undefined;
    }
    this.#dead += to - from;
  }

  #clear(): void {
    this.#files = new Map();
    this.#ids = [];
    this.#fileOf = [];
    this.#positions = new Map();
    this.#matrix = new Float32Array(0);
    this.#has = new Uint8Array(0);
    [this.#dims, this.#dead] = [0, 0];
  }
}
