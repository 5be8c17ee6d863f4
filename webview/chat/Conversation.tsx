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
  const [failure, setFailure] = useState<string | null>(null);
  const memory = useMemo(() => ({ entries: [] as readonly Entry[] }), []);
  const entries = useComputed(
    () => (memory.entries = arrangeConversation(store.messages.value, store.runs.value, memory.entries)),
  ).value;
  const latest = store.runs.value.at(-1);
  const older = store.hasOlderMessages.value;

  const loadOlder = (): void => {
    setLoading(true);
    setFailure(null);
    requests
      .request("loadOlder", null)
      .catch((error: unknown) => setFailure(error instanceof Error ? error.message : String(error)))
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
    // After a failure it is the person who asks again: being in sight must not ask over and over.
    if (!mark || !older || loading || failure !== null) {
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
  }, [older, loading, failure]);

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
                <>
                  {failure !== null && <span role="alert">Older messages could not be read: {failure} </span>}
                  <Verb onPress={loadOlder}>{failure === null ? "Load older messages" : "Try again"}</Verb>
                </>
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
