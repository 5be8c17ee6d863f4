import type { Moment } from "../core/debug/moment.ts";

/** How a person lets a stopped run go on. */
export type Resume = "continue" | "next" | "into" | "out";

/** Why and where a run is held. */
export interface Stop {
  /** The protocol's word for it. */
  readonly reason: "entry" | "breakpoint" | "function breakpoint" | "step" | "pause" | "exception";
  /** A line for the person. */
  readonly description: string;
  /** More of it, shown on demand. */
  readonly text: string | null;
  readonly breakpointIds: readonly number[];
  /** Null at the end of a run. */
  readonly callId: string | null;
  readonly moment: Moment | "end";
  /** What `exceptionInfo` tells; null where the stop is no exception. */
  readonly exceptionId: string | null;
}

/** A stop of the plain kind, with what is different. */
export function stopAt(
  reason: Stop["reason"],
  description: string,
  place: Pick<Stop, "callId" | "moment">,
  more: Partial<Stop> = {},
): Stop {
  return { reason, description, text: null, breakpointIds: [], exceptionId: null, ...place, ...more };
}
