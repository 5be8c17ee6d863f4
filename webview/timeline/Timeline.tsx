import { IconButton } from "../chat/IconButton.tsx";
import { usePanel } from "../panelContext.ts";
import { Details } from "./Details.tsx";
import { Legend } from "./Legend.tsx";
import { Totals } from "./Totals.tsx";
import { Tree } from "./Tree.tsx";

/** The run timeline: first the sums, then where the time went, then the facts of the selected row. */
export function Timeline() {
  const { timeline } = usePanel();
  const row = timeline.selected.value;
  const folds = timeline.foldWaits.value;
  return (
    <aside class="timeline" aria-label="Timeline">
      <div class="timeline-head">
        <h2>Timeline</h2>
        {row && (
          <IconButton
            icon={folds ? "unfold" : "fold"}
            label={folds ? "Draw long waits at full length" : "Fold long waits"}
            pressed={!folds}
            onPress={() => (timeline.foldWaits.value = !folds)}
          />
        )}
      </div>
      {row ? (
        <>
          <Totals row={row} />
          <Tree />
          <Legend />
          <Details row={row} />
        </>
      ) : (
        <p class="quiet timeline-empty">
          No run yet. Runs appear here as they happen: each step, each tool call, and where the time went.
        </p>
      )}
    </aside>
  );
}
