import { useEffect, useRef } from "preact/hooks";
import { IconButton } from "../chat/IconButton.tsx";
import type { TextAreaElement } from "../controls.ts";
import { ResultsAnnouncer } from "./ResultsAnnouncer.tsx";
import { useInspector } from "./inspectorContext.ts";
import { Results } from "./Results.tsx";
import { SideForm } from "./SideForm.tsx";

/** The whole inspector: the question, how each side searches, and what they found. */
export function Inspector() {
  const { store } = useInspector();
  const compares = store.compares.value;
  const diff = store.diff.value;
  if (!store.ready.value) {
    return null;
  }
  return (
    <div class="inspector">
      <header class="panel-header">
        <span class="codicon codicon-search" aria-hidden="true" />
        <h1>Ask a Store</h1>
        <div class="chips">
          {store.connectionLabel.value !== "" && (
            <span class="chip" title={`Connection: ${store.connectionLabel.value}`}>
              <span class="codicon codicon-plug" aria-hidden="true" />
              <span class="chip-text">{store.connectionLabel.value}</span>
            </span>
          )}
        </div>
        <div class="header-actions" role="toolbar" aria-label="Inspector actions">
          {compares && <IconButton icon="arrow-swap" label="Exchange A and B" onPress={() => store.swap()} />}
          <IconButton
            icon="split-horizontal"
            label={compares ? "Stop comparing" : "Compare with other settings or another store"}
            pressed={compares}
            onPress={() => store.compare(!compares)}
          />
          <IconButton icon="refresh" label="Read the list of stores again" onPress={() => void store.refreshStores()} />
        </div>
      </header>
      <StoresNotice />
      <div class="inspector-body">
        <Question />
        <div class={compares ? "sides two" : "sides"}>
          <SideForm side={store.a} />
          {compares && <SideForm side={store.b} />}
          {diff !== null && (
            <p class="diff-line" role="note">
              {diff.same
                ? "Both sides found the same, in the same order."
                : `${diff.both} in both · ${diff.onlyA} only in A · ${diff.onlyB} only in B`}
            </p>
          )}
          <Results side={store.a} ranks={diff?.a ?? null} />
          {compares && <Results side={store.b} ranks={diff?.b ?? null} />}
        </div>
      </div>
      <ResultsAnnouncer />
    </div>
  );
}

function StoresNotice() {
  const { store } = useInspector();
  const error = store.storesError.value;
  if (error !== null) {
    return (
      <div class="notice notice-error" role="alert">
        <span class="codicon codicon-error" aria-hidden="true" />
        <span class="notice-text">The vector stores could not be listed: {error}</span>
        <button type="button" class="verb" onClick={() => void store.refreshStores()}>
          Try again
        </button>
      </div>
    );
  }
  return store.stores.value?.length === 0 ? (
    <div class="notice notice-info" role="status">
      <span class="codicon codicon-info" aria-hidden="true" />
      <span class="notice-text">
        This connection has no vector store yet. Make one from a *.vectorstore.yaml or with a program; it is listed here
        after “Read the list of stores again”.
      </span>
    </div>
  ) : null;
}

function Question() {
  const { store } = useInspector();
  const area = useRef<TextAreaElement>(null);
  const busy = store.sides.some((side) => side.since.value !== null);
  const obstacle = store.sides.map((side) => store.obstacle(side)).find((one) => one !== null) ?? null;
  const question = store.question.value;
  useEffect(() => area.current?.focus(), []);

  const onKeyDown = (event: KeyboardEvent): void => {
    // While an input method composes, Enter chooses a word. 229 is what older ones report.
    if (event.key === "Enter" && !event.shiftKey && !event.altKey && !event.isComposing && event.keyCode !== 229) {
      event.preventDefault();
      void store.ask();
    }
  };
  return (
    <div class="question">
      <vscode-text-area
        ref={area}
        class="question-text"
        rows={1}
        value={question}
        aria-label="Question"
        placeholder="Ask something that the documents should answer"
        onInput={(event) => (store.question.value = (event.currentTarget as TextAreaElement).value)}
        onKeyDown={onKeyDown}
      />
      {busy ? (
        <vscode-button
          appearance="secondary"
          class="ask-button"
          title="Stop searching (Esc)"
          onClick={() => store.sides.forEach((side) => store.stop(side))}
        >
          Stop
        </vscode-button>
      ) : (
        <vscode-button
          appearance="primary"
          class="ask-button"
          title={obstacle ?? "Ask (Enter)"}
          disabled={question.trim() === "" || obstacle !== null}
          onClick={() => void store.ask()}
        >
          Ask
        </vscode-button>
      )}
    </div>
  );
}
