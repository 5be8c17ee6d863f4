import { Output } from "../chat/CallRecord.tsx";
import { Pictures } from "../chat/CodeRun.tsx";
import { CallName } from "../chat/CallName.tsx";
import { usePanel } from "../panelContext.ts";
import { SearchQueries, SearchResults } from "../chat/SearchResults.tsx";
import { Arguments } from "../text/Arguments.tsx";
import { FactList } from "./FactList.tsx";
import { RawView } from "./RawView.tsx";
import type { Row } from "./rows.ts";
import type { DetailTab } from "./timelineState.ts";

const tabNames: Readonly<Record<DetailTab, string>> = {
  details: "Details",
  arguments: "Arguments",
  output: "Output",
  events: "Events",
  raw: "Raw",
};

function tabsOf(row: Row): readonly DetailTab[] {
  switch (row.kind) {
    case "run":
      return ["details", "events", "raw"];
    case "step":
      return ["details", "raw"];
    case "call":
      return ["details", "arguments", "output", "raw"];
    default:
      return row satisfies never;
  }
}

function tabName(row: Row, tab: DetailTab): string {
  const type = row.kind === "call" ? row.call.view.value.type : "function";
  if (type === "code_interpreter" && tab === "arguments") {
    return "Code";
  }
  if (type === "file_search" && (tab === "arguments" || tab === "output")) {
    return tab === "arguments" ? "Queries" : "Results";
  }
  return tabNames[tab];
}

/** The facts of the selected row, under tabs. */
export function Details({ row }: { readonly row: Row }) {
  const { timeline } = usePanel();
  const tabs = tabsOf(row);
  const chosen = tabs.includes(timeline.tab.value) ? timeline.tab.value : "details";

  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const next = tabs[(tabs.indexOf(chosen) + step + tabs.length) % tabs.length];
    if (step !== 0 && next) {
      timeline.tab.value = next;
      document.getElementById(`tab-${next}`)?.focus();
      event.preventDefault();
    }
  };

  return (
    <div class="details">
      <div class="tabs" role="tablist" aria-label="Details of the selected row" onKeyDown={onKeyDown}>
        {tabs.map((tab) => (
          <button
            type="button"
            key={tab}
            id={`tab-${tab}`}
            class="tab"
            role="tab"
            aria-selected={tab === chosen}
            aria-controls="tab-panel"
            tabIndex={tab === chosen ? 0 : -1}
            onClick={() => (timeline.tab.value = tab)}
          >
            {tabName(row, tab)}
            {tab === "events" && <span class="count">{row.run.head.value.eventCount}</span>}
          </button>
        ))}
      </div>
      <div class="tab-panel" id="tab-panel" role="tabpanel" aria-labelledby={`tab-${chosen}`}>
        <TabBody row={row} tab={chosen} />
      </div>
    </div>
  );
}

function TabBody({ row, tab }: { readonly row: Row; readonly tab: DetailTab }) {
  const stepId = row.kind === "run" ? null : row.step.id;
  switch (tab) {
    case "details":
      return <FactList row={row} />;
    case "arguments":
      if (row.kind === "call" && row.call.view.value.type === "file_search") {
        return <SearchQueries call={row.call} />;
      }
      return row.kind === "call" ? (
        <>
          <Arguments call={row.call} />
          <CallName call={row.call} linkOnly />
        </>
      ) : null;
    case "output":
      if (row.kind === "call" && row.call.view.value.type === "file_search") {
        return <SearchResults runId={row.run.id} stepId={row.step.id} call={row.call} />;
      }
      return row.kind === "call" ? (
        <>
          <Output call={row.call} />
          <Pictures call={row.call} />
        </>
      ) : null;
    case "raw":
      return <RawView kind={row.kind === "run" ? "run" : "step"} runId={row.run.id} stepId={stepId} />;
    case "events":
      return <RawView kind="events" runId={row.run.id} stepId={null} />;
    default:
      return tab satisfies never;
  }
}
