import { useSignalEffect } from "@preact/signals";
import { useRef, useState } from "preact/hooks";
import type { AttachedFile } from "../../src/protocol/panelState.ts";
import type { TextAreaElement } from "../controls.ts";
import { usePanel } from "../panelContext.ts";
import { Attachments } from "./Attachments.tsx";
import { IconButton } from "./IconButton.tsx";

/** Where the next message is written. Sending is held while a run is active; writing never is. */
export function Composer({ onStop }: { readonly onStop: () => void }) {
  const { store, drafts, requests } = usePanel();
  const area = useRef<TextAreaElement>(null);
  const [sending, setSending] = useState(false);
  const inFlight = useRef<string | null>(null);
  /** The text that was to be sent while a run was active. */
  const [heldText, setHeldText] = useState<string | null>(null);
  const [error, setError] = useState<string | null>(null);
  const [files, setFiles] = useState<readonly AttachedFile[]>([]);
  const run = store.activeRun.value;
  const status = run?.head.value.status;
  const text = drafts.text.value;
  const name = store.header.value?.assistantName ?? "the assistant";

  // The host may answer only when the run goes on: once the message is in the thread, the composer is free again.
  useSignalEffect(() => {
    const last = store.messages.value.at(-1);
    const words = inFlight.current;
    if (words !== null && last?.view.value.role === "user" && last.parts.value[0]?.text.text() === words) {
      inFlight.current = null;
      setSending(false);
      setFiles([]);
      if (drafts.text.peek() === words) {
        drafts.setText("");
      }
    }
  });

  const send = async (): Promise<void> => {
    const words = drafts.text.peek();
    if (words.trim() === "" || sending) {
      return;
    }
    if (store.activeRun.peek()) {
      setHeldText(words);
      return;
    }
    setSending(true);
    inFlight.current = words;
    setError(null);
    try {
      const attachments = files.map(({ token }) => token);
      await requests.request("send", { text: words, ...(attachments.length === 0 ? {} : { attachments }) });
      setFiles([]);
      // What was typed meanwhile stays.
      if (inFlight.current === words && drafts.text.peek() === words) {
        drafts.setText("");
      }
    } catch (reason) {
      setError(`Not sent: ${reason instanceof Error ? reason.message : String(reason)}`);
    } finally {
      inFlight.current = null;
      setSending(false);
      // The button that was pressed may be gone; a card that appeared meanwhile keeps the focus it took.
      if (document.activeElement === document.body || document.activeElement?.matches(".send-button") === true) {
        area.current?.focus();
      }
    }
  };

  const attach = async (): Promise<void> => {
    setError(null);
    try {
      const picked = await requests.request("attach", null);
      setFiles((before) => [...before, ...picked]);
    } catch (reason) {
      setError(reason instanceof Error ? reason.message : String(reason));
    }
    area.current?.focus();
  };

  const onKeyDown = (event: KeyboardEvent): void => {
    // While an input method composes, Enter chooses a word. 229 is what older ones report.
    if (event.key === "Enter" && !event.shiftKey && !event.altKey && !event.isComposing && event.keyCode !== 229) {
      event.preventDefault();
      void send();
    }
  };

  const held = run !== null && heldText === text;
  const hint = held
    ? "Sent when you press Enter again after the run is over. Esc stops the run."
    : run && text !== ""
      ? "Kept until the run is over"
      : "";

  return (
    <div class="composer">
      {error !== null && (
        <div class="composer-error" role="alert">
          <span class="codicon codicon-error" aria-hidden="true" /> <span>{error}</span>
        </div>
      )}
      <div class="composer-box">
        <Attachments
          files={files}
          onRemove={(token) => setFiles((before) => before.filter((file) => file.token !== token))}
        />
        <vscode-text-area
          ref={area}
          class="composer-text"
          rows={1}
          value={text}
          readOnly={sending}
          aria-label={`Message to ${name}`}
          placeholder={
            status === "requires_action"
              ? "The run waits for its tool outputs. Write the next message…"
              : run
                ? "Write the next message…"
                : `Ask ${name}…`
          }
          onInput={(event) => drafts.setText((event.currentTarget as TextAreaElement).value)}
          onKeyDown={onKeyDown}
        />
        <div class="composer-foot">
          <IconButton icon="attach" label="Attach files…" onPress={() => void attach()} />
          <span class={held ? "composer-hint composer-hint-held" : "composer-hint"} role="status">
            {hint}
          </span>
          {run && (
            <vscode-button
              appearance="secondary"
              class="stop-button"
              title="Stop run (Esc)"
              disabled={status === "cancelling"}
              onClick={onStop}
            >
              <span slot="start" class="codicon codicon-debug-stop" aria-hidden="true" />
              {status === "cancelling" ? "Stopping" : "Stop run"}
            </vscode-button>
          )}
          {!run && (
            <vscode-button
              appearance="primary"
              class="send-button"
              title="Send (Enter)"
              aria-label="Send"
              disabled={sending || text.trim() === ""}
              onClick={() => void send()}
            >
              <span class="codicon codicon-send" aria-hidden="true" />
            </vscode-button>
          )}
        </div>
      </div>
    </div>
  );
}
