import { mkdir } from "node:fs/promises";
import { join } from "node:path";

import { ProviderError } from "../../core/provider.ts";
import type { Connection } from "../connections/connection.ts";
import type { ConnectionStore } from "../connections/connectionStore.ts";
import type { Log } from "../log.ts";
import { startRuntimeProcess } from "./runtimeProcess.ts";
import { upstreamArgs } from "./upstreamArgs.ts";
import type { RuntimeAddress, RuntimeExit } from "./runtimeProcess.ts";

interface Entry {
  /** What the process was started with; another configuration needs another process. */
  readonly fingerprint: string;
  readonly address: Promise<RuntimeAddress>;
  stop: () => void;
}

export interface RuntimePoolOptions {
  readonly bundle: string;
  readonly storageDir: string;
  /** Where Python's snapshot and packages are. */
  readonly pythonDir: string;
  readonly connections: ConnectionStore;
  readonly log: Log;
  /** The bearer key of all runtimes of this installation; other windows know it too. */
  readonly runtimeKey: () => Promise<string>;
  /** Tokens per second of the offline model. */
  readonly offlinePace: () => number;
  /** Whether programs of assistants may run. */
  readonly python: () => boolean;
  readonly onCrash: (connection: Connection, restarting: boolean) => void;
}

/** A second crash within this time is not answered with another restart. */
const crashWindowMs = 60_000;

/** The runtime processes: one for each connection in use, started on first need, restarted once when one crashes. */
export class RuntimePool {
  readonly #options: RuntimePoolOptions;
  readonly #entries = new Map<string, Entry>();
  readonly #crashes = new Map<string, number>();
  #disposed = false;

  constructor(options: RuntimePoolOptions) {
    this.#options = options;
  }

  /** Where threads of this connection are kept. */
  dataDir(connection: Connection): string {
    return join(this.#options.storageDir, "runtime", connection.id);
  }

  /**
   * The address of a running runtime for this connection.
   * @throws ProviderError `unreachable` with the reason in words
   */
  async address(connection: Connection): Promise<RuntimeAddress> {
    const fingerprint = await this.#fingerprint(connection);
    const known = this.#entries.get(connection.id);
    if (known !== undefined && known.fingerprint === fingerprint) return known.address;
    known?.stop();
    if (this.#disposed) throw new ProviderError("unreachable", "The window is closing.");
    const entry: Entry = { fingerprint, address: Promise.resolve({ url: "" }), stop: () => undefined };
    const address = this.#start(connection, entry);
    const started: Entry = Object.assign(entry, { address });
    this.#entries.set(connection.id, started);
    address.catch(() => this.#forget(connection, started));
    return address;
  }

  /** Nobody answers at the address any more (another window's runtime ended): the next call starts one. */
  drop(connection: Connection, address: RuntimeAddress): void {
    const entry = this.#entries.get(connection.id);
    if (entry === undefined) return;
    void entry.address.then(
      (known) => {
        if (known.url === address.url) this.#forget(connection, entry);
      },
      () => this.#forget(connection, entry),
    );
  }

  /** Stops the process of a connection; the next call starts it anew. */
  restart(connection: Connection): void {
    this.#crashes.delete(connection.id);
    this.#entries.get(connection.id)?.stop();
    this.#entries.delete(connection.id);
  }

  dispose(): void {
    this.#disposed = true;
    for (const entry of this.#entries.values()) entry.stop();
    this.#entries.clear();
  }

  async #start(connection: Connection, entry: Entry): Promise<RuntimeAddress> {
    const { log, bundle } = this.#options;
    const dataDir = this.dataDir(connection);
    const key = await this.#options.runtimeKey();
    const upstreamKey = await this.#options.connections.keyOf(connection);
    if (connection.key.kind === "stored" && upstreamKey === null) {
      const words = `No key is kept for the connection "${connection.name}". The command "Assistants: Set Key of a Connection…" asks for one.`;
      throw new ProviderError("unauthorized", words);
    }
    try {
      await mkdir(dataDir, { recursive: true, mode: 0o700 });
      const { offlinePace, python, pythonDir } = this.#options;
      const args = [...upstreamArgs(connection, offlinePace()), "--python-dir", pythonDir];
      if (!python()) args.push("--no-python");
      log.info(`Starting the runtime for ${connection.name}.`);
      let stopping = false;
      const start = await startRuntimeProcess({
        bundle,
        dataDir,
        args,
        env: {
          ASSISTANTS_RUNTIME_KEY: key,
          ASSISTANTS_UPSTREAM_KEY: upstreamKey ?? undefined,
          OPENAI_API_KEY: undefined,
        },
        onLog: (line) => log.info(`[runtime ${connection.id}] ${line}`),
        onExit: (exit) => {
          if (!stopping) this.#crashed(connection, entry, exit);
        },
      });
      if (start.kind === "started") {
        entry.stop = () => {
          stopping = true;
          start.stop();
        };
      }
      log.info(
        `The runtime for ${connection.name} ${start.kind === "started" ? "listens" : "of another window is used"} at ${start.address.url}.`,
      );
      return start.address;
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      log.error(`The runtime for ${connection.name} did not start`, error);
      throw new ProviderError("unreachable", `The local runtime did not start. ${reason}`, null, { cause: error });
    }
  }

  #crashed(connection: Connection, entry: Entry, exit: RuntimeExit): void {
    if (this.#disposed || this.#entries.get(connection.id) !== entry) return;
    this.#entries.delete(connection.id);
    const now = Date.now();
    const last = this.#crashes.get(connection.id) ?? Number.NEGATIVE_INFINITY;
    this.#crashes.set(connection.id, now);
    const restarting = now - last > crashWindowMs;
    this.#options.log.error(
      `The runtime for ${connection.name} ended unexpectedly (${exit.signal ?? `code ${exit.code}`}).`,
    );
    this.#options.onCrash(connection, restarting);
    if (restarting)
      void this.address(connection).catch(() => undefined /* logged by #start; the next call reports it */);
  }

  #forget(connection: Connection, entry: Entry): void {
    if (this.#entries.get(connection.id) === entry) this.#entries.delete(connection.id);
  }

  async #fingerprint(connection: Connection): Promise<string> {
    const key = await this.#options.connections.keyOf(connection);
    const { offlinePace, python } = this.#options;
    return JSON.stringify([connection.upstream, key, connection.model, offlinePace(), python()]);
  }
}
