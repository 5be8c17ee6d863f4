import type { Ranker } from "../../src/core/retrieval/retrieval.ts";
import { FilterField } from "./FilterField.tsx";
import { useInspector } from "./inspectorContext.ts";
import type { Side } from "./inspectorStore.ts";

const rankers: readonly (readonly [Ranker, string])[] = [
  ["auto", "auto"],
  ["default-2024-11-15", "default-2024-11-15"],
  ["none", "none"],
];

/** How a side searches: the store and the parameters of the search, as the wire has them. */
export function SideForm({ side }: { readonly side: Side }) {
  const { store } = useInspector();
  const { storeId, maxResults, scoreThreshold, ranker, rewrite } = side.settings.value;
  const stores = store.stores.value ?? [];
  const known = stores.find((choice) => choice.id === storeId);
  const id = (field: string): string => `${side.name}-${field}`;
  const label = store.compares.value ? side.name.toUpperCase() : null;
  return (
    <fieldset class={`side-form side-${side.name}`}>
      <legend class={label === null ? "visually-hidden" : "side-name"}>{label ?? "Search"}</legend>
      <div class="fields">
        <label class="field field-store" for={id("store")}>
          <span>Store</span>
          <select
            id={id("store")}
            value={storeId}
            onChange={(event) => side.set({ storeId: event.currentTarget.value })}
          >
            {known === undefined && (
              <option value={storeId}>{storeId === "" ? "Choose…" : `${storeId} (not listed)`}</option>
            )}
            {stores.map((choice) => (
              <option key={choice.id} value={choice.id}>
                {choice.name}
                {choice.expired ? " (expired)" : ""}
              </option>
            ))}
          </select>
        </label>
        <label class="field field-number" for={id("max")}>
          <span title="max_num_results: 1 to 50">Results</span>
          <input
            id={id("max")}
            type="number"
            min="1"
            max="50"
            value={Number.isNaN(maxResults) ? "" : maxResults}
            onInput={(event) => side.set({ maxResults: event.currentTarget.valueAsNumber })}
          />
        </label>
        <label class="field field-number" for={id("score")}>
          <span title="ranking_options.score_threshold: 0 to 1">Least score</span>
          <input
            id={id("score")}
            type="number"
            min="0"
            max="1"
            step="0.05"
            value={Number.isNaN(scoreThreshold) ? "" : scoreThreshold}
            onInput={(event) => side.set({ scoreThreshold: event.currentTarget.valueAsNumber })}
          />
        </label>
        <label class="field field-ranker" for={id("ranker")}>
          <span title="ranking_options.ranker">Ranker</span>
          <select
            id={id("ranker")}
            value={ranker}
            onChange={(event) => side.set({ ranker: event.currentTarget.value as Ranker })}
          >
            {rankers.map(([value, words]) => (
              <option key={value} value={value}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <vscode-checkbox
          class="field-rewrite"
          checked={rewrite}
          title="rewrite_query: let the server put the question into words that are better to search for"
          onChange={(event) =>
            side.set({ rewrite: (event.currentTarget as HTMLElement & { checked: boolean }).checked })
          }
        >
          Rewrite the question
        </vscode-checkbox>
      </div>
      <FilterField side={side} />
      {known !== undefined && known.reading > 0 && (
        <p class="side-note">
          {known.reading} of {known.files} {known.files === 1 ? "file is" : "files are"} still being read: what they
          hold is not found yet.
        </p>
      )}
    </fieldset>
  );
}
