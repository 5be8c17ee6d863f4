import type { DebugProtocol } from "@vscode/debugprotocol";

import { functionTool } from "../core/answers/answerer.ts";
import { answerBreakpointRequests, dapBreakpoint } from "./breakpointRequests.ts";
import { BreakpointTable } from "./breakpointTable.ts";
import { capabilities } from "./capabilities.ts";
import { ClientEvents } from "./clientEvents.ts";
import { ClientFormat } from "./clientFormat.ts";
import { readAttach, readLaunch } from "./configuration.ts";
import { Course } from "./course.ts";
import { DapProblem, DapServer } from "./dapServer.ts";
import type { DebuggedRun } from "./debuggedRun.ts";
import { ExpiryWatch } from "./expiryWatch.ts";
import { framesAtEntry, framesOf } from "./frames.ts";
import type { Frame } from "./frames.ts";
import { Inspection } from "./inspection.ts";
import { answerLookRequests } from "./lookRequests.ts";
import type { Debugged, Debuggee, DebugServices } from "./ports.ts";
import { refusalOf } from "./sessionPhase.ts";
import type { Phase } from "./sessionPhase.ts";
import { answerStepRequests } from "./stepRequests.ts";
import type { Stop } from "./stop.ts";
import { outputProblems } from "./stopRules.ts";

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
  readonly #events: ClientEvents;
  #phase: Phase = "new";
  #debugged: Debugged | null = null;
  #course: Course | null = null;
  /** Settles when launch or attach has found what it is about, or has failed to. */
  #finding: Promise<unknown> = Promise.resolve();
  /** What was found, until a course takes it over. */
  #found: Debuggee | null = null;
  /** Settles when everything that was let go of so far has been given back. */
  #givenBack: Promise<unknown> = Promise.resolve();
  #expiry: ExpiryWatch | null = null;
  #configured: AnswerToCome;
  /** The run that a request without a thread is about. */
  #current: DebuggedRun | null = null;
  /** It was terminated, perhaps before it had begun. */
  #unwanted = false;

  constructor(services: DebugServices, now: () => number = Date.now) {
    super();
    this.#services = services;
    this.#now = now;
    this.#configured = answerToCome();
    this.#events = new ClientEvents({
      emit: (event, body) => this.emitEvent(event, body),
      format: this.#format,
      definition: () => this.#debugged?.definition?.path ?? null,
    });
    this.#inspection = new Inspection({
      debuggee: () => this.#running().debuggee,
      currentFrame: () => this.#currentFrame(),
      outputProblems: (name, output) =>
        outputProblems(
          output,
          functionTool(this.#debugged?.definition?.parsed ?? null, name)?.output_schema ?? null,
        ).map(({ message }) => message),
      changed: () => this.#events.variablesChanged(),
    });
    this.#answerRequests();
  }

  override dispose(): void {
    void this.finish();
    super.dispose();
  }

  /** Nobody will ask anything any more: lets go of the run, and leaves it as it is. Resolves when all that was taken is given back. */
  async finish(): Promise<void> {
    try {
      await this.#leave();
      await this.#finding.catch(() => undefined); // Its request tells why.
      await this.#letGo();
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
      this.#events.wantsInvalidated = args.supportsInvalidatedEvent === true;
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
      this.#inspection.forget();
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
    answerBreakpointRequests((command, handler) => this.answers(command, handler), {
      table: this.#breakpoints,
      format: this.#format,
      functions: () => this.#functionNames(),
    });
    answerStepRequests((command, handler) => this.answers(command, handler), {
      course: () => this.#running(),
      events: this.#events,
      canStepIn: () => this.#debugged?.debugHandler != null,
      forget: () => this.#inspection.forget(),
      resuming: () => this.#expiry?.end(),
    });
    answerLookRequests((command, handler) => this.answers(command, handler), {
      course: () => (this.#phase === "running" ? this.#course : null),
      frames: (threadId) => this.#frames(threadId),
      inspection: this.#inspection,
      format: this.#format,
      definitionPath: () => this.#debugged?.definition?.path ?? null,
      now: this.#now,
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
      const finding = find().then((debugged) => {
        this.#found = debugged.debuggee;
        return debugged;
      });
      this.#finding = finding;
      const debugged = await finding;
      if (this.#isGone() || this.#unwanted) throw new DapProblem("The session was ended before it began.");
      this.#debugged = debugged;
      if (debugged.definition !== null) {
        const { path, text } = debugged.definition;
        for (const set of this.#breakpoints.setDefinition(path, text))
          this.#events.breakpoint(dapBreakpoint(set, path, this.#format));
      }
      this.#events.initialized();
      if (!(await this.#configured.promise)) throw new DapProblem("The session was ended before it began.");
      const course = this.#newCourse(debugged, args);
      this.#found = null;
      this.#course = course;
      this.#phase = "running";
      await begin(course);
    } catch (error) {
      await this.#letGo().catch((failure: unknown) =>
        this.logFailure("What the session had taken could not be given back", failure),
      );
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
        say: (text) => this.#events.output("important", text),
        tell: (state) => this.#events.expiry(state),
        failed: (what, error) => this.logFailure(what, error),
      });
    };
    const course: Course = new Course({
      debugged,
      args,
      breakpoints: this.#breakpoints,
      now: this.#now,
      listener: {
        runStarted: (run) => this.#events.runStarted(run),
        runEnded: (run) => this.#runEnded(run),
        stopped: (run, stop) => this.#stopped(run, stop),
        continued: (run) => {
          this.#inspection.forget();
          this.#expiry?.end();
          this.#events.continued(run);
        },
        // The run waits, as at a stop: it is not to expire while its handler is looked at.
        inHandler: (run, now) => (now ? this.#expiry?.begin(run) : this.#expiry?.end()),
        atEntry: (id) => this.#events.atEntry(id),
        threadChanged: ({ threadId }) => {
          watch();
          this.#events.threadChanged(threadId);
        },
        say: (text, line) => this.#events.output("stdout", text, line),
        complain: (text) => this.#events.output("stderr", text),
        failed: (what, error) => {
          this.logFailure(what, error);
          this.#events.output("stderr", `${what}: ${error instanceof Error ? error.message : String(error)}\n`);
        },
        over: () => this.#over(),
      },
    });
    watch();
    return course;
  }

  #stopped(run: DebuggedRun, stop: Stop): void {
    this.#current = run;
    this.#inspection.forget();
    this.#events.stopped(run.id, stop);
    this.#events.explain(stop);
    if (stop.moment !== "end") this.#expiry?.begin(run);
  }

  #runEnded(run: DebuggedRun): void {
    if (this.#current === run) this.#current = null;
    this.#inspection.forget();
    this.#expiry?.end();
    this.#events.runEnded(run);
  }

  #over(): void {
    if (this.#phase === "ended" || this.#isGone()) return;
    this.#phase = "ended";
    this.#expiry?.end();
    this.#events.terminated();
  }

  async #leave(): Promise<void> {
    this.#phase = "disconnected";
    this.#configured.resolve(false);
    this.#expiry?.end();
    await this.#letGo();
  }

  /** Gives back what was taken, once; who asks again waits for the same. */
  async #letGo(): Promise<void> {
    const taken = this.#isGone() ? (this.#course ?? this.#found) : this.#found;
    if (this.#isGone()) this.#course = null;
    this.#found = null;
    if (taken !== null) this.#givenBack = Promise.all([this.#givenBack, taken.release()]);
    await this.#givenBack;
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

  #currentFrame(): Frame | null {
    const course = this.#course;
    if (course === null) return null;
    const run = this.#current ?? course.runs.findLast(({ stop }) => stop !== null) ?? null;
    const id = run?.stop == null ? course.entryId : run.id;
    return id === null ? null : (this.#frames(id)[0] ?? null);
  }

  /** Names of the definition's functions; null while there is no definition. */
  #functionNames(): ReadonlySet<string> | null {
    const tools = this.#debugged?.definition?.parsed?.tools ?? null;
    return tools && new Set(tools.flatMap((tool) => (tool.type === "function" ? [tool.function.name] : [])));
  }
}

interface AnswerToCome {
  readonly promise: Promise<boolean>;
  readonly resolve: (go: boolean) => void;
}

function answerToCome(): AnswerToCome {
  let resolve: (go: boolean) => void = () => undefined;
  const promise = new Promise<boolean>((settle) => (resolve = settle));
  return { promise, resolve };
}
