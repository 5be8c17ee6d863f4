import { now } from "../state/clock.ts";
import { usePanel } from "../panelContext.ts";
import { Axis, GridLines } from "./Axis.tsx";
import { Bar } from "./Bar.tsx";
import { durationWords, rowFacts, rowSentence } from "./rowFacts.ts";
import { hasChildren, type Row } from "./rows.ts";
import { makeScale } from "./scale.ts";

interface Props {
  readonly row: Row;
  readonly selected: boolean;
}

/** One row: icon, name, bar and duration; under the row of an open run, its axis. */
export function TimelineRow({ row, selected }: Props) {
  const { timeline } = usePanel();
  const facts = rowFacts(row);
  const head = row.run.head.value;
  // Only what still runs follows the clock.
  const time = head.end ?? now.value;
  const scale = makeScale(head.start, time, head.segments, timeline.foldWaits.value);
  const parent = hasChildren(row);
  const open = parent && timeline.isOpen(row.key);
  return (
    <>
      <div
        id={rowId(row.key)}
        class={`row row-${row.kind}`}
        role="treeitem"
        aria-level={row.level}
        aria-selected={selected}
        aria-label={rowSentence(row, facts, time)}
        tabIndex={selected ? 0 : -1}
        data-key={row.key}
        {...(parent ? { "aria-expanded": open } : {})}
        onClick={() => timeline.select(row.key)}
      >
        <span class={`row-name level-${row.level}`}>
          <span
            class={`twistie codicon ${parent ? `codicon-chevron-${open ? "down" : "right"}` : ""}`}
            onClick={(event) => {
              event.stopPropagation();
              timeline.setOpen(row.key, !open);
            }}
          />
          <span class={`codicon codicon-${facts.icon} tone-${facts.tone}`} />
          <span class="row-label" title={facts.label}>
            {facts.label}
          </span>
        </span>
        <span class="row-track">
          {timeline.isOpen(row.run.id) && <GridLines scale={scale} />}
          <Bar facts={facts} scale={scale} now={time} />
        </span>
        <span class="row-duration figure">
          {durationWords(row, (facts.end ?? time) - facts.start, facts.end === null && head.end === null)}
        </span>
      </div>
      {row.kind === "run" && open && <Axis scale={scale} onUnfold={() => (timeline.foldWaits.value = false)} />}
    </>
  );
}

/** The element id of a row; ids from the provider are used as they are, and looked up by `getElementById` only. */
export function rowId(key: string): string {
  return `row-${key}`;
}
