import { computed, signal, type ReadonlySignal } from "@preact/signals";
import type { RunNode } from "../state/runNode.ts";
import { visibleRows, type Row } from "./rows.ts";

export type DetailTab = "details" | "arguments" | "output" | "raw" | "events";

/** What a person looks at in the timeline: which row, which tab, what is folded. */
export class TimelineState {
  readonly tab = signal<DetailTab>("details");
  readonly foldWaits = signal(true);
  readonly rows: ReadonlySignal<readonly Row[]>;
  /** The chosen row; without a choice (or when it is folded away) the latest run. */
  readonly selected: ReadonlySignal<Row | null>;
  readonly #chosen = signal<string | null>(null);
  /** Rows that a person opened or closed; others follow the rule in `isOpen`. */
  readonly #toggled = signal<ReadonlyMap<string, boolean>>(new Map());
  readonly #runs: ReadonlySignal<readonly RunNode[]>;

  constructor(runs: ReadonlySignal<readonly RunNode[]>) {
    this.#runs = runs;
    this.rows = computed(() => visibleRows(runs.value, (key) => this.isOpen(key)));
    this.selected = computed(() => {
      const rows = this.rows.value;
      const latest = runs.value.at(-1)?.id;
      return rows.find((row) => row.key === this.#chosen.value) ?? rows.find((row) => row.key === latest) ?? null;
    });
  }

  /** Steps are open; of the runs, the latest. */
  isOpen(key: string): boolean {
    return this.#toggled.value.get(key) ?? (key.includes("/") || this.#runs.value.at(-1)?.id === key);
  }

  setOpen(key: string, open: boolean): void {
    this.#toggled.value = new Map(this.#toggled.value).set(key, open);
  }

  select(key: string): void {
    this.#chosen.value = key;
  }
}
