import { formatDuration } from "../text/duration.ts";
import { percent } from "./Bar.tsx";
import { makeTicks, type Scale } from "./scale.ts";

/** The track is some 180 px wide in the default layout, and a label some 45. */
const tickCount = 3;

/** The axis of one run: round times since its start, and a mark where a long wait is folded. */
export function Axis({ scale, onUnfold }: { readonly scale: Scale; readonly onUnfold: () => void }) {
  return (
    <div class="axis" role="presentation">
      <div class="axis-track">
        {makeTicks(scale, tickCount).map((tick) => (
          <span key={tick.offset} class="tick" style={{ left: percent(tick.at) }} aria-hidden="true">
            {tickWords(tick.offset)}
          </span>
        ))}
        {scale.pieces
          .filter((piece) => piece.folded)
          .map((piece) => (
            <button
              type="button"
              tabIndex={-1}
              key={piece.from}
              class="fold-mark"
              style={{ left: percent(piece.x0), width: percent(piece.x1 - piece.x0) }}
              title={`A wait of ${formatDuration(piece.to - piece.from)}, drawn shorter. Unfold the waits.`}
              onClick={onUnfold}
            >
              ⌇ {foldWords(piece.to - piece.from)} ⌇
            </button>
          ))}
      </div>
    </div>
  );
}

/** The lines that carry the ticks down through the rows of the run. */
export function GridLines({ scale }: { readonly scale: Scale }) {
  return (
    <>
      {makeTicks(scale, tickCount).map((tick) => (
        <span key={tick.offset} class="grid-line" style={{ left: percent(tick.at) }} />
      ))}
    </>
  );
}

function tickWords(offset: number): string {
  if (offset === 0) {
    return "0";
  }
  if (offset < 1000) {
    return `${offset} ms`;
  }
  return offset < 60_000 ? `${Number((offset / 1000).toFixed(2))} s` : `${Number((offset / 60_000).toFixed(1))} min`;
}

function foldWords(milliseconds: number): string {
  return milliseconds < 60_000 ? `${(milliseconds / 1000).toFixed(1)} s` : `${Math.round(milliseconds / 60_000)} min`;
}
