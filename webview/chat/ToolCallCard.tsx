import { useEffect, useRef, useState } from "preact/hooks";
import { usePanel } from "../panelContext.ts";
import type { CallNode, RunNode } from "../state/runNode.ts";
import { Arguments } from "../text/Arguments.tsx";
import { CallName } from "./CallName.tsx";
import { Countdown } from "./Countdown.tsx";
import { isMac } from "./EmptyState.tsx";
import { OutputEditor } from "./OutputEditor.tsx";
import { Verb } from "./Verb.tsx";

/** Where a run waits: every call it asked for, an editor for each output, and one submit. */
export function ToolCallCard({ run }: { readonly run: RunNode }) {
  const { store, drafts, requests } = usePanel();
  const header = store.header.value;
  const card = useRef<HTMLDivElement>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  void run.steps.value.map((step) => step.calls.value);
  const head = run.head.value;
  const calls = head.pending.map((id) => run.call(id)).filter((call): call is CallNode => call !== undefined);
  const count = calls.length;
  const working = calls.some((call) => call.view.value.answer?.state === "running");
  const words = `${count} tool output${count === 1 ? "" : "s"}`;

  const asked = head.pending.join(" ");
  useEffect(() => {
    // Who writes or reads elsewhere is not torn away; an empty composer is where the last message was sent from.
    const active = document.activeElement;
    if (
      active === null ||
      active === document.body ||
      (active.matches(".composer-text") && drafts.text.peek() === "")
    ) {
      focusFirstOutput(card.current);
    }
  }, [asked]);

  useEffect(
    () => () => {
      // Answered from here or by policy: what stood in the editors is no draft any more.
      const pending = new Set(run.head.peek().pending);
      drafts.dropOutputs(asked.split(" ").filter((id) => !pending.has(id)));
    },
    [asked],
  );

  const submit = async (): Promise<void> => {
    if (busy || working || count === 0 || count < head.pending.length) {
      return;
    }
    setBusy(true);
    setError(null);
    try {
      const outputs = calls.map((call) => ({ callId: call.id, output: drafts.output(call.id).peek() }));
      await requests.request("submit", { runId: run.id, outputs });
      drafts.dropOutputs(outputs.map((output) => output.callId));
    } catch (reason) {
      setError(reason instanceof Error ? reason.message : String(reason));
    } finally {
      setBusy(false);
    }
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.isComposing) {
      event.preventDefault();
      event.stopPropagation();
      void submit();
    }
  };

  return (
    <div class="tool-card" ref={card} role="group" aria-label={`Waiting for ${words}`} onKeyDown={onKeyDown}>
      <div class="tool-card-head">
        <span class="codicon codicon-bell-dot" aria-hidden="true" />
        <h2>Waiting for {count === 1 ? "1 tool output" : words}</h2>
        {head.expiresAt !== null && <Countdown expiresAt={head.expiresAt} />}
      </div>
      {calls.map((call, index) => (
        <div class="tool-card-call" key={call.id}>
          <div class="call-asked">
            <CallName call={call} />
            <Arguments call={call} />
          </div>
          <OutputEditor
            runId={run.id}
            call={call}
            position={count > 1 ? `${index + 1} of ${count}` : ""}
            locked={busy}
          />
        </div>
      ))}
      {error !== null && (
        <div class="card-error" role="alert">
          <span class="codicon codicon-error" aria-hidden="true" /> <span>Not submitted: {error}</span>
        </div>
      )}
      <div class="tool-card-foot">
        <vscode-button appearance="primary" disabled={busy || working} onClick={() => void submit()}>
          {busy ? "Submitting" : count === 1 ? "Submit" : `Submit ${count} outputs`}
        </vscode-button>
        {header?.answerMode && (
          <Verb
            title="How the calls of this assistant are answered"
            onPress={() => requests.fire("command", { command: "chooseAnswers" })}
          >
            <span class="codicon codicon-tools" aria-hidden="true" /> {header.answerMode}
          </Verb>
        )}
        <span class="shortcut-hint">{isMac() ? "⌘Enter" : "Ctrl+Enter"}</span>
      </div>
    </div>
  );
}

/** Focuses the first output editor that is below `root`. */
export function focusFirstOutput(root: ParentNode | null): void {
  root?.querySelector<HTMLElement>("vscode-text-area.output-editor")?.focus();
}
