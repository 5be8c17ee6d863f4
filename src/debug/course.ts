import { functionTool } from "../core/answers/answerer.ts";
import { reduceTrace } from "../core/reduceTrace.ts";
import type { RunTrace, TraceEntry } from "../core/runTrace.ts";
import { isTerminal } from "../core/wire.ts";
import type { BreakpointTable } from "./breakpointTable.ts";
import type { AttachArguments, LaunchArguments } from "./configuration.ts";
import { DapProblem } from "./dapServer.ts";
import { DebuggedRun } from "./debuggedRun.ts";
import type { Debugged, Debuggee } from "./ports.ts";
import type { Resume, Stop } from "./stop.ts";
import { StopRules } from "./stopRules.ts";

export interface CourseListener {
  runStarted(run: DebuggedRun): void;
  runEnded(run: DebuggedRun): void;
  stopped(run: DebuggedRun, stop: Stop): void;
  continued(run: DebuggedRun): void;
  /** A handler of the run is under its own debugger now, or no longer. */
  inHandler(run: DebuggedRun, now: boolean): void;
  /** Held before the first run has begun; its debug thread will have this id. */
  atEntry(id: number): void;
  /** The thread is another one now: a restart made it. */
  threadChanged(debuggee: Debuggee): void;
  say(text: string, line: number | null): void;
  complain(text: string): void;
  failed(what: string, error: unknown): void;
  /** Nothing more will happen. */
  over(): void;
}

export interface CourseOptions {
  readonly debugged: Debugged;
  readonly args: LaunchArguments | AttachArguments;
  readonly breakpoints: BreakpointTable;
  readonly listener: CourseListener;
  readonly now: () => number;
}

/** A thread is looked at this often while its next run is waited for, in milliseconds: others may begin it. */
const lookEveryMs = 500;

/** The runs of a debug session, one after another: which is next, and when it is over. */
export class Course {
  readonly #options: CourseOptions;
  readonly #runs: DebuggedRun[] = [];
  /** Which message a run answers. */
  readonly #messageOf = new Map<DebuggedRun, number>();
  #debuggee: Debuggee;
  #unlisten: () => void = () => undefined;
  #nextId = 1;
  #message = 0;
  #mode: Resume = "continue";
  #entry: ((how: Resume | null) => void) | null = null;
  /** The only run to take; null for any. */
  #only: string | null = null;
  #stays = false;
  #startStop = false;
  #finishing = false;
  /** A run was asked for and is not there yet. */
  #starting = false;
  #over = false;
  #watch: NodeJS.Timeout | undefined;

  constructor(options: CourseOptions) {
    this.#options = options;
    this.#debuggee = options.debugged.debuggee;
    this.#listen();
  }

  get debuggee(): Debuggee {
    return this.#debuggee;
  }

  /** Runs of the session that have not ended, and the one that is held at its end. */
  get runs(): readonly DebuggedRun[] {
    return this.#runs;
  }

  /** The id of the debug thread that is held before its run; null when none is. */
  get entryId(): number | null {
    return this.#entry === null ? null : this.#nextId;
  }

  run(id: number): DebuggedRun | null {
    return this.#runs.find((run) => run.id === id) ?? null;
  }

