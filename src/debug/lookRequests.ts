import type { DebugProtocol } from "@vscode/debugprotocol";

import type { ClientFormat } from "./clientFormat.ts";
import type { Course } from "./course.ts";
import { DapProblem } from "./dapServer.ts";
import type { AnswerRequests } from "./dapServer.ts";
import { runThreadName } from "./frames.ts";
import type { Frame } from "./frames.ts";
import type { Inspection } from "./inspection.ts";

export interface LookRequestsOptions {
  /** Null while nothing runs. */
  readonly course: () => Course | null;
  /** Frames of a debug thread, the tool call first; throws in words where it is not held. */
  readonly frames: (threadId: number) => readonly Frame[];
  readonly inspection: Inspection;
  readonly format: ClientFormat;
  readonly definitionPath: () => string | null;
  readonly now: () => number;
}

/** Answers what a client asks about runs that are held: threads, frames, variables, the reason. */
export function answerLookRequests(answers: AnswerRequests, options: LookRequestsOptions): void {
  const { inspection, format } = options;
  answers("threads", () => {
    const course = options.course();
    if (course === null) return { threads: [] };
    const threads = course.runs.map((run) => ({ id: run.id, name: runThreadName(run, options.now()) }));
    const { entryId } = course;
    return {
      threads: entryId === null ? threads : [...threads, { id: entryId, name: `Run ${entryId} · not begun` }],
    };
  });
  answers<DebugProtocol.StackTraceArguments>("stackTrace", ({ threadId, startFrame = 0, levels = 0 }) => {
    const frames = options.frames(threadId);
    const all = frames.map((frame, index) => dapFrame(frame, `${threadId} ${index}`, options));
    const wanted = all.slice(startFrame, levels === 0 ? undefined : startFrame + levels);
    return { stackFrames: wanted, totalFrames: frames.length };
  });
  answers<DebugProtocol.ScopesArguments>("scopes", (args) => inspection.scopes(args));
  answers<DebugProtocol.VariablesArguments>("variables", (args) => inspection.variables(args));
  answers<DebugProtocol.SetVariableArguments>("setVariable", (args) => inspection.setVariable(args));
  answers<DebugProtocol.SetExpressionArguments>("setExpression", (args) => inspection.setExpression(args));
  answers<DebugProtocol.EvaluateArguments>("evaluate", (args) => inspection.evaluate(args));
  answers<DebugProtocol.CompletionsArguments>("completions", (args) =>
    inspection.completions(args, format.firstColumn),
  );
  answers<DebugProtocol.ExceptionInfoArguments>("exceptionInfo", ({ threadId }) => {
    const stop = options.course()?.run(threadId)?.stop ?? null;
    if (stop === null || stop.exceptionId === null) throw new DapProblem("The run is not stopped at an exception.");
    return {
      exceptionId: stop.exceptionId,
      description: stop.text ?? stop.description,
      breakMode: "always",
      details: { message: stop.text ?? stop.description, typeName: stop.description },
    };
  });
  answers("loadedSources", () => {
    const path = options.definitionPath();
    return { sources: path === null ? [] : [format.source(path)] };
  });
}

function dapFrame(
  frame: Frame,
  place: string,
  { inspection, format, definitionPath }: LookRequestsOptions,
): DebugProtocol.StackFrame {
  const path = definitionPath();
  const source = path === null || frame.line === null ? null : format.source(path);
  return {
    id: inspection.frameId(frame, place),
    name: frame.name,
    line: source === null ? 0 : format.lineOut(frame.line ?? 1),
    column: source === null ? 0 : format.firstColumn,
    ...(source === null ? { presentationHint: "subtle" } : { source }),
  };
}
