import { useRef } from "preact/hooks";

interface Props {
  /** True when the timeline is beside the conversation, false when it is below. */
  readonly beside: boolean;
  /** Size of the timeline in pixels. */
  readonly size: number;
  readonly smallest: number;
  readonly largest: number;
  readonly onResize: (size: number) => void;
}

const keyStep = 24;

/** The line between conversation and timeline: drawn by pointer, moved by arrow keys. */
export function Split({ beside, size, smallest, largest, onResize }: Props) {
  const drag = useRef<{ readonly at: number; readonly size: number } | null>(null);
  const clamp = (wanted: number): number => Math.round(Math.min(largest, Math.max(smallest, wanted)));
  const place = (event: PointerEvent): number => (beside ? event.clientX : event.clientY);

  const onKeyDown = (event: KeyboardEvent): void => {
    const wanted: Readonly<Record<string, number>> = {
      [beside ? "ArrowLeft" : "ArrowUp"]: size + keyStep,
      [beside ? "ArrowRight" : "ArrowDown"]: size - keyStep,
      Home: largest,
      End: smallest,
    };
    const next = wanted[event.key];
    if (next !== undefined) {
      event.preventDefault();
      onResize(clamp(next));
    }
  };

  return (
    <div
      class="split"
      role="separator"
      tabIndex={0}
      aria-label="Width of the timeline"
      aria-orientation={beside ? "vertical" : "horizontal"}
      aria-valuenow={size}
      aria-valuemin={smallest}
      aria-valuemax={largest}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        drag.current = { at: place(event), size };
      }}
      onPointerMove={(event) => {
        if (drag.current) {
          onResize(clamp(drag.current.size + drag.current.at - place(event)));
        }
      }}
      onPointerUp={() => (drag.current = null)}
      onPointerCancel={() => (drag.current = null)}
    />
  );
}
