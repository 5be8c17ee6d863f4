/** How far a session has come. */
export type Phase =
  | "new"
  | "initialized"
  /** Launch or attach is under way; the client may set breakpoints. */
  | "starting"
  | "running"
  /** The client was told that it is over. */
  | "ended"
  | "disconnected";

const beginnings: ReadonlySet<string> = new Set(["launch", "attach"]);
const endings: ReadonlySet<string> = new Set(["disconnect", "terminate"]);
/** What makes sense before anything runs, and after. */
const anytime: ReadonlySet<string> = new Set([
  "setBreakpoints",
  "setFunctionBreakpoints",
  "setExceptionBreakpoints",
  "breakpointLocations",
  "configurationDone",
  "loadedSources",
  "threads",
  "disconnect",
  "terminate",
]);

/** Why a request cannot be done in this phase; null when it can be tried. */
export function refusalOf(phase: Phase, command: string): string | null {
  switch (phase) {
    case "new":
      return command === "initialize" ? null : "The session is not initialized yet.";
    case "disconnected":
      // Who asks for the end of what has ended has what was asked for.
      return endings.has(command) ? null : "The session has ended.";
    default:
      break;
  }
  if (command === "initialize") return "The session is initialized already.";
  if (beginnings.has(command))
    return phase === "initialized" ? null : `The session has begun already: ${command} comes once.`;
  if (phase === "running" || anytime.has(command)) return null;
  return phase === "ended" ? "The run has ended." : "There is no run yet: launch or attach first.";
}
