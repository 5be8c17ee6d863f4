import { useMemo, useState } from "preact/hooks";
import type { AttributeValue } from "../../src/core/retrieval/retrieval.ts";
import type { ResultView } from "../../src/protocol/inspectorMessages.ts";
import { Verb } from "../chat/Verb.tsx";
import { useInspector } from "./inspectorContext.ts";
import { wordsOf, type Side } from "./inspectorStore.ts";
import { markWords, previewStart } from "./marks.ts";
import { placeWords } from "./placeWords.ts";
import { rankWords, type OtherRank } from "./rankDiff.ts";

interface Props {
  readonly side: Side;
  readonly result: ResultView;
  /** From 1. */
  readonly rank: number;
  readonly other: OtherRank | null;
  readonly queries: readonly string[];
}

/** A chunk that was found: its rank and score, where it comes from, its text with the words of the question marked. */
export function ResultItem({ side, result, rank, other, queries }: Props) {
  const { store, requests } = useInspector();
  const [open, setOpen] = useState(false);
  const [note, setNote] = useState<string | null>(null);
  const place = placeWords(result.place);
  const otherName = side.name === "a" ? "B" : "A";
  const moved = other === null ? null : rankWords(rank, other, otherName);
  const start = useMemo(() => previewStart(result.text, queries), [result.text, queries]);
  const storeId = side.found.value?.storeId ?? "";

  const openSource = async (beside: boolean): Promise<void> => {
    try {
      setNote((await store.openSource(side, result, beside)).note);
    } catch (error) {
      setNote(wordsOf(error));
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.target !== event.currentTarget) {
      return;
    }
    if (event.key === "Enter") {
      void openSource(event.ctrlKey || event.metaKey);
    } else if (event.key === " ") {
      setOpen(!open);
    } else {
      return;
    }
    event.preventDefault();
  };
  return (
    <div
      class="result"
      role="listitem"
      tabIndex={0}
      aria-label={[
        `${rank}`,
        `score ${result.score.toFixed(2)}`,
        result.filename,
        place,
        result.place.heading ?? "",
        moved ?? "",
      ]
        .filter((part) => part !== "")
        .join(", ")}
      onKeyDown={onKeyDown}
    >
      <div class="result-head">
        <span class="result-rank figure">{rank}</span>
        <span class="result-score" title={scoreWords(result)}>
          <span class="score-track" aria-hidden="true">
            <span class="score-bar" style={{ width: `${Math.round(Math.min(1, Math.max(0, result.score)) * 100)}%` }} />
          </span>
          <span class="figure">{result.score.toFixed(2)}</span>
        </span>
        <button
          type="button"
          class="verb result-file"
          title={`Open ${result.filename}${place === "" ? "" : `, ${place}`}`}
          onClick={(event) => void openSource(event.ctrlKey || event.metaKey)}
        >
          {result.filename}
        </button>
        {place !== "" && <span class="quiet figure result-place">{place}</span>}
        {result.place.heading !== null && <span class="quiet result-heading">{result.place.heading}</span>}
        {moved !== null && (
          <span class={other?.rank === null ? "result-moved only" : "result-moved"}>
            {other?.rank === null || other?.rank === rank ? null : (
              <span class={`codicon codicon-arrow-${(other?.rank ?? 0) > rank ? "up" : "down"}`} aria-hidden="true" />
            )}
            {moved}
          </span>
        )}
      </div>
      {result.text === "" ? (
        <p class="quiet">The record of the run does not hold the text. Ask again to see it.</p>
      ) : (
        <div class={open ? "result-text open" : "result-text"}>
          {start > 0 && !open && <span class="quiet">… </span>}
          {markWords(result.text.slice(open ? 0 : start), queries).map((piece, index) =>
            piece.marked ? <mark key={index}>{piece.text}</mark> : piece.text,
          )}
        </div>
      )}
      {note !== null && (
        <p class="result-note" role="status">
          <span class="codicon codicon-info" aria-hidden="true" /> {note}
        </p>
      )}
      <div class="result-foot">
        {ownAttributes(result).map(([key, value]) => (
          <button
            type="button"
            key={key}
            class="chip attribute"
            title={`Only files with ${key} = ${String(value)}`}
            onClick={() => store.addCondition(side, key, value)}
          >
            <span class="chip-text">
              {key}: {String(value)}
            </span>
          </button>
        ))}
        <span class="verbs">
          {isLong(result.text) && <Verb onPress={() => setOpen(!open)}>{open ? "Show less" : "Show all"}</Verb>}
          <Verb onPress={() => void openSource(true)}>Open source beside</Verb>
          <Verb
            onPress={() => requests.fire("showChunks", { storeId, fileId: result.fileId, filename: result.filename })}
          >
            Show chunks
          </Verb>
          <Verb onPress={() => requests.fire("copy", { text: result.text })}>Copy text</Verb>
        </span>
      </div>
    </div>
  );
}

/** The attributes that a person has given; those of the document sync are of no use in a filter. */
function ownAttributes({ attributes }: ResultView): readonly (readonly [string, AttributeValue])[] {
  return Object.entries(attributes ?? {}).filter(([key]) => !key.startsWith("awb_"));
}

/** Whether six lines may not hold a text; in a wide panel they hold more. */
function isLong(text: string): boolean {
  return text.length > 300 || text.split("\n").length > 6;
}

/** The score in full, with what it was made of. */
function scoreWords({ score, scores }: ResultView): string {
  if (scores === null) return `Score ${score}`;
  const part = (name: string, value: number | null): string =>
    `${name}: ${value === null ? "not found that way" : value.toFixed(3)}`;
  return `Score ${score.toFixed(3)} (${part("words", scores.words)}, ${part("meaning", scores.meaning)})`;
}
