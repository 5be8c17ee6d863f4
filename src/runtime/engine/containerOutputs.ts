import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { basename } from "node:path/posix";
import { imageTypeOf } from "../files/imageType.ts";
import { removeFile } from "../files/removeFile.ts";
import { saveOutput } from "../files/saveOutput.ts";
import { reasonOf } from "../log.ts";
import type { FileObject, ThreadContainer } from "../objects.ts";
import { isDataPath } from "../python/sandbox/fileSystem.ts";
import { keepMade } from "../python/madeFiles.ts";
import { fileName } from "../python/sessionFiles.ts";
import type { ToolContext } from "../tools/port.ts";
import type { ContainerFile, Containers } from "../upstream/hosted/containers.ts";
import { isRefusal } from "../upstream/hosted/hostedApi.ts";
import { withoutKeys } from "../upstream/http/refusal.ts";

/** As many files are copied for one response as a program of the sandbox may hand back. */
const mostFiles = 50;
/** Pictures come whole, in memory. */
const mostImageBytes = 20 * 1024 * 1024;

/** Enough of a file to tell a picture by. */
const headBytes = 16;

const imageEndings: Readonly<Record<string, string>> = {
  "image/png": ".png",
  "image/jpeg": ".jpg",
  "image/gif": ".gif",
  "image/webp": ".webp",
};

/** A file of a container that is the runtime's now. */
export interface CopiedFile {
  /** As programs see it. */
  readonly path: string;
  readonly file: FileObject;
  readonly isImage: boolean;
}

/** What was copied, and in words what could not be. */
export interface Copies {
  readonly copied: readonly CopiedFile[];
  readonly problems: readonly string[];
}

/** Brings what programs made in a container to the runtime's own files, while the container lives: each version of a file once. */
export class ContainerOutputs {
  readonly #container: ThreadContainer;
  readonly #containers: Containers;
  readonly #context: ToolContext;
  #pictures = 0;
  #count = 0;

  constructor(container: ThreadContainer, containers: Containers, context: ToolContext) {
    this.#container = container;
    this.#containers = containers;
    this.#context = context;
  }

