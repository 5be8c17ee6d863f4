import { Verb } from "../chat/Verb.tsx";
import { useInspector } from "./inspectorContext.ts";
import type { Side } from "./inspectorStore.ts";

/** The attribute filter: an expression or JSON, with what is wrong with it below. */
export function FilterField({ side }: { readonly side: Side }) {
  const { store, requests } = useInspector();
  const { filter: text } = side.settings.value;
  const parsed = side.filter.value;
  const id = `${side.name}-filter`;
  const wrong = parsed.kind === "wrong" ? parsed : null;
  return (
    <div class="field-filter">
      <label class="field" for={id}>
        <span title="filters">Filter</span>
        <input
          id={id}
          type="text"
          spellcheck={false}
          autocomplete="off"
          value={text}
          placeholder="product = widgets and (year >= 2024 or lang in [en, no])"
          aria-invalid={wrong !== null}
          aria-describedby={`${id}-says`}
          onInput={(event) => side.set({ filter: event.currentTarget.value })}
          onKeyDown={(event) => {
            if (event.key === "Enter" && !event.isComposing) {
              void store.ask();
            }
          }}
        />
      </label>
      <div id={`${id}-says`} class="filter-says" aria-live="polite">
        {wrong !== null && (
          <span class="tone-bad">
            {wrong.at !== null && <span class="figure">{`At ${wrong.at + 1}: `}</span>}
            {wrong.reason}
          </span>
        )}
        {parsed.kind === "filter" && (
          <Verb
            title="The filter as the wire writes it, for code"
            onPress={() => requests.fire("copy", { text: JSON.stringify(parsed.filter, null, 2) })}
          >
            Copy as JSON
          </Verb>
        )}
      </div>
    </div>
  );
}
