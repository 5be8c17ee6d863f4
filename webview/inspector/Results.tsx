import { useEffect, useState } from "preact/hooks";
import { formatDuration, formatElapsed } from "../text/duration.ts";
import { useInspector } from "./inspectorContext.ts";
import type { Side } from "./inspectorStore.ts";
import type { OtherRank } from "./rankDiff.ts";
import { ResultItem } from "./ResultItem.tsx";
import { countWords } from "./ResultsAnnouncer.tsx";

interface Props {
  readonly side: Side;
  /** Where each result stands on the other side; null when nothing is compared. */
  readonly ranks: readonly OtherRank[] | null;
}

/** What a side found, best first. */
export function Results({ side, ranks }: Props) {
  const { store } = useInspector();
  const found = side.found.value;
  const error = side.error.value;
  const since = side.since.value;
  const name = store.compares.value ? `Results of ${side.name.toUpperCase()}` : "Results";

  const onKeyDown = (event: KeyboardEvent): void => {
    if (!(event.target instanceof HTMLElement) || !event.target.matches(".result") || event.altKey || event.ctrlKey) {
      return;
    }
    const items = [...(event.currentTarget as HTMLElement).querySelectorAll<HTMLElement>(".result")];
    const index = items.indexOf(event.target);
    const next = { ArrowDown: index + 1, ArrowUp: index - 1, Home: 0, End: items.length - 1 }[event.key];
    if (next !== undefined) {
      items[next]?.focus();
      event.preventDefault();
    }
  };

  return (
    <section class={`results side-${side.name}`} aria-label={name} aria-busy={since !== null}>
      {since !== null && <Searching since={since} />}
      {error !== null && (
        <div class="results-error" role="alert">
          <span class="codicon codicon-error" aria-hidden="true" />
          <span>{error}</span>
        </div>
      )}
      {found === null && since === null && error === null && <EmptyResults />}
      {found !== null && (
        <>
          <div class="results-facts">
            <span>{countWords(found)}</span>
            {found.milliseconds !== null && <span class="figure">{formatDuration(found.milliseconds)}</span>}
            {found.recordOf !== null && <span>{found.recordOf}</span>}
            <Searched queries={found.queries} question={store.question.value} />
          </div>
          {found.results.length === 0 ? (
            <p class="quiet results-none">
              Nothing in this store answers that with these settings. A lower least score, no filter or other words may
              find something.
            </p>
          ) : (
            <div class="result-list" role="list" onKeyDown={onKeyDown}>
              {found.results.map((result, index) => (
                <ResultItem
                  key={`${result.fileId} ${index}`}
                  side={side}
                  result={result}
                  rank={index + 1}
                  other={ranks?.[index] ?? null}
                  queries={found.queries}
                />
              ))}
            </div>
          )}
        </>
      )}
    </section>
  );
}

function Searched({ queries, question }: { readonly queries: readonly string[]; readonly question: string }) {
  const rewritten = queries.length !== 1 || queries[0]?.trim() !== question.trim();
  return rewritten && queries.length > 0 ? (
    <span class="searched">searched for {queries.map((query) => `“${query}”`).join(", ")}</span>
  ) : null;
}

function Searching({ since }: { readonly since: number }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 200);
    return () => clearInterval(timer);
  }, []);
  return (
    <p class="quiet searching">
      <span class="codicon codicon-loading codicon-modifier-spin" aria-hidden="true" /> searching
      <span class="figure"> {formatElapsed(now - since)}</span>
    </p>
  );
}

function EmptyResults() {
  return (
    <div class="empty-state">
      <p>Ask a vector store something, and see what an assistant with file search would be given to answer from.</p>
      <p>Each result is a chunk of a file: its score, its place, and the words of the question marked in it.</p>
      <p>Compare two settings or two stores side by side to see what a change does to the ranking.</p>
      <dl class="shortcuts">
        <div>
          <dt>
            <kbd>Enter</kbd>
          </dt>
          <dd>ask; on a result: open its source</dd>
        </div>
        <div>
          <dt>
            <kbd>↑</kbd> <kbd>↓</kbd>
          </dt>
          <dd>go through the results</dd>
        </div>
        <div>
          <dt>
            <kbd>Space</kbd>
          </dt>
          <dd>show all of a result's text</dd>
        </div>
        <div>
          <dt>
            <kbd>Esc</kbd>
          </dt>
          <dd>stop searching</dd>
        </div>
      </dl>
    </div>
  );
}
