import { position, type Scale } from "./scale.ts";
import type { RowFacts } from "./rowFacts.ts";

interface Props {
  readonly facts: RowFacts;
  readonly scale: Scale;
  readonly now: number;
}

/** What the time of a row went to, along the scale of its run. */
export function Bar({ facts, scale, now }: Props) {
  const end = facts.end ?? now;
  return (
    <>
      {facts.segments.map((segment, index) => {
        const left = position(scale, segment.start);
        const width = position(scale, segment.end ?? end) - left;
        return (
          <span
            key={index}
            class={`segment kind-${segment.kind}`}
            style={{ left: percent(left), width: percent(width) }}
          />
        );
      })}
      {facts.failed && <span class="segment-failed" style={{ left: percent(position(scale, end)) }} />}
    </>
  );
}

/** A share as a CSS length. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(3)}%`;
}
