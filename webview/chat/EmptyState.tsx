import { usePanel } from "../panelContext.ts";

/** What the panel is for, where nothing has been said yet. */
export function EmptyState() {
  const name = usePanel().store.header.value?.assistantName ?? "the assistant";
  return (
    <div class="empty-state">
      <p>
        Write to <strong>{name}</strong> below. Each message starts a run.
      </p>
      <p>When a run calls a function, it waits here and you give its output.</p>
      <p>The timeline shows what every run, step and tool call did, and where the time went.</p>
      <dl class="shortcuts">
        <div>
          <dt>
            <kbd>Enter</kbd>
          </dt>
          <dd>send</dd>
        </div>
        <div>
          <dt>
            <kbd>Shift</kbd> <kbd>Enter</kbd>
          </dt>
          <dd>new line</dd>
        </div>
        <div>
          <dt>
            <kbd>{isMac() ? "⌘" : "Ctrl"}</kbd> <kbd>Enter</kbd>
          </dt>
          <dd>submit tool outputs</dd>
        </div>
        <div>
          <dt>
            <kbd>Esc</kbd>
          </dt>
          <dd>stop the run</dd>
        </div>
      </dl>
    </div>
  );
}

/** Whether the keyboard has a Command key. */
export function isMac(): boolean {
  return navigator.platform.startsWith("Mac");
}
