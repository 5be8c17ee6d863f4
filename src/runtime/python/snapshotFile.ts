import { existsSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const keptForMs = 7 * 24 * 3_600_000;

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

  /** Writes it whole or not at all, and removes those of earlier versions; runtimes of two versions may share the folder for a while. */
  write(bytes: Uint8Array): void {
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const path = join(this.#folder, this.#name);
    const draft = `${path}.${process.pid}`;
    writeFileSync(draft, bytes, { mode: 0o600 });
    renameSync(draft, path);
    const old = Date.now() - keptForMs;
    for (const name of readdirSync(this.#folder)) {
      const other = join(this.#folder, name);
      const { mtimeMs } = statSync(other, { throwIfNoEntry: false }) ?? { mtimeMs: Infinity };
      if (name.startsWith("snapshot-") && name !== this.#name && mtimeMs < old) rmSync(other, { force: true });
    }
  }

  remove(): void {
    rmSync(join(this.#folder, this.#name), { force: true });
  }
}
