import { useComputed } from "@preact/signals";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { actOnMarkdown } from "../markdown/clicks.ts";
import { usePanel } from "../panelContext.ts";
import { arrangeConversation, type Entry } from "./conversation.ts";
import { EmptyState } from "./EmptyState.tsx";
import { Message } from "./Message.tsx";
import { RunBlock } from "./RunBlock.tsx";
import { ScrollKeeper } from "./scrollKeeper.ts";
import { Verb } from "./Verb.tsx";

/** The messages and runs of the thread, oldest first. */
export function Conversation() {
  const { store, requests } = usePanel();
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const top = useRef<HTMLDivElement>(null);
  const keeper = useRef<ScrollKeeper | null>(null);
  const [away, setAway] = useState(false);
  const [loading, setLoading] = useState(false);
  const memory = useMemo(() => ({ entries: [] as readonly Entry[] }), []);
  const entries = useComputed(
    () => (memory.entries = arrangeConversation(store.messages.value, store.runs.value, memory.entries)),
  ).value;
  const latest = store.runs.value.at(-1);
  const older = store.hasOlderMessages.value;

  const loadOlder = (): void => {
    setLoading(true);
    requests
      .request("loadOlder", null)
      .catch(() => {})
      .finally(() => setLoading(false));
  };

  useEffect(() => {
    if (!scroller.current || !content.current) {
      return undefined;
    }
    const made = new ScrollKeeper(scroller.current, content.current, setAway);
    keeper.current = made;
    made.toBottom();
    store.beforePrepend = () => made.hold(content.current?.querySelector(".entry") ?? null);
    return () => made.dispose();
  }, [store]);

  useLayoutEffect(() => keeper.current?.release(), [entries[0]]);

  useEffect(() => {
    const mark = top.current;
    if (!mark || !older || loading) {
      return undefined;
    }
    const observer = new IntersectionObserver((seen) => seen.some((entry) => entry.isIntersecting) && loadOlder(), {
      root: scroller.current,
      rootMargin: "200px 0px 0px 0px",
    });
    // Not at once: at the first drawing the top is in sight before the view has gone to the bottom.
    const timer = setTimeout(() => observer.observe(mark), 400);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
    };
  }, [older, loading]);

  const onActed = (event: Event): void => actOnMarkdown(event, requests);
  return (
    <div class="conversation-frame">
      <div class="conversation" ref={scroller} onClick={onActed} onAuxClick={onActed} onKeyDown={onActed}>
        <div class="conversation-content" ref={content} role="log" aria-label="Conversation" aria-live="off">
          {older && (
            <div class="older" ref={top}>
              {loading ? (
                <span class="quiet">Loading older messages…</span>
              ) : (
                <Verb onPress={loadOlder}>Load older messages</Verb>
              )}
            </div>
          )}
          {entries.length === 0 && <EmptyState />}
          {entries.map((entry) => (
            <div class="entry" key={entry.key}>
              {entry.kind === "message" ? (
                <Message message={entry.message} />
              ) : (
                <RunBlock run={entry.run} messages={entry.messages} latest={entry.run === latest} />
              )}
            </div>
          ))}
        </div>
      </div>
      {away && (
        <vscode-button appearance="secondary" class="to-latest" onClick={() => keeper.current?.toBottom()}>
          <span slot="start" class="codicon codicon-arrow-down" aria-hidden="true" />
          Jump to latest
        </vscode-button>
      )}
    </div>
  );
}
