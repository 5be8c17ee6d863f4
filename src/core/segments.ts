import type { Segment, SegmentKind } from "./runTrace.ts";

/** Ends the running segment, if there is one, at `at`. A segment never ends before it starts, whatever the clocks say. */
export function closeSegments(segments: readonly Segment[], at: number): readonly Segment[] {
  const last = segments.at(-1);
  if (last === undefined || last.end !== null) return segments;
  return [...segments.slice(0, -1), { ...last, end: Math.max(last.start, at) }];
}

/** Goes over to `kind` at `at`; nothing changes when that kind is running already. */
export function enterSegment(segments: readonly Segment[], kind: SegmentKind, at: number): readonly Segment[] {
  const last = segments.at(-1);
  if (last !== undefined && last.end === null && last.kind === kind) return segments;
  return [...closeSegments(segments, at), { kind, start: Math.max(at, last?.start ?? at), end: null }];
}

/** Says that what runs has been `kind` since `since`: the running segment is cut there and gives the rest away. */
export function reinterpretSince(segments: readonly Segment[], kind: SegmentKind, since: number): readonly Segment[] {
  const last = segments.at(-1);
  if (last === undefined || last.end !== null || last.kind === kind) return segments;
  if (since <= last.start) return [...segments.slice(0, -1), { ...last, kind }];
  return [...segments.slice(0, -1), { ...last, end: since }, { kind, start: since, end: null }];
}

/** The kind that runs now; null when nothing does. */
export function runningKind(segments: readonly Segment[]): SegmentKind | null {
  const last = segments.at(-1);
  return last !== undefined && last.end === null ? last.kind : null;
}

/** Milliseconds for each kind; what still runs is counted up to `now`. */
export function timeByKind(segments: readonly Segment[], now: number): Readonly<Record<SegmentKind, number>> {
  const sums = { queued: 0, first_token: 0, generating: 0, tool: 0, handler: 0, waiting: 0 };
  for (const segment of segments) sums[segment.kind] += Math.max(0, (segment.end ?? now) - segment.start);
  return sums;
}
