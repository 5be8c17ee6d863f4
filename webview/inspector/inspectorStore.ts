import { batch, computed, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import type { AttributeValue } from "../../src/core/retrieval/retrieval.ts";
import type {
  InspectorHostMessage,
  InspectorRequests,
  InspectorState,
  ResultView,
  SearchSettings,
  SearchView,
  SideName,
  SideState,
  StoreChoice,
} from "../../src/protocol/inspectorMessages.ts";
import type { RequestChannel } from "../requests.ts";
import { parseFilter, withCondition, type ParsedFilter } from "./filterText.ts";
import { diffRanks, type RankDiff } from "./rankDiff.ts";

export const defaultSettings: SearchSettings = {
  storeId: "",
  maxResults: 10,
  scoreThreshold: 0,
  ranker: "auto",
  rewrite: false,
  filter: "",
};

/** One side of the inspector: how it searches, and what it found. */
export class Side {
  readonly name: SideName;
  readonly settings: Signal<SearchSettings>;
  readonly found: Signal<SearchView | null>;
  readonly error: Signal<string | null> = signal(null);
  /** When the search that is under way began, in milliseconds since the epoch; null when there is none. */
  readonly since: Signal<number | null> = signal(null);
  readonly filter: ReadonlySignal<ParsedFilter>;
  /** Counts searches: the answer to one that was given up is not shown. */
  turn = 0;

  constructor(name: SideName, state: SideState) {
    this.name = name;
    this.settings = signal(state.settings);
    this.found = signal(state.found);
    this.filter = computed(() => parseFilter(this.settings.value.filter));
  }

  set(change: Partial<SearchSettings>): void {
    this.settings.value = { ...this.settings.peek(), ...change };
  }

  state(): SideState {
    return { settings: this.settings.value, found: this.found.value };
  }
}

interface Host {
  readonly requests: RequestChannel<InspectorRequests>;
  cancel(side: SideName): void;
}

/** What the inspector shows, as signals. */
export class InspectorStore {
  /** False until the host has spoken: what the page remembers may be older than what the host kept. */
  readonly ready = signal(false);
  readonly id = signal("");
  readonly connectionId = signal("");
  readonly connectionLabel = signal("");
  /** Null until they are known. */
  readonly stores: Signal<readonly StoreChoice[] | null> = signal(null);
  readonly storesError: Signal<string | null> = signal(null);
  readonly question = signal("");
  readonly a: Side;
  readonly b: Side;
  readonly compares: Signal<boolean>;
  readonly diff: ReadonlySignal<RankDiff | null> = computed(() => {
    const [a, b] = [this.a.found.value, this.b.found.value];
    return this.compares.value && a !== null && b !== null ? diffRanks(a.results, b.results) : null;
  });
  readonly #host: Host;

  constructor(host: Host, state: InspectorState | null) {
    this.#host = host;
    const empty: SideState = { settings: defaultSettings, found: null };
    this.a = new Side("a", state?.a ?? empty);
    this.b = new Side("b", state?.b ?? empty);
    this.compares = signal(state !== null && state.b !== null);
    this.question.value = state?.question ?? "";
    this.connectionId.value = state?.connectionId ?? "";
    this.id.value = state?.id ?? "";
  }

  get sides(): readonly Side[] {
    return this.compares.value ? [this.a, this.b] : [this.a];
  }

  /** Takes over what the host says: the stores, and perhaps what to show. */
  init(message: Extract<InspectorHostMessage, { type: "init" }>): void {
    batch(() => {
      this.ready.value = true;
      this.connectionId.value = message.connectionId;
      this.connectionLabel.value = message.connectionLabel;
      this.storesError.value = message.error;
      if (message.stores !== null) this.stores.value = message.stores;
      if (message.state !== null) {
        const { state } = message;
        this.id.value = state.id;
        this.question.value = state.question;
        this.compares.value = state.b !== null;
        this.#take(this.a, state.a);
        if (state.b !== null) this.#take(this.b, state.b);
      }
      const only = this.stores.peek()?.[0];
      if (only !== undefined && this.a.settings.peek().storeId === "") this.a.set({ storeId: only.id });
    });
  }

  /** Reads the list of stores again. */
  async refreshStores(): Promise<void> {
    this.storesError.value = null;
    try {
      this.stores.value = await this.#host.requests.request("stores", null);
    } catch (error) {
      this.storesError.value = wordsOf(error);
    }
  }

  /** Shows a second side, which begins as a copy of the first. */
  compare(on: boolean): void {
    if (on && !this.compares.peek()) this.#take(this.b, { settings: this.a.settings.peek(), found: null });
    if (!on) this.stop(this.b);
    this.compares.value = on;
  }

  /** Exchanges the sides, with what they found. */
  swap(): void {
    const [a, b] = [this.a.state(), this.b.state()];
    batch(() => {
      this.#take(this.a, b);
      this.#take(this.b, a);
    });
  }

  /** Why a side cannot search as it is, in words; null when it can. */
  obstacle(side: Side): string | null {
    const { storeId, maxResults, scoreThreshold } = side.settings.value;
    if (storeId === "") return "Choose a vector store.";
    if (!Number.isInteger(maxResults) || maxResults < 1 || maxResults > 50)
      return "Results: a whole number from 1 to 50.";
    if (!(scoreThreshold >= 0 && scoreThreshold <= 1)) return "Least score: a number from 0 to 1.";
    return side.filter.value.kind === "wrong" ? "The filter is not complete." : null;
  }

  /** Asks every side that is shown. */
  async ask(): Promise<void> {
    if (this.question.peek().trim() !== "") await Promise.all(this.sides.map((side) => this.#search(side)));
  }

  /** Gives the search of a side up. */
  stop(side: Side): void {
    if (side.since.peek() === null) return;
    side.turn += 1;
    side.since.value = null;
    this.#host.cancel(side.name);
  }

  addCondition(side: Side, key: string, value: AttributeValue): void {
    side.set({ filter: withCondition(side.settings.peek().filter, key, value) });
  }

  openSource(side: Side, result: ResultView, beside: boolean): Promise<{ readonly note: string | null }> {
    const storeId = side.found.peek()?.storeId ?? side.settings.peek().storeId;
    return this.#host.requests.request("openSource", { storeId, result, beside });
  }

  state(): InspectorState {
    return {
      version: 1,
      id: this.id.value,
      connectionId: this.connectionId.value,
      question: this.question.value,
      a: this.a.state(),
      b: this.compares.value ? this.b.state() : null,
    };
  }

  async #search(side: Side): Promise<void> {
    const parsed = side.filter.peek();
    if (this.obstacle(side) !== null || parsed.kind === "wrong") return;
    this.stop(side);
    const turn = ++side.turn;
    side.error.value = null;
    side.since.value = Date.now();
    try {
      const filter = parsed.kind === "filter" ? parsed.filter : null;
      const settings = { ...side.settings.peek(), filter };
      const found = await this.#host.requests.request("search", {
        side: side.name,
        question: this.question.peek(),
        settings,
      });
      if (side.turn === turn) side.found.value = found;
    } catch (error) {
      if (side.turn === turn) side.error.value = wordsOf(error);
    } finally {
      if (side.turn === turn) side.since.value = null;
    }
  }

  #take(side: Side, state: SideState): void {
    this.stop(side);
    side.settings.value = state.settings;
    side.found.value = state.found;
    side.error.value = null;
  }
}

export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
