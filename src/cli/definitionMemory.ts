import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import type { CheckedText } from "../core/definition/checkedText.ts";
import { isJsonMap } from "../core/definition/json.ts";
import { writeWhole } from "../disk/writeWhole.ts";

/** Codes of findings that quote what must not lie about in another place. */
const secretCode = "secret";

/**
 * What was found in the texts of a folder's definitions when they were last read, by their SHA-256: a text that was read before is
 * not parsed again. It is kept beside other things that can be made again, belongs to one build of this program, and holds only
 * texts of the last run.
 */
export class DefinitionMemory {
  readonly #file: string;
  readonly #folder: string;
  readonly #build: string;
  readonly #known: ReadonlyMap<string, CheckedText>;
  readonly #used = new Map<string, CheckedText>();
  #learned = false;

  private constructor(cacheDir: string, root: string, build: string) {
    this.#folder = cacheDir;
    this.#file = join(cacheDir, `${createHash("sha256").update(root).digest("hex").slice(0, 24)}.definitions.json`);
    this.#build = build;
    this.#known = readMemory(this.#file, build);
  }

  /**
   * @param cacheDir where it is kept @param root whose definitions it is about @param build of this program
   * A damaged memory is an empty one.
   */
  static open(cacheDir: string, root: string, build: string): DefinitionMemory {
    return new DefinitionMemory(cacheDir, root, build);
  }

  /** What the text says: as it was found before, or as `check` finds it. */
  recall(text: string, check: () => CheckedText): CheckedText {
    const key = createHash("sha256").update(text).digest("hex");
    const known = this.#known.get(key);
    const checked = known ?? check();
    if (known !== undefined || canBeKept(checked, text)) this.#used.set(key, checked);
    if (known === undefined && this.#used.has(key)) this.#learned = true;
    return checked;
  }

  /** Writes what was learned. */
  async save(): Promise<void> {
    if (!this.#learned) return;
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await writeWhole(this.#file, JSON.stringify({ build: this.#build, texts: Object.fromEntries(this.#used) }));
    this.#learned = false;
  }
}

function readMemory(file: string, build: string): ReadonlyMap<string, CheckedText> {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    if (!isJsonMap(value) || value["build"] !== build || !isJsonMap(value["texts"])) return new Map();
    return new Map(Object.entries(value["texts"]) as unknown as [string, CheckedText][]);
  } catch {
    // Not there, not to be read or damaged: everything is read again, and it is written anew.
    return new Map();
  }
}

/** Nothing that JSON would change, that grows beyond the text by its aliases, or that is a secret. */
function canBeKept({ value, findings }: CheckedText, text: string): boolean {
  if (findings.some(({ code }) => code === secretCode)) return false;
  let left = 4 * text.length + 1000;
  const isPlain = (item: unknown): boolean => {
    left -= typeof item === "string" ? item.length + 1 : 1;
    if (left < 0) return false;
    if (item === null || typeof item === "string" || typeof item === "boolean") return true;
    if (typeof item === "number") return Number.isFinite(item) && !Object.is(item, -0);
    if (Array.isArray(item)) return item.every(isPlain);
    return (
      typeof item === "object" &&
      Object.getPrototypeOf(item) === Object.prototype &&
      Object.entries(item).every(([key, inner]) => isPlain(key) && isPlain(inner))
    );
  };
  return isPlain(value);
}