  /**
   * Copies the files that were made since they were asked for last. Rejects only when the run is stopped.
   * @param code of the program that ran last: a file that it names may have been written over, whatever the list says of it
   */
  async copyNew(stop: AbortSignal, code = ""): Promise<Copies> {
    const copied: CopiedFile[] = [];
    const problems: string[] = [];
    const found = await this.#tried(stop, "What programs made", () => this.#containers.files(this.#container.id, stop));
    if (typeof found === "string") return { copied, problems: [found] };
    const given = new Set(Object.values(this.#container.files).map((one) => one.id));
    const made = found.filter(
      (file) =>
        file.source !== "user" &&
        !(given.has(file.id) && !this.#isCopy(file.id)) &&
        (this.#known(file) === undefined || code.includes(basename(file.path))),
    );
    let left = 0;
    for (const file of made) {
      const before = this.#known(file);
      if (before === undefined && this.#count >= mostFiles) {
        left++;
        continue;
      }
      const copy = await this.#copy(this.#container.id, file, file.path, stop);
      if (typeof copy === "string") problems.push(copy);
      else if (copy.file.id !== before?.id) {
        copied.push(copy);
        this.#count++;
      }
    }
    if (left > 0) problems.push(`${left} files were not copied: a response may hand back ${mostFiles}.`);
    return { copied, problems };
  }

  /**
   * The copy of a file that a message hands out, or in words why there is none. Rejects only when the run is stopped.
   * @param path as the message has it; empty when it names none
   */
  async copyCited(
    cited: { readonly containerId: string; readonly fileId: string; readonly filename: string },
    path: string,
    stop: AbortSignal,
  ): Promise<CopiedFile | string> {
    const { containerId, fileId, filename } = cited;
    const name = path === "" ? filename : basename(path);
    const id = containerId === "" ? this.#container.id : containerId;
    const found = await this.#tried(stop, name, () => this.#containers.file(id, fileId, stop));
    // Copied before, and the container is gone by now: that copy is it.
    const before = typeof found === "string" ? this.#newestCopy(fileId) : this.#known(found);
    if (before !== undefined) return { path: path || `/mnt/data/${filename}`, file: before, isImage: isImage(before) };
    return typeof found === "string" ? found : this.#copy(id, found, path || found.path, stop);
  }

  /** A picture that a program showed, as a file; or in words why it cannot be had. Rejects only when the run is stopped. */
  async keepImage(url: string, stop: AbortSignal): Promise<FileObject | string> {
    const what = "A picture";
    const bytes = await this.#tried(stop, what, () => this.#imageBytes(url, stop));
    if (typeof bytes === "string") return bytes;
    const type = imageTypeOf(bytes);
    if (type === undefined) return `${what} could not be copied from the container: it is no PNG, JPEG, GIF or WebP.`;
    const hash = hashKey(createHash("sha256").update(bytes).digest("hex"));
    const known = this.#copied(hash);
    if (known !== undefined) return known;
    const name = `picture-${++this.#pictures}${imageEndings[type] ?? ""}`;
    const file = await this.#tried(stop, what, () => saveOutput(name, bytes, this.#context));
    if (typeof file === "string") return file;
    this.#keep({ [hash]: file.id });
    return file;
  }

  async #copy(
    containerId: string,
    there: ContainerFile,
    path: string,
    stop: AbortSignal,
  ): Promise<CopiedFile | string> {
    const name = fileName(basename(path));
    const { files, store } = this.#context;
    if (there.bytes > files.maxFileBytes)
      return `${name} was not copied from the container: ${tooLarge(files.maxFileBytes)}`;
    const copy = await this.#tried(stop, name, async () => {
      const response = await this.#containers.content(containerId, there.id, stop);
      if (isRefusal(response)) return response;
      const { body } = response;
      const hash = createHash("sha256");
      let head = Buffer.alloc(0);
      let size = 0;
      async function* content(): AsyncGenerator<Uint8Array> {
        for await (const chunk of body ?? []) {
          size += chunk.length;
          if (size > files.maxFileBytes) throw new Error(tooLarge(files.maxFileBytes));
          hash.update(chunk);
          if (head.length < headBytes) head = Buffer.concat([head, chunk.subarray(0, headBytes)]);
          yield chunk;
        }
      }
      const file = await saveOutput(name, Readable.from(content()), this.#context);
      return { file, hash: hashKey(hash.digest("hex")), isImage: imageTypeOf(head) !== undefined };
    });
    if (typeof copy === "string") return copy;
    // A picture may come as an output and as a file: it is one.
    const same = this.#copied(copy.hash);
    const file = same ?? copy.file;
    if (same !== undefined) await removeFile(copy.file.id, this.#context);
    this.#keep({ [copy.hash]: file.id, [versionOf(there)]: file.id });
    this.#container.files[file.id] = { id: there.id, path };
    store.update("container", this.#container, this.#context.run.thread_id);
    // In a container, what a client gave has a path that no program writes to by chance: nothing takes its place.
    if (isDataPath(path)) keepMade(path, file.id, [], this.#context);
    return { path, file, isImage: copy.isImage || isImage(file) };
  }

  async #imageBytes(url: string, stop: AbortSignal): Promise<Uint8Array> {
    const data = /^data:[\w/+.-]+;base64,/i.exec(url);
    if (data !== null) {
      if ((url.length * 3) / 4 > mostImageBytes * 1.01) throw new Error(tooLarge(mostImageBytes));
      return Buffer.from(url.slice(data[0].length), "base64");
    }
    const own = URL.canParse(url) && new URL(url).origin === new URL(this.#containers.target.url).origin;
    if (!own && !/^https:\/\//i.test(url)) throw new Error("Its address is none that the runtime fetches from.");
    const response = await this.#containers.image(url, stop);
    if (isRefusal(response)) throw new Error(response.words);
    const chunks: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of response.body ?? []) {
      size += chunk.length;
      if (size > mostImageBytes) throw new Error(tooLarge(mostImageBytes));
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }

  /** A failure becomes words; the run goes on without the file. */
  async #tried<T extends object>(
    stop: AbortSignal,
    what: string,
    work: () => Promise<T>,
  ): Promise<Exclude<T, { words: string }> | string> {
    let reason;
    try {
      const result = await work();
      if (!isRefusal(result)) return result as Exclude<T, { words: string }>;
      reason = result.words;
    } catch (error) {
      if (stop.aborted) throw error;
      reason = reasonOf(error);
    }
    const words = `${what} could not be copied from the container: ${withoutKeys(reason, this.#containers.target)}`;
    this.#context.log(`run ${this.#context.run.id}: ${words}`);
    return words;
  }

  #known(there: ContainerFile): FileObject | undefined {
    return this.#copied(versionOf(there));
  }

  #newestCopy(fileId: string): FileObject | undefined {
    const key = Object.keys(this.#container.copied).findLast((one) => one.startsWith(`${fileId}:`));
    return key === undefined ? undefined : this.#copied(key);
  }

  /** A copy that was deleted since is none. */
  #copied(key: string): FileObject | undefined {
    const id = this.#container.copied[key];
    return id === undefined ? undefined : this.#context.store.get("file", id, "");
  }

  #isCopy(fileId: string): boolean {
    return Object.keys(this.#container.copied).some((key) => key.startsWith(`${fileId}:`));
  }

  #keep(copies: Record<string, string>): void {
    Object.assign(this.#container.copied, copies);
    this.#context.store.update("container", this.#container, this.#context.run.thread_id);
  }
}

/** Tells a file from one that was written over it. */
function versionOf({ id, bytes, createdAt }: ContainerFile): string {
  return `${id}:${bytes}:${createdAt}`;
}

function hashKey(hash: string): string {
  return `sha256-${hash}`;
}

/** By its name, as vector pictures and files that were copied before are told. */
function isImage({ filename }: FileObject): boolean {
  return /\.(?:png|jpe?g|gif|webp|svg)$/i.test(filename);
}

function tooLarge(limit: number): string {
  return `It is larger than ${limit / 1024 / 1024} MB, the limit for it.`;
}
