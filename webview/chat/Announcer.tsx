import { useSignalEffect } from "@preact/signals";
import { useRef, useState } from "preact/hooks";
import { usePanel } from "../panelContext.ts";
import { reasonOf } from "./RunFacts.tsx";

const longest = 600;

/** Tells screen readers what has happened: messages when they are finished, not token by token; waits and failures. */
export function Announcer() {
  const { store } = usePanel();
  const [words, setWords] = useState("");
  const told = useRef<string | null>(null);
  useSignalEffect(() => {
    const run = store.runs.value.at(-1);
    const head = run?.head.value;
    const key = `${run?.id ?? ""} ${head?.status ?? ""}`;
    const first = told.current === null;
    if (key === told.current) {
      return;
    }
    told.current = key;
    // What is there when the panel opens is no news.
    if (first || !run || !head) {
      return;
    }
    if (head.status === "requires_action") {
      const count = head.pending.length;
      setWords(`The run waits for ${count} tool output${count === 1 ? "" : "s"}.`);
    } else if (head.status === "completed") {
      const message = store.messages.peek().findLast((node) => node.view.peek().runId === run.id);
      const text =
        message?.parts
          .peek()
          .map((part) => part.text.text())
          .join(" ") ?? "";
      setWords(text.length > longest ? `${text.slice(0, longest)}…` : text);
    } else if (head.status !== "queued" && head.status !== "in_progress") {
      setWords(`The run is ${head.status}. ${reasonOf(head)}`);
    }
  });
  return (
    <div class="visually-hidden" aria-live="polite">
      {words}
    </div>
  );
}
