import type { Segment, SegmentKind } from "../../src/core/runTrace.ts";

/** The kinds in the order they are drawn and listed in. */
export const segmentKinds: readonly SegmentKind[] = [
  "queued",
  "first_token",
  "generating",
  "tool",
  "handler",
  "waiting",
];

/** What each kind is called on screen. */
export const kindWords: Readonly<Record<SegmentKind, string>> = {
  queued: "queued",
  first_token: "first token",
  generating: "generating",
  tool: "tool",
  handler: "handler",
  waiting: "waiting for you",
};

/** Milliseconds by kind; a segment that lasts counts up to `now`. */
export type TimeSplit = Readonly<Record<SegmentKind, number>>;

/** Adds up what the time went to. */
export function splitTime(segments: readonly Segment[], now: number): TimeSplit {
  const split = { queued: 0, first_token: 0, generating: 0, tool: 0, handler: 0, waiting: 0 };
  for (const segment of segments) {
    split[segment.kind] += Math.max(0, (segment.end ?? now) - segment.start);
  }
  return split;
}

/** The time that the model took of a split. */
export function modelTime(split: TimeSplit): number {
  return split.first_token + split.generating;
}
