import { createReadStream, createWriteStream, mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/** The shape of the runtime's own file ids: nothing else becomes part of a path. */
const fileId = /^file-[A-Za-z0-9]{24}$/;

/** The contents of files, each under its id in one directory. What a file is called stays in the database. */
export class FileBytes {
  readonly #directory: string;

  /** Makes the directory when it is missing. */
  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  }

  /**
   * Writes a new file's content and resolves to its size once it is durable. Leaves nothing when the stream breaks off: the
   * row that makes the content a file is written only afterwards, by the caller.
   */
  async write(id: string, content: Readable): Promise<number> {
    const path = this.#path(id);
    const target = createWriteStream(path, { flags: "wx", mode: 0o600, flush: true });
    try {
      await pipeline(content, target);
      await this.#syncDirectory();
    } catch (error) {
      await rm(path, { force: true });
      throw error;
    }
    return target.bytesWritten;
  }

  /** A stream of the content. Rejects with ENOENT when there is none. */
  async read(id: string): Promise<Readable> {
    const handle = await open(this.#path(id));
    return createReadStream("", { fd: handle, autoClose: true });
  }

  /** The whole content, for files that are known to be small; `undefined` when there is none. */
  readWhole(id: string): Buffer | undefined {
    try {
      return readFileSync(this.#path(id));
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
      throw error;
    }
  }

  /** Where the content is, for another thread to read it. */
  pathOf(id: string): string {
    return this.#path(id);
  }

  /** Removes the content, if it is there. */
  async remove(id: string): Promise<void> {
    await rm(this.#path(id), { force: true });
  }

  /** Removes what a killed process left: contents that are no file's. Returns how many. */
  removeOrphans(isFile: (id: string) => boolean): number {
    const orphans = readdirSync(this.#directory).filter((name) => fileId.test(name) && !isFile(name));
    for (const name of orphans) rmSync(join(this.#directory, name), { force: true });
    return orphans.length;
  }

  #path(id: string): string {
    if (!fileId.test(id)) throw new Error(`'${id}' is no id of a stored file`);
    return join(this.#directory, id);
  }

  // The name of a new file is durable only when its directory is. Windows cannot open directories, and does not need it.
  async #syncDirectory(): Promise<void> {
    if (process.platform === "win32") return;
    const handle = await open(this.#directory);
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  }
}
