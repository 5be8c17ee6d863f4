import type { DebugProtocol } from "@vscode/debugprotocol";

/** What a debugger may be told to stop at beside breakpoints. */
export type FilterId =
  | "every_call"
  | "every_answer"
  | "run_failed"
  | "run_incomplete"
  | "run_ended"
  | "handler_error"
  | "invalid_output"
  | "loop_suspected";

const condition = { supportsCondition: true, conditionDescription: 'An expression, such as order_id == "ORD-1"' };

/** As the client lists them. */
export const exceptionFilters: readonly (DebugProtocol.ExceptionBreakpointsFilter & { readonly filter: FilterId })[] = [
  {
    filter: "every_call",
    label: "Every Tool Call",
    description: "Stops at every function call, before it is answered.",
    default: false,
    ...condition,
  },
  {
    filter: "every_answer",
    label: "Every Answer",
    description: "Stops when a call has its answer, before the run goes on.",
    default: false,
    ...condition,
  },
  { filter: "run_failed", label: "Run Failed", description: "The run failed or expired.", default: true },
  {
    filter: "run_incomplete",
    label: "Run Incomplete",
    description: "The run ended at a token limit or a filter.",
    default: true,
  },
  { filter: "handler_error", label: "Handler Error", description: "A handler or fixture failed.", default: true },
  {
    filter: "invalid_output",
    label: "Invalid Output",
    description: "An output does not fit its schema, is very large, or begins like JSON and is none.",
    default: true,
  },
  {
    filter: "loop_suspected",
    label: "Loop Suspected",
    description: "The same function is called with the same arguments for the third time.",
    default: true,
  },
  { filter: "run_ended", label: "Run Ended", description: "Stops at the end of every run.", default: false },
];

/** What is true before a client says anything. */
export const defaultFilters: ReadonlySet<FilterId> = new Set(
  exceptionFilters.filter((filter) => filter.default === true).map(({ filter }) => filter),
);

export function isFilter(id: string): id is FilterId {
  return exceptionFilters.some(({ filter }) => filter === id);
}
