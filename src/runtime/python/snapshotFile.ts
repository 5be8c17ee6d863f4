import { existsSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The memory of a freshly started Python, on disk: from it, a session starts in a fraction of the time. */
export class SnapshotFile {
  readonly #folder: string;
  readonly #name: string;

  /** `fingerprint` names what the snapshot was made of. */
  constructor(folder: string, fingerprint: string) {
    this.#folder = folder;
    this.#name = `snapshot-${fingerprint}.bin`;
  }

  /** The real path; undefined when there is none yet. */
  get path(): string | undefined {
    const path = join(this.#folder, this.#name);
    return existsSync(path) ? realpathSync(path) : undefined;
  }

  /** Writes it whole or not at all, and removes those of earlier versions. */
  write(bytes: Uint8Array): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const path = join(this.#folder, this.#name);
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, bytes, { mode: 0o600 });
    renameSync(draft, path);
    for (const name of readdirSync(this.#folder))
      if (name.startsWith("snapshot-") && name !== this.#name) rmSync(join(this.#folder, name), { force: true });
  }

  remove(): void {
    rmSync(join(this.#folder, this.#name), { force: true });
  }
}
