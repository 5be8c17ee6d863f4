/**
 * When a debugger may stop at a tool call: `before` it is answered, or `after`, when its answer is there and the run has not
 * gone on.
 */
export type Moment = "before" | "after";
