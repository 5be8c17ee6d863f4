import type { Segment } from "../../src/core/runTrace.ts";

/** A stretch of a scale: time on one side, a share of the width (0 to 1) on the other. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  readonly x0: number;
  readonly x1: number;
  readonly folded: boolean;
}

/** The scale of one run: linear, but for long waits, which are folded to a fixed width. */
export interface Scale {
  readonly start: number;
  readonly end: number;
  readonly pieces: readonly Piece[];
}

/** Waits shorter than this are never folded. */
const shortestFold = 2000;
/** Nor are those that take less than this share of the run. */
const smallestShare = 0.25;
/** What a folded wait keeps of the width; all folds together keep twice that. */
const foldedWidth = 0.26;

/** Makes the scale of a run from its own segments. A person's twenty seconds must not squeeze the model's one to a pixel. */
export function makeScale(start: number, end: number, segments: readonly Segment[], fold: boolean): Scale {
  const stop = Math.max(end, start + 1);
  const waits = fold ? longWaits(start, stop, segments) : [];
  const foldedTime = waits.reduce((sum, wait) => sum + wait.to - wait.from, 0);
  const plainTime = stop - start - foldedTime;
  // A run that did nothing but wait has nothing to make room for.
  const each =
    waits.length === 0 ? 0 : plainTime < 1 ? 1 / waits.length : Math.min(foldedWidth, (2 * foldedWidth) / waits.length);
  const perMs = plainTime < 1 ? 0 : (1 - each * waits.length) / plainTime;
  const pieces: Piece[] = [];
  let time = start;
  let x = 0;
  const add = (to: number, width: number, folded: boolean): void => {
    pieces.push({ from: time, to, x0: x, x1: x + width, folded });
    time = to;
    x += width;
  };
  for (const wait of waits) {
    if (wait.from > time) {
      add(wait.from, (wait.from - time) * perMs, false);
    }
    add(wait.to, each, true);
  }
  if (stop > time) {
    add(stop, 1 - x, false);
  }
  return { start, end: stop, pieces };
}

function longWaits(start: number, end: number, segments: readonly Segment[]): { from: number; to: number }[] {
  const merged: { from: number; to: number }[] = [];
  const waits = segments
    .filter((segment) => segment.kind === "waiting")
    .map((segment) => ({ from: Math.max(start, segment.start), to: Math.min(end, segment.end ?? end) }))
    .filter((wait) => wait.to > wait.from)
    .sort((a, b) => a.from - b.from);
  for (const wait of waits) {
    const last = merged.at(-1);
    if (last && wait.from <= last.to) {
      last.to = Math.max(last.to, wait.to);
    } else {
      merged.push(wait);
    }
  }
  return merged.filter(
    (wait) => wait.to - wait.from > shortestFold && wait.to - wait.from > smallestShare * (end - start),
  );
}

/** Where a moment lies, as a share of the width. */
export function position(scale: Scale, time: number): number {
  for (const piece of scale.pieces) {
    if (time <= piece.to) {
      const share = piece.to > piece.from ? (time - piece.from) / (piece.to - piece.from) : 0;
      return piece.x0 + Math.max(0, share) * (piece.x1 - piece.x0);
    }
  }
  return 1;
}

/** A mark on the axis: `at` is the share of the width, `offset` the milliseconds since the start. */
export interface Tick {
  readonly at: number;
  readonly offset: number;
}

/** Round times along the unfolded pieces, so far apart that some `count` fit into the whole width. */
export function makeTicks(scale: Scale, count: number): readonly Tick[] {
  const plain = scale.pieces.filter((piece) => !piece.folded);
  const time = plain.reduce((sum, piece) => sum + piece.to - piece.from, 0);
  const width = plain.reduce((sum, piece) => sum + piece.x1 - piece.x0, 0);
  if (time < 1 || width <= 0) {
    return [];
  }
  // Rounding goes up, by two and a half at most: what is asked for lies in the middle.
  const step = roundStep((0.75 * time) / (count * width));
  const ticks: Tick[] = [];
  for (const piece of plain) {
    const first = Math.max(0, Math.ceil((piece.from - scale.start) / step - 1e-9));
    for (let index = first; index * step <= piece.to - scale.start; index++) {
      const at = position(scale, scale.start + index * step);
      const previous = ticks.at(-1);
      // A label must not touch its neighbour, nor a fold's mark.
      if (piece.x1 - at >= 0.4 / count && (!previous || at - previous.at > 0.9 / count)) {
        ticks.push({ at, offset: index * step });
      }
    }
  }
  return ticks;
}

function roundStep(raw: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(raw, 1)));
  const factor = [1, 2, 5, 10].find((candidate) => candidate * power >= raw) ?? 10;
  return factor * power;
}
