import type { DebugProtocol } from "@vscode/debugprotocol";

import { functionTool } from "../core/answers/answerer.ts";
import { isTerminal } from "../core/wire.ts";
import { BreakpointTable, dapBreakpoint } from "./breakpointTable.ts";
import type { SetBreakpoint } from "./breakpointTable.ts";
import { capabilities } from "./capabilities.ts";
import { ClientFormat } from "./clientFormat.ts";
import { readAttach, readLaunch } from "./configuration.ts";
import { Course } from "./course.ts";
import { DapProblem, DapServer } from "./dapServer.ts";
import type { Afterwards } from "./dapServer.ts";
import type { DebuggedRun } from "./debuggedRun.ts";
import { ExpiryWatch } from "./expiryWatch.ts";
import { framesAtEntry, framesOf, runThreadName } from "./frames.ts";
import type { Frame } from "./frames.ts";
import { Inspection } from "./inspection.ts";
import type { Debugged, DebugServices } from "./ports.ts";
import { refusalOf } from "./sessionPhase.ts";
import type { Phase } from "./sessionPhase.ts";
import { stopAt } from "./stop.ts";
import type { Resume, Stop } from "./stop.ts";
import { outputProblems } from "./stopRules.ts";

interface ThreadArguments {
  readonly threadId: number;
}

/** Stops that a person asked for, and that say no more than the call stack does. */
const quietStops: ReadonlySet<string> = new Set(["every_call", "every_answer", "run_ended"]);

/**
 * A debug session of type `assistant`: the Debug Adapter Protocol on one side, the runs of a thread on the other. It knows
 * nothing of the program around it but `DebugServices`.
 */
export class AssistantDebugSession extends DapServer {
  readonly #services: DebugServices;
  readonly #now: () => number;
  readonly #format = new ClientFormat();
  readonly #breakpoints = new BreakpointTable();
  readonly #inspection: Inspection;
  #phase: Phase = "new";
  #client: Pick<DebugProtocol.InitializeRequestArguments, "supportsInvalidatedEvent"> = {};
  #debugged: Debugged | null = null;
  #course: Course | null = null;
  #expiry: ExpiryWatch | null = null;
  #configured: { readonly promise: Promise<boolean>; readonly resolve: (go: boolean) => void };
  /** The run that a request without a thread is about. */
  #current: DebuggedRun | null = null;
  /** It was terminated, perhaps before it had begun. */
  #unwanted = false;