  /** Adds the first message and starts its run. Resolves when the run was accepted, or is held at its entry. */
  async launch(args: LaunchArguments): Promise<void> {
    if (!args.stopOnEntry) return this.#sayNext(args);
    await this.#addMessage(args);
    void this.#atEntry().then((how) => {
      if (how === null) return;
      this.#mode = how;
      void this.#guarded("The run could not be started", () => this.#startRun());
    });
  }

  async attach(args: AttachArguments): Promise<void> {
    const { run: wanted } = args;
    this.#stays = args.stay;
    this.#startStop = args.stopOnEntry;
    this.#only = wanted;
    const active = this.#debuggee.runs.findLast(({ run }) => wanted === null || run.id === wanted);
    if (wanted !== null && active === undefined) throw new DapProblem(`The thread has no run ${wanted}.`);
    if (active !== undefined && !isTerminal(active.run.status)) return this.#adoptKnown(active.run.id);
    if (wanted !== null)
      throw new DapProblem(`The run ${wanted} is ${active?.run.status ?? "unknown"}: there is nothing left to debug.`);
    this.#options.listener.say("Waiting for the thread's next run.\n", null);
    this.#watchForRuns();
  }

  /** Lets the debug thread go on. @returns false when it is not held */
  resume(id: number, how: Resume): boolean {
    this.#mode = how;
    if (this.entryId === id) {
      const entry = this.#entry;
      this.#entry = null;
      entry?.(how);
      return true;
    }
    return this.run(id)?.resume(how) ?? false;
  }

  /** Cancels what runs, copies what was said before it into a new thread and runs again there. */
  async restart(): Promise<void> {
    const run = this.#runs.at(-1);
    if (run === undefined) throw new DapProblem("There is no run yet that could be started again.");
    const old = this.#debuggee;
    const fork = await old.fork(run.runId);
    this.#unlisten();
    clearTimeout(this.#watch);
    for (const known of this.#runs.splice(0)) {
      known.close();
      this.#options.listener.runEnded(known);
    }
    if (!isTerminal(run.trace.run.status))
      await this.#guarded("The run could not be cancelled", () => old.cancel(run.runId));
    await old.release();
    this.#debuggee = fork;
    this.#only = null;
    this.#over = false;
    this.#finishing = false;
    this.#mode = "continue";
    this.#message = (this.#messageOf.get(run) ?? -1) + 1;
    this.#messageOf.clear();
    this.#listen();
    this.#options.listener.threadChanged(fork);
    try {
      await this.#startRun();
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  /** Cancels what runs; `over` follows. */
  async terminate(): Promise<void> {
    this.#finishing = true;
    const entry = this.#entry;
    this.#entry = null;
    entry?.(null);
    const active = this.#runs.filter((run) => !isTerminal(run.trace.run.status));
    for (const run of this.#runs) if (run.ended) run.resume("continue");
    if (this.#starting && active.length === 0) return;
    if (active.length === 0) return this.#end();
    for (const run of active) await this.#debuggee.cancel(run.runId);
  }

  /** Lets go of everything; runs go on without a debugger. */
  async release(): Promise<void> {
    this.#over = true;
    clearTimeout(this.#watch);
    this.#unlisten();
    for (const run of this.#runs) run.close();
    await this.#debuggee.release();
  }

  #listen(): void {
    this.#unlisten = this.#debuggee.listen({
      entry: (runId, entry, trace) => this.#entryOf(runId, entry, trace),
      fault: (_runId, message) => {
        this.#options.listener.complain(`The run cannot be followed any more: ${message}\n`);
        this.#end();
      },
    });
  }

  #entryOf(runId: string, entry: TraceEntry, trace: RunTrace): void {
    const known = this.#runs.find((run) => run.runId === runId);
    if (known !== undefined) return known.feed(entry, trace);
    if (this.#finishing && this.#starting) {
      // It was to be ended before it had begun.
      this.#starting = false;
      return void this.#guarded("The run could not be cancelled", () => this.#cancelAndEnd(runId));
    }
    if (this.#finishing || this.#over || isTerminal(trace.run.status)) return;
    if (this.#only !== null && this.#only !== runId) return;
    this.#adopt(trace).feed(entry, trace);
  }

  #adopt(trace: RunTrace): DebuggedRun {
    const { debugged, breakpoints, listener, now } = this.#options;
    const definition = debugged.definition?.parsed ?? null;
    const rules = new StopRules({
      breakpoints,
      outputSchema: (name) => functionTool(definition, name)?.output_schema ?? null,
      say: (text, line) => listener.say(`${text}\n`, line),
    });
    const run = new DebuggedRun(trace, {
      id: this.#nextId++,
      debuggee: this.#debuggee,
      rules,
      answer: (call, onSource, signal) => debugged.answer(call, this.#options.args.policy, onSource, signal),
      debugHandler: debugged.debugHandler,
      now,
      say: (text) => listener.say(`${text}\n`, null),
      listener: {
        stopped: (held, stop) => listener.stopped(held, stop),
        continued: (held) => listener.continued(held),
        inHandler: (held, begins) => listener.inHandler(held, begins),
        ended: (ended) => this.#ended(ended),
        failed: (_run, error) => listener.failed("A run could not be debugged further", error),
      },
    });
    clearTimeout(this.#watch);
    this.#runs.push(run);
    this.#messageOf.set(run, this.#message - 1);
    run.begin(this.#mode, this.#startStop);
    this.#startStop = false;
    listener.runStarted(run);
    return run;
  }

  /** A run that was there before: its history is read from its record. */
  async #adoptKnown(runId: string): Promise<void> {
    const entries = await this.#debuggee.record(runId);
    const trace = this.#debuggee.runs.find(({ run }) => run.id === runId);
    if (trace === undefined) throw new DapProblem(`The run ${runId} is not known any more.`);
    if (this.#runs.some((run) => run.runId === runId)) return;
    const run = this.#adopt(trace);
    let state: RunTrace | null = null;
    for (const entry of entries) {
      state = reduceTrace(state, entry);
      if (state !== null) run.history.add(entry, state);
    }
    run.feed(null, trace);
  }

  #ended(run: DebuggedRun): void {
    const index = this.#runs.indexOf(run);
    if (index === -1) return;
    this.#runs.splice(index, 1);
    // Stepping out is out of this run; stepping goes on in the next.
    if (this.#mode === "out") this.#mode = "continue";
    this.#options.listener.runEnded(run);
    const { status } = run.trace.run;
    const { args } = this.#options;
    if (this.#finishing || this.#over) return this.#end();
    if ("messages" in args && this.#message < args.messages.length && status === "completed")
      return void this.#guarded("The next message could not be sent", () => this.#sayNext(args));
    if (!this.#stays) return this.#end();
    this.#watchForRuns();
  }

  async #sayNext(args: LaunchArguments): Promise<void> {
    await this.#addMessage(args);
    await this.#startRun();
  }

  async #addMessage(args: LaunchArguments): Promise<void> {
    const text = args.messages[this.#message];
    if (text === undefined) return;
    this.#message++;
    await this.#debuggee.addMessage(text);
  }

  async #startRun(): Promise<void> {
    if (this.#finishing) return this.#end();
    this.#starting = true;
    try {
      await this.#debuggee.startRun();
    } finally {
      this.#starting = false;
    }
  }

  async #cancelAndEnd(runId: string): Promise<void> {
    await this.#debuggee.cancel(runId);
    this.#end();
  }

  #atEntry(): Promise<Resume | null> {
    return new Promise((resolve) => {
      this.#entry = resolve;
      this.#options.listener.atEntry(this.#nextId);
    });
  }

  #watchForRuns(): void {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => {
      void this.#guarded("The thread could not be looked at", async () => {
        if (this.#over || this.#runs.length > 0) return;
        await this.#debuggee.refresh(null);
        if (!this.#over && this.#runs.length === 0) this.#watchForRuns();
      });
    }, lookEveryMs);
  }

  #end(): void {
    if (this.#over) return;
    this.#over = true;
    clearTimeout(this.#watch);
    this.#options.listener.over();
  }

  /** Work that no request waits for: when it fails, nothing more will happen, and the reason is said. */
  async #guarded(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.#options.listener.failed(what, error);
      this.#end();
    }
  }
}
