import * as vscode from "vscode";

import { storeName } from "../../core/documents/storeName.ts";
import { everyItem } from "../../core/provider.ts";
import type {
  InspectorHostMessage,
  InspectorRequests,
  InspectorState,
  InspectorWebviewMessage,
  SearchView,
  SideName,
  StoreChoice,
} from "../../protocol/inspectorMessages.ts";
import { connectionLabel } from "../connections/connection.ts";
import type { Connection } from "../connections/connection.ts";
import { errorWords } from "../errorWords.ts";
import type { Log } from "../log.ts";
import type { ProviderPool } from "../runtime/providerPool.ts";
import type { ChunkDocuments } from "./chunkDocuments.ts";
import type { InspectorStates } from "./inspectorStates.ts";
import type { SourceOpener } from "./sourceOpener.ts";

export interface InspectorServices {
  readonly providers: ProviderPool;
  readonly sources: SourceOpener;
  readonly chunks: ChunkDocuments;
  readonly states: InspectorStates;
  readonly log: Log;
}

/** More stores than these are not listed for choosing; a search in one that is opened from its node works all the same. */
const maxStores = 1000;

type Request = Extract<InspectorWebviewMessage, { type: "request" }>;

/** A retrieval inspector: asks stores of one connection on behalf of its page. */
export class InspectorPanel implements vscode.Disposable {
  readonly panel: vscode.WebviewPanel;
  readonly connection: Connection;
  readonly #services: InspectorServices;
  readonly #searches = new Map<SideName, AbortController>();
  readonly #subscriptions: readonly vscode.Disposable[];
  readonly #disposed = new vscode.EventEmitter<void>();
  #state: InspectorState | null;
  #id: string | null = null;
  #gone = false;

  readonly onDispose = this.#disposed.event;

  /** @param state what to show; null for what the page remembers */
  constructor(
    panel: vscode.WebviewPanel,
    connection: Connection,
    state: InspectorState | null,
    services: InspectorServices,
  ) {
    this.panel = panel;
    this.connection = connection;
    this.#state = state;
    this.#services = services;
    this.#subscriptions = [
      panel.webview.onDidReceiveMessage((message: InspectorWebviewMessage) => void this.#receive(message)),
      panel.onDidDispose(() => {
        // A person closed it; when the window goes away, nobody says so.
        if (this.#id !== null) void services.states.forget(this.#id);
        this.dispose();
      }),
    ];
  }

  dispose(): void {
    if (this.#gone) return;
    this.#gone = true;
    for (const search of this.#searches.values()) search.abort();
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#disposed.fire();
    this.#disposed.dispose();
  }

  async #receive(message: InspectorWebviewMessage): Promise<void> {
    switch (message.type) {
      case "ready":
        return this.#init();
      case "state":
        this.#id = message.state.id;
        this.#services.states.keep(message.state);
        return;
      case "cancel":
        this.#searches.get(message.side)?.abort();
        return;
      case "fault":
        this.#services.log.error(`In the retrieval inspector: ${message.message}`);
        return;
      case "request":
        return this.#answer(message);
    }
  }

  /** Said twice: at once with what is to be shown, and again with the stores, for which a runtime may have to start. */
  async #init(): Promise<void> {
    const { connection } = this;
    const base = {
      type: "init",
      connectionId: connection.id,
      connectionLabel: connectionLabel(connection),
    } as const;
    this.#post({ ...base, stores: null, error: null, state: this.#state });
    // A page that is drawn anew shows what it remembers of it.
    this.#state = null;
    try {
      this.#post({ ...base, stores: await this.#stores(), error: null, state: null });
    } catch (error) {
      this.#post({ ...base, stores: null, error: this.#words(error), state: null });
    }
  }

  async #answer(message: Request): Promise<void> {
    try {
      this.#post({ type: "reply", id: message.id, ok: true, result: await this.#perform(message) });
    } catch (error) {
      this.#post({ type: "reply", id: message.id, ok: false, error: this.#words(error) });
    }
  }

  async #perform(message: Request): Promise<InspectorRequests[keyof InspectorRequests]["result"]> {
    switch (message.method) {
      case "search":
        return this.#search(message.params);
      case "stores":
        return this.#stores();
      case "openSource": {
        const { storeId, result, beside } = message.params;
        const note = await this.#services.sources.open(
          {
            connection: this.connection,
            storeIds: storeId === "" ? [] : [storeId],
            fileId: result.fileId,
            filename: result.filename,
            attributes: result.attributes,
            text: result.text,
            place: result.place,
          },
          beside ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active,
        );
        return { note };
      }
      case "showChunks":
        await this.#services.chunks.open({ connectionId: this.connection.id, ...message.params });
        return null;
      case "copy":
        await vscode.env.clipboard.writeText(message.params.text);
        return null;
    }
  }

  async #search({ side, question, settings }: InspectorRequests["search"]["params"]): Promise<SearchView> {
    this.#searches.get(side)?.abort();
    const search = new AbortController();
    this.#searches.set(side, search);
    const started = performance.now();
    try {
      const answer = await this.#services.providers.with(this.connection, (provider) =>
        provider.retrieval.searchVectorStore(
          settings.storeId,
          {
            query: question,
            rewrite_query: settings.rewrite,
            max_num_results: settings.maxResults,
            filters: settings.filter,
            ranking_options: { ranker: settings.ranker, score_threshold: settings.scoreThreshold },
          },
          search.signal,
        ),
      );
      return {
        storeId: settings.storeId,
        queries: answer.queries,
        results: answer.results.map(({ file_id: fileId, ...result }) => ({ fileId, ...result })),
        milliseconds: performance.now() - started,
        recordOf: null,
      };
    } finally {
      if (this.#searches.get(side) === search) this.#searches.delete(side);
    }
  }

  #stores(): Promise<readonly StoreChoice[]> {
    return this.#services.providers.with(this.connection, async (provider) => {
      const stores: StoreChoice[] = [];
      for await (const store of everyItem((params) => provider.listVectorStores(params), "desc", maxStores))
        stores.push({
          id: store.id,
          name: storeName(store),
          files: store.file_counts.total,
          reading: store.file_counts.in_progress,
          expired: store.status === "expired",
        });
      return stores;
    });
  }

  #words(error: unknown): string {
    return errorWords(error, this.#services.log);
  }

  #post(message: InspectorHostMessage): void {
    // A disposed webview throws.
    if (!this.#gone) void this.panel.webview.postMessage(message);
  }
}
