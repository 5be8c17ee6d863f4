import { useState } from "preact/hooks";
import { prettyJson } from "../text/argumentsShape.ts";
import { Arguments } from "../text/Arguments.tsx";
import { Code } from "../text/Code.tsx";
import { callIcon, CallName } from "./CallName.tsx";
import { memo } from "preact/compat";
import type { CallNode, StepNode } from "../state/runNode.ts";
import { SearchQueries, SearchResults } from "./SearchResults.tsx";

interface Props {
  readonly call: CallNode;
  readonly step: StepNode;
}

const origins = {
  hand: "typed by hand",
  handler: "by its handler",
  fixture: "from a fixture",
  error: "handler error",
} as const;

/** A tool call that does not wait (any more), folded to one line: what was called, and what it answered. */
export const CallRecord = memo(function CallRecord({ call, step }: Props) {
  const [open, setOpen] = useState(false);
  const view = call.view.value;
  const answered = call.hasOutput.value;
  const searches = view.type === "file_search";
  const state = searches
    ? ""
    : answered
      ? view.origin
        ? origins[view.origin]
        : ""
      : view.end === null
        ? "called"
        : "no output";
  return (
    <div class="call-record">
      <button type="button" class="call-record-line" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span class={`codicon codicon-chevron-${open ? "down" : "right"}`} aria-hidden="true" />
        <span class={`codicon codicon-${callIcon(view.type)} call-icon`} aria-hidden="true" />
        <span class="call-title">{view.name}</span>
        {!open && <Summary call={call} />}
        {state !== "" && <span class="call-origin">{state}</span>}
      </button>
      {open && searches && (
        <div class="call-record-body">
          <div>
            <div class="field-label">Searched for</div>
            <SearchQueries call={call} />
          </div>
          <div>
            <div class="field-label">Results</div>
            <SearchResults runId={step.runId} stepId={step.id} call={call} />
          </div>
        </div>
      )}
      {open && !searches && (
        <div class="call-record-body">
          <div>
            <div class="field-label">{view.type === "code_interpreter" ? "Code" : "Arguments"}</div>
            <Arguments call={call} />
            <CallName call={call} linkOnly />
          </div>
          <div>
            <div class="field-label">{view.type === "code_interpreter" ? "Logs" : "Output"}</div>
            <Output call={call} />
          </div>
        </div>
      )}
    </div>
  );
});

/** The beginning of the arguments and the output, on one line. */
function Summary({ call }: { readonly call: CallNode }) {
  void [call.arguments.length.value, call.output.length.value];
  const { search, end } = call.view.value;
  if (call.view.value.type === "file_search") {
    const count = search?.results.length ?? 0;
    const queries = search?.queries.map((query) => `“${squeeze(query)}”`).join(", ") ?? "";
    const outcome = search === null ? (end === null ? "searching" : "no results were told") : countWords(count);
    return <span class="call-summary">{queries === "" ? outcome : `${queries} → ${outcome}`}</span>;
  }
  const output = call.hasOutput.value ? ` → ${squeeze(call.output.since(0).slice(0, 200))}` : "";
  const given = call.view.value.type === "function" ? squeeze(call.arguments.since(0).slice(0, 200)) : "";
  return <span class="call-summary">{`${given}${output}`}</span>;
}

function countWords(count: number): string {
  return count === 0 ? "nothing found" : `${count} ${count === 1 ? "result" : "results"}`;
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** What a call answered, or that it has not. */
export function Output({ call }: { readonly call: CallNode }) {
  void [call.output.length.value, call.output.epoch.value];
  if (!call.hasOutput.value) {
    return <p class="quiet">no output yet</p>;
  }
  const text = call.output.text();
  const pretty = prettyJson(text);
  return text === "" ? (
    <p class="quiet">empty output</p>
  ) : (
    <Code
      text={pretty}
      language={/^\s*[[{]/.test(text) ? "json" : "text"}
      label={`Output of ${call.view.value.name}`}
    />
  );
}
