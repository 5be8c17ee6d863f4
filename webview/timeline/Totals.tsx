import { now } from "../state/clock.ts";
import type { Row } from "./rows.ts";
import { formatCount, formatDuration, formatElapsed, formatWholeSeconds } from "../text/duration.ts";
import { percent } from "./Bar.tsx";
import { kindWords, modelTime, segmentKinds, splitTime } from "./timeSplit.ts";

/** The sums of the run that the selected row belongs to, and what its time went to, in proportion. */
export function Totals({ row }: { readonly row: Row }) {
  const head = row.run.head.value;
  const time = head.end ?? now.value;
  const split = splitTime(head.segments, time);
  const all = segmentKinds.reduce((sum, kind) => sum + split[kind], 0);
  const rough = head.fidelity === "reconstructed";
  const words = rough ? formatWholeSeconds : head.end === null ? formatElapsed : formatDuration;
  const parts = segmentKinds.filter((kind) => split[kind] > 0);
  return (
    <div class="totals">
      <dl>
        <Figure value={words(time - head.start)} name={head.end === null ? "so far" : "total"} />
        <Figure value={words(modelTime(split))} name="model" />
        <Figure
          value={
            head.usage ? `${formatCount(head.usage.prompt_tokens)} → ${formatCount(head.usage.completion_tokens)}` : "–"
          }
          name="tokens in → out"
        />
      </dl>
      <div
        class="proportion"
        role="img"
        aria-label={`Of the time: ${parts.map((kind) => `${kindWords[kind]} ${Math.round((100 * split[kind]) / all)} %`).join(", ")}`}
      >
        {parts.map((kind) => (
          <span
            key={kind}
            class={`segment kind-${kind}`}
            title={`${kindWords[kind]} ${words(split[kind])}`}
            style={{ width: percent(split[kind] / all) }}
          />
        ))}
      </div>
      {rough && <p class="quiet rough">Nobody recorded this run: its times are whole seconds.</p>}
    </div>
  );
}

function Figure({ value, name }: { readonly value: string; readonly name: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd class="figure">{value}</dd>
    </div>
  );
}
