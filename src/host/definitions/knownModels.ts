import * as vscode from "vscode";

import type { Model } from "../../core/wire.ts";
import type { Connection } from "../connections/connection.ts";
import type { Log } from "../log.ts";

export type ListModels = (connection: Connection) => Promise<readonly Model[]>;

/** The models of connections that have answered once in this window: nobody is asked for them just to check a text. */
export class KnownModels implements vscode.Disposable {
  readonly #list: ListModels;
  readonly #log: Log;
  readonly #known = new Map<string, readonly Model[]>();
  readonly #asked = new Set<string>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onChange = this.#changed.event;

  constructor(list: ListModels, log: Log) {
    this.#list = list;
    this.#log = log;
  }

  /** Nothing where any name will do: the offline model, and a connection that maps every name to one of its own. */
  of({ id, upstream }: Connection): readonly Pick<Model, "id" | "shutdown_date">[] {
    if (upstream.kind === "offline" || Object.hasOwn(upstream.modelMap, "*")) return [];
    const known = this.#known.get(id) ?? [];
    return known.length === 0 ? [] : [...known, ...Object.keys(upstream.modelMap).map((name) => ({ id: name }))];
  }

  /** Asks a connection that is in use already, once. */
  async learn(connection: Connection): Promise<void> {
    if (connection.upstream.kind === "offline" || this.#asked.has(connection.id)) return;
    this.#asked.add(connection.id);
    try {
      this.#known.set(connection.id, await this.#list(connection));
      this.#changed.fire();
    } catch (error) {
      this.#log.warn(
        `The models of ${connection.name} cannot be listed: ${error instanceof Error ? error.message : ""}`,
      );
    }
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
