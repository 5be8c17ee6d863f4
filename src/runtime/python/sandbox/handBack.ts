import { dataFolder, versionsBelow, type EmscriptenFiles } from "./fileSystem.ts";
import { longestPath, type FileLimits } from "./frames.ts";
import type { Pipes } from "./pipes.ts";

/** Remarks that are told one by one; of the others, how many there are. */
const mostNotes = 20;

/** Hands back what one program made, as much as the limits allow, and says of the rest that it is left out. */
export class HandBack {
  readonly #pipes: Pipes;
  readonly #limits: FileLimits;
  #bytesLeft: number;
  #notes = 0;

  constructor(pipes: Pipes, limits: FileLimits) {
    this.#pipes = pipes;
    this.#limits = limits;
    this.#bytesLeft = limits.total;
  }

  /** Tells the person and the model something. */
  note(text: string): void {
    if (++this.#notes <= mostNotes) this.#pipes.say({ type: "note", text: text.slice(0, 2000) });
  }

  images(shown: Iterable<{ readonly mime: string; readonly bytes: Uint8Array }>): void {
    let count = 0;
    let left = 0;
    for (const { mime, bytes } of shown) {
      const refusal = this.#refusal(bytes.length);
      if (refusal !== undefined) this.note(`A picture was not shown: ${refusal}.`);
      else if (++count > this.#limits.count) left++;
      else {
        this.#bytesLeft -= bytes.length;
        this.#pipes.sayBytes({ type: "image", mime, size: bytes.length }, bytes);
      }
    }
    if (left > 0) this.note(`Only ${this.#limits.count} pictures are shown from one program; ${left} more were not.`);
  }

  /** The files that a program made or changed. @returns the versions that are there now */
  files(files: EmscriptenFiles, known: ReadonlyMap<string, string>): Map<string, string> {
    const now = versionsBelow(files, dataFolder);
    let count = 0;
    let left = 0;
    for (const [path, version] of now) {
      if (known.get(path) === version) continue;
      const { size } = files.lstat(path);
      const refusal = path.length > longestPath ? "its path is too long" : this.#refusal(size);
      if (refusal !== undefined) this.note(`${path.slice(0, 100)} was not handed back: ${refusal}.`);
      else if (++count > this.#limits.count) left++;
      else {
        this.#bytesLeft -= size;
        this.#pipes.sayBytes({ type: "file", path, size }, files.readFile(path));
      }
    }
    if (left > 0)
      this.note(`Only ${this.#limits.count} files are handed back from one program; ${left} more were not.`);
    return now;
  }

  end(): void {
    const left = this.#notes - mostNotes;
    if (left > 0) this.#pipes.say({ type: "note", text: `${left} more remarks like these are left out.` });
  }

  #refusal(size: number): string | undefined {
    const { each, total } = this.#limits;
    if (size > each) return `it has ${size} bytes, and ${each} is the limit`;
    return size > this.#bytesLeft ? `all that one program hands back may have ${total} bytes together` : undefined;
  }
}
