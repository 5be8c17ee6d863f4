import type { ClientEvents } from "./clientEvents.ts";
import type { Course } from "./course.ts";
import { DapProblem } from "./dapServer.ts";
import type { Afterwards, AnswerRequests } from "./dapServer.ts";
import type { DebuggedRun } from "./debuggedRun.ts";
import { stopAt } from "./stop.ts";
import type { Resume } from "./stop.ts";

interface ThreadArguments {
  readonly threadId: number;
}

export interface StepRequestsOptions {
  /** Throws in words where nothing runs. */
  readonly course: () => Course;
  readonly events: ClientEvents;
  readonly canStepIn: () => boolean;
  /** What the client was told of frames and variables holds no longer. */
  readonly forget: () => void;
  /** A held run is about to go on. */
  readonly resuming: () => void;
}

/** Answers what lets a held run go on, and what shows its earlier states. */
export function answerStepRequests(answers: AnswerRequests, options: StepRequestsOptions): void {
  const { course, events } = options;
  const go = (command: string, how: Resume, body?: object): void =>
    answers<ThreadArguments>(command, ({ threadId }, afterwards) => {
      resume(options, threadId, how, afterwards);
      return body;
    });
  go("continue", "continue", { allThreadsContinued: false });
  go("next", "next");
  go("stepOut", "out");
  answers<ThreadArguments>("stepIn", ({ threadId }, afterwards) => {
    const run = course().run(threadId);
    const atCall = run !== null && run.view === null && run.stop?.moment === "before";
    if (atCall && !options.canStepIn())
      throw new DapProblem("This adapter cannot start another debugger: handlers are stepped into in VS Code only.");
    resume(options, threadId, "into", afterwards);
    return undefined;
  });
  answers<ThreadArguments>("pause", ({ threadId }) => {
    const run = course().run(threadId);
    if (run === null) throw new DapProblem("This run has ended.");
    if (run.stop !== null) throw new DapProblem("It is stopped already.");
    run.pause();
    events.output("stdout", "A model cannot be interrupted: the run is held at its next tool call.\n");
    return undefined;
  });
  const back = (command: string, next: (run: DebuggedRun, index: number) => number): void =>
    answers<ThreadArguments>(command, ({ threadId }, afterwards) => {
      const run = course().run(threadId);
      if (run === null || run.stop === null) throw new DapProblem("Only a stopped run can be gone back in.");
      const index = run.view ?? run.history.length - 1;
      afterwards(() => look(options, run, next(run, index)));
      return undefined;
    });
  back("stepBack", (_run, index) => index - 1);
  back("reverseContinue", (run, index) => run.history.stopBefore(index));
}

/** From an earlier state, every way of going on leads towards the present, and no further. */
function resume(options: StepRequestsOptions, threadId: number, how: Resume, afterwards: Afterwards): void {
  const course = options.course();
  const run = course.run(threadId);
  if (run !== null && run.view !== null) {
    const { view, history } = run;
    const next = how === "out" ? history.length - 1 : how === "continue" ? history.stopAfter(view) : view + 1;
    return afterwards(() => look(options, run, next));
  }
  if (run === null && course.entryId !== threadId) throw new DapProblem("This run has ended.");
  if (run !== null && run.stop === null) throw new DapProblem("The run is at work: it is not stopped.");
  options.forget();
  options.resuming();
  afterwards(() => course.resume(threadId, how));
}

/** Shows another state of a held run: the last one is the present. */
function look({ events, forget }: StepRequestsOptions, run: DebuggedRun, index: number): void {
  const { stop } = run;
  if (stop === null) return;
  const last = run.history.length - 1;
  const at = Math.min(Math.max(0, index), last);
  run.look(at === last ? null : at);
  forget();
  if (at === last) return events.stopped(run.id, { ...stop, reason: "step", breakpointIds: [] });
  const end = index < 0 ? "This is the beginning. " : "";
  const description = `${end}Earlier state ${at + 1} of ${last + 1} (read-only)`;
  const place = { callId: stop.callId, moment: stop.moment };
  events.stopped(run.id, stopAt("step", description, place, { text: run.history.get(at)?.label ?? null }));
}
