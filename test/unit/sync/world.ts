import { createHash } from "node:crypto";

import { checkDefinition } from "../../../src/core/definition/checkDefinition.ts";
import { applyPlan } from "../../../src/core/sync/apply.ts";
import type { Outcome } from "../../../src/core/sync/apply.ts";
import { emptyLock } from "../../../src/core/sync/lock.ts";
import { lockText, parseLock } from "../../../src/core/sync/lockText.ts";
import type { LocalDefinition } from "../../../src/core/sync/localDefinition.ts";
import { makePlan } from "../../../src/core/sync/makePlan.ts";
import type { Plan, PlanChoices } from "../../../src/core/sync/plan.ts";
import type { SyncPorts, SyncProvider } from "../../../src/core/sync/ports.ts";
import { referencePath } from "../../../src/core/sync/referencePath.ts";
import type { SyncInput } from "../../../src/core/sync/syncInput.ts";
import { syncStates } from "../../../src/core/sync/syncState.ts";
import type { StateRow } from "../../../src/core/sync/syncState.ts";
import type { StoreDefinition } from "../../../src/core/vectorStoreDefinition/storeDefinition.ts";
import type { Assistant } from "../../../src/core/wire.ts";

/** Worlds that share a server must not share marks. */
let worlds = 0;

/** A folder in memory beside a provider: what a person's machine is in these tests. */
export class World {
  readonly files = new Map<string, string>();
  readonly stores = new Map<string, StoreDefinition>();
  lock: string = lockText(emptyLock);
  provider: SyncProvider;
  /** Milliseconds since 1970. */
  now = Date.now();
  /** Codes of rules that are turned off. */
  disabled: ReadonlySet<string> = new Set();
  /** Its name in the lock. */
  connection = "test";
  readonly #list: () => Promise<readonly Assistant[]>;
  readonly #number = (worlds += 1);
  #marks = 0;
  /** Called before the lock is written: throwing stands for a crash. */
  onLockWrite: () => void = () => undefined;
  /** Called before a file is written. */
  onFileWrite: (path: string) => void = () => undefined;

  constructor(provider: SyncProvider, list: () => Promise<readonly Assistant[]>) {
    this.provider = provider;
    this.#list = list;
  }

  async input(): Promise<SyncInput> {
    const paths = [...this.files.keys()].filter((path) => path.endsWith(".assistant.yaml"));
    return {
      connection: this.connection,
      lock: parseLock(this.lock),
      definitions: paths.map((path) => this.#definition(path)),
      remotes: await this.#list(),
      model: null,
    };
  }

  async plan(direction: Plan["direction"], choices: PlanChoices = {}): Promise<Plan> {
    return makePlan(direction, await this.input(), choices);
  }

  async states(): Promise<readonly StateRow[]> {
    return syncStates(await this.input());
  }

  /** Plans and applies. */
  async sync(direction: Plan["direction"], choices: PlanChoices = {}): Promise<readonly Outcome[]> {
    const input = await this.input();
    return this.apply(makePlan(direction, input, choices), input);
  }

  async apply(plan: Plan, input: SyncInput): Promise<readonly Outcome[]> {
    return (await applyPlan(plan, input, this.ports())).outcomes;
  }

  ports(): SyncPorts {
    return {
      provider: this.provider,
      files: {
        readText: (path) => Promise.resolve(this.#text(path)),
        writeText: async (path, text) => {
          await Promise.resolve(this.onFileWrite(path));
          this.files.set(path, text);
        },
        exists: (path) => Promise.resolve(this.files.has(path)),
        remove: (path) => Promise.resolve(void this.files.delete(path)),
        readBytes: (path) => {
          const bytes = new TextEncoder().encode(this.#text(path));
          return Promise.resolve({ bytes, sha256: sha256Of(this.#text(path)) });
        },
      },
      readLock: () => Promise.resolve(parseLock(this.lock)),
      writeLock: async (text) => {
        await Promise.resolve(this.onLockWrite());
        this.lock = text;
      },
      randomMark: () => `${this.#number}-${(this.#marks += 1)}`,
      now: () => this.now,
      stores: this.stores,
    };
  }

  #text(path: string): string {
    const text = this.files.get(path);
    if (text === undefined) throw new Error(`${path} is not there.`);
    return text;
  }

  #definition(path: string): LocalDefinition {
    const text = this.#text(path);
    const parsed = checkDefinition(text, { disabled: this.disabled });
    if (!parsed.valid) return { path, text, parsed, instructions: null, files: [], unreadable: null };
    const { instructions, files } = parsed.definition;
    const target = instructions?.kind === "file" ? referencePath(path, instructions.path) : null;
    return {
      path,
      text,
      parsed,
      instructions: target === null ? null : { path: target, text: this.#text(target) },
      files: files.map((reference) => {
        const file = referencePath(path, reference) ?? "";
        return { reference, path: file, sha256: sha256Of(this.#text(file)) };
      }),
      unreadable: null,
    };
  }
}

function sha256Of(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
