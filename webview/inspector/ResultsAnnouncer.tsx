import { useSignalEffect } from "@preact/signals";
import { useState } from "preact/hooks";
import type { SearchView } from "../../src/protocol/inspectorMessages.ts";
import { useInspector } from "./inspectorContext.ts";

/** Tells screen readers how many results have come, and how the sides differ. */
export function ResultsAnnouncer() {
  const { store } = useInspector();
  const [words, setWords] = useState("");
  useSignalEffect(() => {
    const diff = store.diff.value;
    const counts = store.sides.flatMap((side) => {
      const found = side.found.value;
      if (found === null || side.since.value !== null) {
        return [];
      }
      return [store.compares.value ? `${side.name.toUpperCase()}: ${countWords(found)}` : countWords(found)];
    });
    const differ = diff === null || diff.same ? "" : ` ${diff.both} are in both.`;
    setWords(counts.length === 0 ? "" : `${counts.join(", ")}.${differ}`);
  });
  return (
    <div class="visually-hidden" aria-live="polite">
      {words}
    </div>
  );
}

export function countWords({ results }: SearchView): string {
  return results.length === 0 ? "nothing found" : `${results.length} ${results.length === 1 ? "result" : "results"}`;
}
