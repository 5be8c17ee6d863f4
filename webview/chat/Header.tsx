import { usePanel } from "../panelContext.ts";
import { IconButton } from "./IconButton.tsx";

/** Assistant, sync state, model and connection, and what can be done with the panel as a whole. */
export function Header({
  timelineShown,
  onToggleTimeline,
}: {
  readonly timelineShown: boolean;
  readonly onToggleTimeline: () => void;
}) {
  const { store, requests } = usePanel();
  const header = store.header.value;
  if (!header) {
    return null;
  }
  const synced = header.syncState === "in sync";
  return (
    <header class="panel-header">
      <span class="codicon codicon-comment-discussion" aria-hidden="true" />
      <h1 title={header.definitionPath ?? header.assistantName}>{header.assistantName}</h1>
      <div class="chips">
        {header.syncState !== "" && (
          <span class={synced ? "chip" : "chip chip-warn"} title={`Definition: ${header.syncState}`}>
            <span class={`codicon codicon-${synced ? "check" : "git-compare"}`} aria-hidden="true" />
            <span class="chip-text">{header.syncState}</span>
          </span>
        )}
        <button
          type="button"
          class="chip chip-model"
          title={`Model: ${header.model}. Choose another…`}
          aria-label={`Model ${header.model}, choose another`}
          onClick={() => requests.fire("command", { command: "chooseModel" })}
        >
          <span class="chip-text">{header.model}</span>
        </button>
        <button
          type="button"
          class="chip chip-connection"
          title={`Connection: ${header.connectionLabel}. Change…`}
          aria-label={`Connection ${header.connectionLabel}, change`}
          onClick={() => requests.fire("command", { command: "connect" })}
        >
          <span class="codicon codicon-plug" aria-hidden="true" />
          <span class="chip-text">{header.connectionLabel}</span>
        </button>
        {header.answerMode !== null && (
          <button
            type="button"
            class="chip chip-answers"
            title={`Answers to tool calls: ${header.answerMode}. Change…`}
            aria-label={`Answers to tool calls: ${header.answerMode}, change`}
            onClick={() => requests.fire("command", { command: "chooseAnswers" })}
          >
            <span class="codicon codicon-tools" aria-hidden="true" />
            <span class="chip-text">{header.answerMode}</span>
          </button>
        )}
      </div>
      <div class="header-actions" role="toolbar" aria-label="Panel actions">
        {header.definitionPath !== null && (
          <IconButton
            icon="go-to-file"
            label="Open definition"
            onPress={() => requests.fire("openDefinition", { line: null })}
          />
        )}
        <IconButton icon="debug-alt" label="Debug" onPress={() => requests.fire("command", { command: "debug" })} />
        <IconButton icon="add" label="New thread" onPress={() => requests.fire("command", { command: "newThread" })} />
        <IconButton
          icon={timelineShown ? "layout-sidebar-right" : "layout-sidebar-right-off"}
          label={timelineShown ? "Hide timeline" : "Show timeline"}
          onPress={onToggleTimeline}
        />
      </div>
    </header>
  );
}
