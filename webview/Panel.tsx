import { useEffect, useRef, useState } from "preact/hooks";
import { Announcer } from "./chat/Announcer.tsx";
import { Composer } from "./chat/Composer.tsx";
import { Conversation } from "./chat/Conversation.tsx";
import { Header } from "./chat/Header.tsx";
import { Notices } from "./chat/Notices.tsx";
import { usePanel } from "./panelContext.ts";
import { Split } from "./Split.tsx";
import { Timeline } from "./timeline/Timeline.tsx";

const narrow = "(max-width: 760px)";
const smallest = 260;
const smallestChat = 320;

/** The whole panel: header, conversation and composer, timeline. */
export function Panel() {
  const { store, drafts, requests } = usePanel();
  const [beside, setBeside] = useState(() => !matchMedia(narrow).matches);
  const [size, setSize] = useState({ width: innerWidth, height: innerHeight });
  const [height, setHeight] = useState<number | null>(null);
  const shownWidth = useRef<number | null>(null);

  useEffect(() => {
    const onResize = (): void => {
      setBeside(!matchMedia(narrow).matches);
      setSize({ width: innerWidth, height: innerHeight });
    };
    addEventListener("resize", onResize);
    return () => removeEventListener("resize", onResize);
  }, []);

  const stop = (): void => {
    const run = store.activeRun.peek();
    if (run && run.head.peek().status !== "cancelling") {
      requests.fire("stop", { runId: run.id });
    }
  };
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      // In a half-written output Escape is a habit of editors, not a wish to end the run.
      const inOutput = event.target instanceof Element && event.target.matches(".output-editor");
      if (event.key === "Escape" && !event.defaultPrevented && !event.isComposing && !inOutput) {
        stop();
      }
    };
    addEventListener("keydown", onKeyDown);
    return () => removeEventListener("keydown", onKeyDown);
  }, []);

  if (!store.header.value) {
    return null;
  }
  const stored = drafts.timelineWidth.value;
  const shown = stored !== 0;
  // Below an empty conversation an empty timeline would be half a screen of nothing.
  const empty = !beside && store.runs.value.length === 0;
  const largest = Math.max(smallest, beside ? size.width - smallestChat : size.height - 260);
  const wanted = beside
    ? (stored ?? Math.min(500, Math.round(size.width * 0.42)))
    : (height ?? Math.round(size.height * 0.42));
  const extent = Math.min(largest, Math.max(beside ? smallest : 120, wanted));
  const toggle = (): void => {
    if (shown) {
      shownWidth.current = stored;
      drafts.setTimelineWidth(0);
    } else {
      drafts.setTimelineWidth(shownWidth.current);
    }
  };
  return (
    <div class="panel">
      <Header timelineShown={shown} onToggleTimeline={toggle} />
      <Notices />
      <div class={beside ? "halves beside" : "halves below"}>
        <main class="chat">
          <Conversation />
          <Composer onStop={stop} />
        </main>
        {shown && (
          <>
            <Split
              beside={beside}
              size={extent}
              smallest={beside ? smallest : 120}
              largest={largest}
              onResize={beside ? (width) => drafts.setTimelineWidth(width) : setHeight}
            />
            <div
              class="timeline-frame"
              style={
                beside
                  ? { width: `${extent}px`, height: "auto" }
                  : { height: empty ? "auto" : `${extent}px`, width: "auto" }
              }
            >
              <Timeline />
            </div>
          </>
        )}
      </div>
      <Announcer />
    </div>
  );
}
