import { checkOutput } from "../core/answers/outputCheck.ts";
import type { OutputProblem } from "../core/answers/outputCheck.ts";
import type { AnswerFailure, ToolAnswer } from "../core/answers/toolAnswer.ts";
import { namesOf } from "../core/debug/callNames.ts";
import type { Names } from "../core/debug/expression/evaluate.ts";
import type { Moment } from "../core/debug/moment.ts";
import { RepeatedCalls, loopCount } from "../core/debug/repeatedCalls.ts";
import { wholeText } from "../core/growingText.ts";
import type { RunTrace } from "../core/runTrace.ts";
import type { BreakpointTable } from "./breakpointTable.ts";
import { surroundingsOf } from "./callSurroundings.ts";
import type { FoundCall } from "./callSurroundings.ts";
import { stopAt } from "./stop.ts";
import type { Stop } from "./stop.ts";

export interface StopRulesOptions {
  readonly breakpoints: BreakpointTable;
  /** The `output_schema` of a function; null where it has none. */
  readonly outputSchema: (name: string) => Readonly<Record<string, unknown>> | null;
  /** A logpoint has something to say. */
  readonly say: (text: string, line: number | null) => void;
}

/** Where a run is to be held, by breakpoints and filters: not by stepping. */
export class StopRules {
  readonly #options: StopRulesOptions;
  readonly #repeated = new RepeatedCalls();

  constructor(options: StopRulesOptions) {
    this.#options = options;
  }

  /** Before a call is answered. Logpoints speak, hits are counted: ask once a call. */
  before(trace: RunTrace, found: FoundCall): Stop | null {
    const { call } = found;
    const times = this.#repeated.count(call.id, call.name, wholeText(call.input));
    const hit = this.#hit(trace, found, "before", "every_call");
    if (hit !== null || times < loopCount || !this.#options.breakpoints.stopsAt("loop_suspected", null)) return hit;
    return stopAt(
      "exception",
      "Loop suspected",
      { callId: call.id, moment: "before" },
      {
        exceptionId: "loop_suspected",
        text: `${call.name} is called with the same arguments for the ${times}${ordinalEnd(times)} time in this run.`,
      },
    );
  }

  /** Nothing answers the call by itself, or what was to do so failed: a person has to. */
  waiting({ call }: FoundCall, failure: AnswerFailure | null): Stop {
    const place = { callId: call.id, moment: "before" } as const;
    const how = "Set `output` in Variables, or type output = … in the Debug Console; then continue.";
    if (failure === null)
      return stopAt("pause", `Waiting for the output of ${call.name}`, place, {
        text: `Nothing answers this call by itself. ${how}`,
      });
    const text = `${failure.message} ${how}`;
    const description = failure.source === "handler" ? "Handler error" : "Fixture error";
    return this.#options.breakpoints.stopsAt("handler_error", null)
      ? stopAt("exception", description, place, { exceptionId: "handler_error", text })
      : stopAt("pause", description, place, { text });
  }

  /** When a call has its answer, before the run goes on. Logpoints speak, hits are counted: ask once an answer. */
  after(trace: RunTrace, found: FoundCall, answer: ToolAnswer): Stop | null {
    const place = { callId: found.call.id, moment: "after" } as const;
    // First, so that a logpoint speaks whatever else holds the run here.
    const hit = this.#hit(trace, found, "after", "every_answer");
    const unsendable = this.unsendable(found, answer);
    if (unsendable !== null) return unsendable;
    if (answer.origin === "error" && this.#options.breakpoints.stopsAt("handler_error", null))
      return stopAt("exception", "Handler error", place, { exceptionId: "handler_error", text: answer.details });
    const [problem] = outputProblems(answer.output, this.#options.outputSchema(found.call.name));
    if (problem !== undefined && this.#options.breakpoints.stopsAt("invalid_output", null))
      return stopAt("exception", "Invalid output", place, { exceptionId: "invalid_output", text: problem.message });
    return hit;
  }

  /** An output that cannot be sent holds the run whatever the filters say. */
  unsendable(found: FoundCall, answer: ToolAnswer): Stop | null {
    const problem = outputProblems(answer.output, this.#options.outputSchema(found.call.name)).find(
      ({ severity }) => severity === "error",
    );
    if (problem === undefined) return null;
    const place = { callId: found.call.id, moment: "after" } as const;
    return stopAt("exception", "Invalid output", place, { exceptionId: "invalid_output", text: problem.message });
  }

  atEnd(trace: RunTrace): Stop | null {
    const { run } = trace;
    const { breakpoints } = this.#options;
    const place = { callId: null, moment: "end" } as const;
    if ((run.status === "failed" || run.status === "expired") && breakpoints.stopsAt("run_failed", null)) {
      const text = run.last_error?.message ?? "The run expired: its tool calls were not answered in time.";
      return stopAt("exception", `Run ${run.status}`, place, { exceptionId: "run_failed", text });
    }
    if (run.status === "incomplete" && breakpoints.stopsAt("run_incomplete", null)) {
      const reason = run.incomplete_details?.reason ?? "The answer is not complete.";
      return stopAt("exception", "Run incomplete", place, { exceptionId: "run_incomplete", text: reason });
    }
    return breakpoints.stopsAt("run_ended", null)
      ? stopAt("exception", `Run ${run.status}`, place, { exceptionId: "run_ended" })
      : null;
  }

  #hit(trace: RunTrace, found: FoundCall, moment: Moment, filter: "every_call" | "every_answer"): Stop | null {
    const { breakpoints, say } = this.#options;
    let made: Names | null = null;
    const names = (): Names => (made ??= namesOf(surroundingsOf(trace, found)));
    const { hitIds, kind, messages, broken } = breakpoints.check(found.call.name, moment, names);
    for (const { text, line } of messages) say(text, line);
    const place = { callId: found.call.id, moment };
    const answered = moment === "after" ? ", answered" : "";
    if (hitIds.length > 0) {
      const text =
        broken.length === 0 ? null : `The breakpoint's condition cannot be evaluated here: ${broken.join(" ")}`;
      const description = `${found.call.name}${answered}`;
      return stopAt(kind, `Paused on breakpoint: ${description}`, place, { breakpointIds: hitIds, text });
    }
    return breakpoints.stopsAt(filter, names())
      ? stopAt("exception", `Tool call${answered}`, place, { exceptionId: filter, text: found.call.name })
      : null;
  }
}

/** What is wrong with an output: it cannot be sent, or is hardly what was meant. */
export function outputProblems(
  output: string,
  schema: Readonly<Record<string, unknown>> | null,
): readonly OutputProblem[] {
  const problems = checkOutput(output, schema);
  return problems.length === 0 && /^\s*[[{]/.test(output) && !isJson(output)
    ? [{ severity: "warning", message: "The output begins like JSON and is not JSON." }]
    : problems;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function ordinalEnd(count: number): string {
  if (count % 100 >= 11 && count % 100 <= 13) return "th";
  return ["th", "st", "nd", "rd"][count % 10] ?? "th";
}