  constructor(services: DebugServices, now: () => number = Date.now) {
    super();
    this.#services = services;
    this.#now = now;
    this.#configured = Promise.withResolvers<boolean>();
    this.#inspection = new Inspection({
      debuggee: () => this.#running().debuggee,
      currentFrame: () => this.#currentFrame(),
      outputProblems: (name, output) =>
        outputProblems(
          output,
          functionTool(this.#debugged?.definition?.parsed ?? null, name)?.output_schema ?? null,
        ).map(({ message }) => message),
      changed: () => this.#invalidate("variables"),
    });
    this.#answerRequests();
  }

  override dispose(): void {
    void this.finish();
    super.dispose();
  }

  /** Nobody will ask anything any more: lets go of the run, and leaves it as it is. */
  async finish(): Promise<void> {
    try {
      await this.#leave();
    } catch (error) {
      this.logFailure("The session could not be ended", error);
    }
  }

  protected override refusal(command: string): string | null {
    return refusalOf(this.#phase, command);
  }

  protected override logFailure(message: string, error: unknown): void {
    this.#services.log(message, error);
  }

  #answerRequests(): void {
    this.answers<DebugProtocol.InitializeRequestArguments>("initialize", (args) => {
      this.#format.read(args);
      this.#client = args;
      this.#phase = "initialized";
      return capabilities;
    });
    this.answers<Record<string, unknown>>("launch", async (given) => {
      const args = readLaunch(given);
      await this.#begin(
        () => this.#services.launch(args),
        args,
        (course) => course.launch(args),
      );
      return undefined;
    });
    this.answers<Record<string, unknown>>("attach", async (given) => {
      const args = readAttach(given);
      await this.#begin(
        () => this.#services.attach(args),
        args,
        (course) => course.attach(args),
      );
      return undefined;
    });
    this.answers("configurationDone", () => {
      this.#configured.resolve(true);
      return undefined;
    });
    this.answers("restart", async () => {
      const course = this.#running();
      this.#forget();
      await course.restart();
      return undefined;
    });
    this.answers("terminate", async () => {
      this.#unwanted = true;
      this.#configured.resolve(false);
      await this.#course?.terminate();
      return undefined;
    });
    this.answers<DebugProtocol.DisconnectArguments>("disconnect", async ({ terminateDebuggee = false }) => {
      const course = this.#course;
      this.#phase = "disconnected";
      this.#configured.resolve(false);
      try {
        if (terminateDebuggee) await course?.terminate();
      } finally {
        await this.#leave();
      }
      return undefined;
    });
    this.#answerBreakpointRequests();
    this.#answerStepRequests();
    this.#answerLookRequests();
  }

  #answerBreakpointRequests(): void {
    this.answers<DebugProtocol.SetBreakpointsArguments>("setBreakpoints", ({ source, breakpoints, lines }) => {
      if (source.path === undefined) throw new DapProblem("Breakpoints are set in a file with a path.");
      const path = this.#format.pathIn(source.path);
      const wanted = breakpoints ?? (lines ?? []).map((line): DebugProtocol.SourceBreakpoint => ({ line }));
      const set = this.#breakpoints.setLines(
        path,
        wanted.map(({ line, condition, hitCondition, logMessage, mode }) => ({
          line: this.#format.lineIn(line),
          condition,
          hitCondition,
          logMessage,
          mode: mode === "before" || mode === "after" || mode === "both" ? mode : undefined,
        })),
      );
      return { breakpoints: set.map((one) => this.#told(one, path)) };
    });
    this.answers<DebugProtocol.SetFunctionBreakpointsArguments>("setFunctionBreakpoints", ({ breakpoints }) => {
      const tools = this.#debugged?.definition?.parsed?.tools ?? null;
      const known = tools && new Set(tools.flatMap((tool) => (tool.type === "function" ? [tool.function.name] : [])));
      return { breakpoints: this.#breakpoints.setFunctions(breakpoints, known).map((one) => this.#told(one, null)) };
    });
    this.answers<DebugProtocol.SetExceptionBreakpointsArguments>(
      "setExceptionBreakpoints",
      ({ filters, filterOptions = [] }) => {
        const plain = filters.map((id) => ({ id, condition: undefined }));
        const options = filterOptions.map(({ filterId, condition }) => ({ id: filterId, condition }));
        return {
          breakpoints: this.#breakpoints.setFilters([...plain, ...options]).map((one) => this.#told(one, null)),
        };
      },
    );
    this.answers<DebugProtocol.BreakpointLocationsArguments>(
      "breakpointLocations",
      ({ source, line, endLine = line }) => {
        const path = source.path === undefined ? "" : this.#format.pathIn(source.path);
        const found = this.#breakpoints.linesBetween(path, this.#format.lineIn(line), this.#format.lineIn(endLine));
        return { breakpoints: found.map((one) => ({ line: this.#format.lineOut(one) })) };
      },
    );
  }

  #answerStepRequests(): void {
    const go = (command: string, how: Resume, body?: object): void =>
      this.answers<ThreadArguments>(command, ({ threadId }, afterwards) => {
        this.#go(threadId, how, afterwards);
        return body;
      });
    go("continue", "continue", { allThreadsContinued: false });
    go("next", "next");
    go("stepOut", "out");
    this.answers<ThreadArguments>("stepIn", ({ threadId }, afterwards) => {
      const run = this.#running().run(threadId);
      const stop = run?.stop ?? null;
      if (run !== null && run.view === null && stop?.moment === "before" && this.#debugged?.debugHandler === null)
        throw new DapProblem("This adapter cannot start another debugger: handlers are stepped into in VS Code only.");
      this.#go(threadId, "into", afterwards);
      return undefined;
    });
    this.answers<ThreadArguments>("pause", ({ threadId }) => {
      const run = this.#running().run(threadId);
      if (run === null) throw new DapProblem("This run has ended.");
      if (run.stop !== null) throw new DapProblem("It is stopped already.");
      run.pause();
      this.#output("stdout", "A model cannot be interrupted: the run is held at its next tool call.\n");
      return undefined;
    });
    const look = (command: string, next: (run: DebuggedRun, index: number) => number): void =>
      this.answers<ThreadArguments>(command, ({ threadId }, afterwards) => {
        const run = this.#running().run(threadId);
        if (run === null || run.stop === null) throw new DapProblem("Only a stopped run can be gone back in.");
        const index = run.view ?? run.history.length - 1;
        afterwards(() => this.#look(run, next(run, index)));
        return undefined;
      });
    look("stepBack", (_run, index) => index - 1);
    look("reverseContinue", (run, index) => run.history.stopBefore(index));
  }

  #answerLookRequests(): void {
    this.answers("threads", () => {
      const course = this.#course;
      if (course === null || this.#phase !== "running") return { threads: [] };
      const threads = course.runs.map((run) => ({ id: run.id, name: runThreadName(run, this.#now()) }));
      const { entryId } = course;
      return {
        threads: entryId === null ? threads : [...threads, { id: entryId, name: `Run ${entryId} · not begun` }],
      };
    });
    this.answers<DebugProtocol.StackTraceArguments>("stackTrace", ({ threadId, startFrame = 0, levels = 0 }) => {
      const frames = this.#frames(threadId);
      const all = frames.map((frame, index) => this.#dapFrame(frame, `${threadId} ${index}`));
      const wanted = all.slice(startFrame, levels === 0 ? undefined : startFrame + levels);
      return { stackFrames: wanted, totalFrames: frames.length };
    });
    this.answers<DebugProtocol.ScopesArguments>("scopes", (args) => this.#inspection.scopes(args));
    this.answers<DebugProtocol.VariablesArguments>("variables", (args) => this.#inspection.variables(args));
    this.answers<DebugProtocol.SetVariableArguments>("setVariable", (args) => this.#inspection.setVariable(args));
    this.answers<DebugProtocol.SetExpressionArguments>("setExpression", (args) => this.#inspection.setExpression(args));
    this.answers<DebugProtocol.EvaluateArguments>("evaluate", (args) => this.#inspection.evaluate(args));
    this.answers<DebugProtocol.CompletionsArguments>("completions", (args) =>
      this.#inspection.completions(args, this.#format.firstColumn),
    );
    this.answers<ThreadArguments>("exceptionInfo", ({ threadId }) => {
      const stop = this.#running().run(threadId)?.stop ?? null;
      if (stop === null || stop.exceptionId === null) throw new DapProblem("The run is not stopped at an exception.");
      return {
        exceptionId: stop.exceptionId,
        description: stop.text ?? stop.description,
        breakMode: "always",
        details: { message: stop.text ?? stop.description, typeName: stop.description },
      };
    });
    this.answers("loadedSources", () => {
      const path = this.#debugged?.definition?.path;
      return { sources: path === undefined ? [] : [this.#format.source(path)] };
    });
  }

  /** Launch and attach: learns what it is about, lets the client set its breakpoints, begins. */
  async #begin(
    find: () => Promise<Debugged>,
    args: Parameters<Course["launch"]>[0] | Parameters<Course["attach"]>[0],
    begin: (course: Course) => Promise<void>,
  ): Promise<void> {
    this.#phase = "starting";
    try {
      const debugged = await find();
      if (this.#isGone() || this.#unwanted) {
        await debugged.debuggee.release();
        throw new DapProblem("The session was ended before it began.");
      }
      this.#debugged = debugged;
      if (debugged.definition !== null) {
        const { path, text } = debugged.definition;
        for (const set of this.#breakpoints.setDefinition(path, text))
          this.emitEvent("breakpoint", { reason: "changed", breakpoint: this.#told(set, path) });
      }
      this.emitEvent("initialized", {});
      if (!(await this.#configured.promise)) throw new DapProblem("The session was ended before it began.");
      const course = this.#newCourse(debugged, args);
      this.#course = course;
      this.#phase = "running";
      await begin(course);
    } catch (error) {
      if (!this.#isGone()) this.#over();
      throw error;
    }
  }

  #newCourse(debugged: Debugged, args: Parameters<Course["launch"]>[0] | Parameters<Course["attach"]>[0]): Course {
    const watch = (): void => {
      this.#expiry?.end();
      this.#expiry = new ExpiryWatch({
        debuggee: course.debuggee,
        hold: args.hold,
        now: this.#now,
        say: (text) => this.#output("important", text),
        tell: (state) => this.emitEvent("assistantExpiry", { state }),
        failed: (what, error) => this.logFailure(what, error),
      });
    };
    const course: Course = new Course({
      debugged,
      args,
      breakpoints: this.#breakpoints,
      now: this.#now,
      listener: {
        runStarted: (run) => {
          this.emitEvent("thread", { reason: "started", threadId: run.id });
          this.#output("stdout", `Run ${run.id} is ${run.runId} on thread ${run.trace.run.thread_id}.\n`);
        },
        runEnded: (run) => this.#runEnded(run),
        stopped: (run, stop) => this.#stopped(run, stop),
        continued: (run) => {
          this.#forget();
          this.#expiry?.end();
          this.emitEvent("continued", { threadId: run.id, allThreadsContinued: false });
          this.#output("stdout", "The run goes on: it was answered elsewhere, or has ended.\n");
        },
        atEntry: (id) => {
          this.emitEvent("thread", { reason: "started", threadId: id });
          this.#tellStop(id, stopAt("entry", "Paused before the run", { callId: null, moment: "before" }));
        },
        threadChanged: ({ threadId }) => {
          watch();
          this.emitEvent("assistantThread", { threadId });
          this.#output("stdout", `Started again on thread ${threadId ?? "?"}, with what was said before the run.\n`);
        },
        say: (text, line) => this.#output("stdout", text, line),
        complain: (text) => this.#output("stderr", text),
        failed: (what, error) => {
          this.logFailure(what, error);
          this.#output("stderr", `${what}: ${error instanceof Error ? error.message : String(error)}\n`);
        },
        over: () => this.#over(),
      },
    });
    watch();
    return course;
  }

  #go(threadId: number, how: Resume, afterwards: Afterwards): void {
    const course = this.#running();
    const run = course.run(threadId);
    if (run !== null && run.view !== null) {
      const last = run.history.length - 1;
      const { view } = run;
      const next = how === "out" ? last : how === "continue" ? run.history.stopAfter(view) : view + 1;
      return afterwards(() => this.#look(run, next));
    }
    if (run === null ? course.entryId !== threadId : run.stop === null)
      throw new DapProblem(run === null ? "This run has ended." : "The run is at work: it is not stopped.");
    this.#forget();
    this.#expiry?.end();
    afterwards(() => course.resume(threadId, how));
  }

  /** Shows another state of a held run: the last one is the present. */
  #look(run: DebuggedRun, index: number): void {
    const { stop } = run;
    if (stop === null) return;
    const last = run.history.length - 1;
    const at = Math.min(Math.max(0, index), last);
    run.look(at === last ? null : at);
    this.#forget();
    if (at === last) return this.#tellStop(run.id, { ...stop, reason: "step", breakpointIds: [] });
    const end = index < 0 ? "This is the beginning. " : "";
    const description = `${end}Earlier state ${at + 1} of ${last + 1} (read-only)`;
    this.#tellStop(
      run.id,
      stopAt(
        "step",
        description,
        { callId: stop.callId, moment: stop.moment },
        { text: run.history.get(at)?.label ?? null },
      ),
    );
  }

  #stopped(run: DebuggedRun, stop: Stop): void {
    this.#current = run;
    this.#forget();
    this.#tellStop(run.id, stop);
    // What holds the run has to be seen also by those who look at the console only.
    if (stop.text !== null && !quietStops.has(stop.exceptionId ?? ""))
      this.#output(stop.reason === "exception" ? "stderr" : "stdout", `${stop.description}: ${stop.text}\n`);
    if (stop.moment !== "end") this.#expiry?.begin(run);
  }

  #tellStop(threadId: number, stop: Stop): void {
    this.emitEvent("stopped", {
      reason: stop.reason,
      description: stop.description,
      ...(stop.text === null ? {} : { text: stop.text }),
      threadId,
      allThreadsStopped: false,
      ...(stop.breakpointIds.length === 0 ? {} : { hitBreakpointIds: stop.breakpointIds }),
    });
  }

  #runEnded(run: DebuggedRun): void {
    const { run: object } = run.trace;
    if (this.#current === run) this.#current = null;
    this.#forget();
    this.#expiry?.end();
    if (isTerminal(object.status)) {
      const reason = object.last_error?.message ?? object.incomplete_details?.reason;
      const words = `Run ${run.id} ${object.status}${reason === undefined ? "" : `: ${reason}`}.\n`;
      this.#output(object.status === "failed" ? "stderr" : "stdout", words);
    }
    this.emitEvent("thread", { reason: "exited", threadId: run.id });
  }

  #over(): void {
    if (this.#phase === "ended" || this.#isGone()) return;
    this.#phase = "ended";
    this.#expiry?.end();
    this.emitEvent("terminated", {});
  }

  async #leave(): Promise<void> {
    this.#phase = "disconnected";
    this.#configured.resolve(false);
    this.#expiry?.end();
    const course = this.#course;
    this.#course = null;
    await course?.release();
  }

  /** Asked after a wait, where the phase may be another one. */
  #isGone(): boolean {
    return this.#phase === "disconnected";
  }

  #running(): Course {
    if (this.#course === null) throw new DapProblem("There is no run yet: launch or attach first.");
    return this.#course;
  }

  #frames(threadId: number): readonly Frame[] {
    const course = this.#running();
    const { threadId: id, title } = course.debuggee;
    if (course.entryId === threadId) return framesAtEntry(id, title);
    const run = course.run(threadId);
    if (run === null) throw new DapProblem("This run has ended.", false);
    if (run.stop === null) throw new DapProblem("The run is at work: it is not stopped.", false);
    const tools = this.#debugged?.definition?.parsed ?? null;
    return framesOf(run, {
      threadTitle: title,
      toolLine: (name) => this.#breakpoints.lineOf(name) ?? functionTool(tools, name)?.line ?? null,
      now: this.#now(),
    });
  }

  #dapFrame(frame: Frame, place: string): DebugProtocol.StackFrame {
    const path = this.#debugged?.definition?.path;
    const source = path === undefined || frame.line === null ? null : this.#format.source(path);
    return {
      id: this.#inspection.frameId(frame, place),
      name: frame.name,
      line: source === null ? 0 : this.#format.lineOut(frame.line ?? 1),
      column: source === null ? 0 : this.#format.firstColumn,
      ...(source === null ? {} : { source }),
      ...(source === null ? { presentationHint: "subtle" } : {}),
    };
  }

  #currentFrame(): Frame | null {
    const course = this.#course;
    if (course === null) return null;
    const run = this.#current ?? course.runs.findLast(({ stop }) => stop !== null) ?? null;
    const id = run?.stop == null ? course.entryId : run.id;
    return id === null ? null : (this.#frames(id)[0] ?? null);
  }

  #told(set: SetBreakpoint, path: string | null): DebugProtocol.Breakpoint {
    const told = dapBreakpoint(set, (line) => this.#format.lineOut(line));
    return path === null ? told : { ...told, source: this.#format.source(path) };
  }

  #forget(): void {
    this.#inspection.forget();
  }

  #invalidate(area: "variables" | "stacks"): void {
    if (this.#client.supportsInvalidatedEvent === true) this.emitEvent("invalidated", { areas: [area] });
  }

  #output(category: "stdout" | "important" | "stderr", output: string, line: number | null = null): void {
    const path = this.#debugged?.definition?.path;
    const place =
      path === undefined || line === null
        ? {}
        : { source: this.#format.source(path), line: this.#format.lineOut(line) };
    this.emitEvent("output", { category, output, ...place });
  }
}
