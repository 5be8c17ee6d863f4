import { useState } from "preact/hooks";
import type { SearchResultView } from "../../src/protocol/panelState.ts";
import { placeWords } from "../inspector/placeWords.ts";
import { markWords } from "../inspector/marks.ts";
import { usePanel } from "../panelContext.ts";
import type { CallNode } from "../state/runNode.ts";
import { Verb } from "./Verb.tsx";

interface Props {
  readonly runId: string;
  readonly stepId: string;
  readonly call: CallNode;
}

/** What a file search looked for. */
export function SearchQueries({ call }: { readonly call: CallNode }) {
  const queries = call.view.value.search?.queries ?? [];
  return queries.length === 0 ? (
    <p class="quiet">The server does not say what was searched for.</p>
  ) : (
    <ul class="search-queries">
      {queries.map((query, index) => (
        <li key={index}>“{query}”</li>
      ))}
    </ul>
  );
}

/** What a file search found, best first, each with the way to its source. */
export function SearchResults({ runId, stepId, call }: Props) {
  const { requests } = usePanel();
  const { search, end } = call.view.value;
  if (search === null) {
    return <p class="quiet">{end === null ? "searching" : "no results were told"}</p>;
  }
  return (
    <>
      <div class="verbs search-verbs">
        <Verb
          title="Ask the store the same again, with other settings"
          onPress={() => requests.fire("inspectSearch", { runId, stepId, callId: call.id })}
        >
          Open in Inspector
        </Verb>
      </div>
      {search.results.length === 0 ? (
        <p class="quiet">Nothing was found.</p>
      ) : (
        <ol class="search-results">
          {search.results.map((result, index) => (
            <Result
              key={index}
              result={result}
              queries={search.queries}
              onOpen={(beside) => requests.fire("openSearchResult", { runId, stepId, callId: call.id, index, beside })}
            />
          ))}
        </ol>
      )}
    </>
  );
}

interface ResultProps {
  readonly result: SearchResultView;
  readonly queries: readonly string[];
  readonly onOpen: (beside: boolean) => void;
}

function Result({ result, queries, onOpen }: ResultProps) {
  const [open, setOpen] = useState(false);
  const place = placeWords(result.place);
  return (
    <li class="search-result">
      <div class="search-result-line">
        <span class="figure" title={`Score ${result.score}`}>
          {result.score.toFixed(2)}
        </span>
        <button
          type="button"
          class="verb search-result-file"
          title={`Open ${result.filename}${place === "" ? "" : `, ${place}`}`}
          onClick={(event) => onOpen(event.ctrlKey || event.metaKey)}
        >
          {result.filename}
        </button>
        {place !== "" && <span class="quiet figure">{place}</span>}
        {result.text !== "" && (
          <button
            type="button"
            class="verb search-result-more"
            aria-expanded={open}
            aria-label={`Text of ${result.filename}`}
            onClick={() => setOpen(!open)}
          >
            {open ? "hide text" : "text"}
          </button>
        )}
      </div>
      {open && (
        <div class="search-result-text" tabIndex={0} role="region" aria-label={`Text of ${result.filename}`}>
          {markWords(result.text, queries).map((piece, index) =>
            piece.marked ? <mark key={index}>{piece.text}</mark> : piece.text,
          )}
        </div>
      )}
    </li>
  );
}
