import type { Clock } from "../clock.ts";
import { reasonOf, type Log } from "../log.ts";
import { findSandbox, whyNodeCannot, type SandboxInstallation } from "./installation.ts";
import type { PythonLimits } from "./limits.ts";
import type { WheelFolder } from "./wheelFolder.ts";
import { SandboxProcess, SandboxUnavailable, type ProgramEnd, type ProgramOutput } from "./sandboxProcess.ts";
import { SnapshotFile } from "./snapshotFile.ts";

/** A file that a program finds in its session. */
export interface SessionFile {
  /** Absolute, below /mnt/data. */
  readonly path: string;
  /** Says whether the session has it already. */
  readonly id: string;
  readonly size: number;
  /** The content; undefined when it is gone. */
  open(): Promise<AsyncIterable<Uint8Array> | undefined>;
}

export interface SessionSurroundings {
  /** Where the snapshot is kept. */
  readonly folder: string;
  readonly wheels: WheelFolder;
  readonly limits: PythonLimits;
  readonly clock: Clock;
  readonly log: Log;
  /** The sandbox to start, where it is not the one that lies beside this file. */
  readonly installation?: SandboxInstallation;
  /** Why no program may run, where somebody turned Python off. */
  readonly off?: string;
}

interface Session {
  readonly process: SandboxProcess;
  /** What was put at a path, by its id. */
  readonly mounted: Map<string, string>;
  readonly installed: Set<string>;
  /** Bytes of the files that were put there. */
  putBytes: number;
  busy: boolean;
  lastUsed: number;
  forget: () => void;
}

/** The Python sessions of threads: each in a process of its own, kept for an hour, its variables and files with it. */
export class PythonSessions {
  readonly #around: SessionSurroundings;
  readonly #sessions = new Map<string, Session>();
  /** Threads whose session went away: their next program is told that its variables are gone. */
  readonly #lost = new Set<string>();
  /** Who waits for room, first come, first served. */
  readonly #waiting: (() => void)[] = [];
  #starting = 0;
  #unavailable: string | undefined;
  #installation: SandboxInstallation | undefined;
  /** The process that makes the snapshot, while it does. */
  #first: Promise<SandboxProcess> | undefined;
  /** A process that nobody has used yet, or is to be one. */
  #spare: Promise<SandboxProcess> | undefined;
  #forgetSpare = (): void => undefined;
  readonly #stopped = new AbortController();

  constructor(around: SessionSurroundings) {
    this.#around = around;
    this.#unavailable = around.off ?? whyNodeCannot();
    if (this.#unavailable !== undefined) return;
    const found = around.installation ?? findSandbox();
    if (typeof found === "string") this.#unavailable = found;
    else this.#installation = found;
  }

  /** Why no program can be run here; undefined when one can, as far as is known. */
  get unavailable(): string | undefined {
    return this.#unavailable;
  }

  /** How many sessions there are. */
  get size(): number {
    return this.#sessions.size;
  }

  /** The process ids of the sessions. */
  get processes(): readonly number[] {
    return [...this.#sessions.values()].flatMap(({ process }) => process.pid ?? []);
  }

  /**
   * A run begins that may come to run Python: while its model still thinks, a process is started for its thread, where that has no
   * session. There is one such process at most, and it goes when nothing was asked of it for some minutes.
   */
  prepare(threadId: string): void {
    if (this.#installation === undefined || this.#unavailable !== undefined || this.#stopped.signal.aborted) return;
    if (this.#sessions.get(threadId)?.process.alive === true) return;
    const { limits, clock, log } = this.#around;
    if (this.#sessions.size + this.#starting >= limits.sessions) return;
    this.#forgetSpare();
    const spare = this.#spare ?? this.#startOne(this.#installation);
    this.#spare = spare;
    this.#forgetSpare = clock.after(limits.spareMs, () => void this.#endSpare());
    spare.catch((error: unknown) => {
      // It may have been taken meanwhile: then nobody else tells of it.
      if (this.#spare === spare) void this.#takeSpare();
      if (this.#stopped.signal.aborted) return;
      if (error instanceof SandboxUnavailable) this.#unavailable = error.message;
      log(`Python could not be prepared: ${reasonOf(error)}`);
    });
  }

  /**
   * Runs a program in a thread's session, starting one when there is none. Rejects with `SandboxUnavailable` or an error for a
   * person when no session can be had; for what a program does, never.
   */
  async run(
    threadId: string,
    program: { readonly code: string; readonly files: readonly SessionFile[] },
    output: ProgramOutput,
    signal: AbortSignal,
  ): Promise<ProgramEnd> {
    let session = this.#sessions.get(threadId);
    if (session !== undefined && !session.process.alive) this.#drop(threadId, session);
    session = this.#sessions.get(threadId) ?? (await this.#open(threadId, signal));
    if (session === undefined) return { kind: "killed", why: "stopped" };
    session.busy = true;
    session.forget();
    const stop = (): void => void session.process.kill();
    signal.addEventListener("abort", stop, { once: true });
    try {
      if (this.#lost.delete(threadId))
        output.note("This is a fresh Python session: variables of earlier programs are gone.");
      for (const file of program.files) await this.#mount(session, file, output);
      const unknown = await this.#installWheels(session, program.code, output);
      const end = await session.process.run(program.code, output, signal);
      if (unknown.length > 0 && session.process.alive) await this.#tellMissing(session, program.code, unknown, output);
      if (!session.process.alive) this.#lost.add(threadId);
      return end;
    } finally {
      signal.removeEventListener("abort", stop);
      session.busy = false;
      session.lastUsed = this.#around.clock.now();
      if (session.process.alive) session.forget = this.#forgetLater(threadId, session);
      else this.#drop(threadId, session);
      this.#wakeNext();
    }
  }

  /** Takes note that a file that a program made is stored under an id, so that it is not put there again. */
  keep(threadId: string, path: string, id: string): void {
    this.#sessions.get(threadId)?.mounted.set(path, id);
  }

  /** Ends a thread's session, for instance when the thread is deleted. */
  async end(threadId: string): Promise<void> {
    const session = this.#sessions.get(threadId);
    this.#lost.delete(threadId);
    if (session === undefined) return;
    this.#drop(threadId, session);
    await session.process.kill();
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    const processes = [...this.#sessions.values()].map(({ process }) => process);
    for (const [threadId, session] of this.#sessions) this.#drop(threadId, session);
    await Promise.all([this.#endSpare(), ...processes.map((process) => process.kill())]);
  }

  #takeSpare(): Promise<SandboxProcess> | undefined {
    const spare = this.#spare;
    this.#spare = undefined;
    this.#forgetSpare();
    return spare;
  }

  async #endSpare(): Promise<void> {
    // `prepare` tells of one that failed.
    const spare = await this.#takeSpare()?.catch(() => undefined);
    await spare?.kill();
  }

  #snapshot(installation: SandboxInstallation): SnapshotFile {
    return new SnapshotFile(this.#around.folder, installation.fingerprint);
  }

  async #open(threadId: string, signal: AbortSignal): Promise<Session | undefined> {
    if (!(await this.#takeRoom(signal))) return undefined;
    let opened = false;
    try {
      const process = await this.#start();
      if (this.#stopped.signal.aborted) {
        await process.kill();
        return undefined;
      }
      const session: Session = {
        process,
        mounted: new Map(),
        installed: new Set(),
        putBytes: 0,
        // For the program that it was opened for: nobody takes it away before.
        busy: true,
        lastUsed: this.#around.clock.now(),
        forget: () => undefined,
      };
      this.#sessions.set(threadId, session);
      opened = true;
      return session;
    } catch (error) {
      if (error instanceof SandboxUnavailable) this.#unavailable = error.message;
      throw error;
    } finally {
      this.#starting--;
      if (!opened) this.#wakeNext();
    }
  }

  /**
   * Waits until another session may start, ending the one that was idle for longest where that makes room, and counts it as starting.
   * Resolves to whether it may: not when the signal aborts.
   */
  async #takeRoom(signal: AbortSignal): Promise<boolean> {
    let waited = false;
    while (!signal.aborted && this.#sessions.size + this.#starting >= this.#around.limits.sessions) {
      const [idle] = [...this.#sessions]
        .filter(([, session]) => !session.busy)
        .sort(([, a], [, b]) => a.lastUsed - b.lastUsed);
      if (idle !== undefined) {
        this.#lost.add(idle[0]);
        this.#drop(idle[0], idle[1]);
        await idle[1].process.kill();
        continue;
      }
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          const at = this.#waiting.indexOf(wake);
          if (at !== -1) this.#waiting.splice(at, 1);
          signal.removeEventListener("abort", wake);
          resolve();
        };
        // Who looked in vain keeps the place.
        if (waited) this.#waiting.unshift(wake);
        else this.#waiting.push(wake);
        waited = true;
        signal.addEventListener("abort", wake, { once: true });
      });
    }
    // It may have been woken and stopped at once: the room is the next one's.
    if (signal.aborted) this.#wakeNext();
    else this.#starting++;
    return !signal.aborted;
  }

  /** There may be room for one more: whoever has waited longest looks, and waits on where there is none. */
  #wakeNext(): void {
    this.#waiting[0]?.();
  }

  async #start(): Promise<SandboxProcess> {
    const installation = this.#installation;
    if (installation === undefined || this.#unavailable !== undefined)
      throw new SandboxUnavailable(this.#unavailable ?? "there is no Python sandbox");
    // `prepare` tells of one that failed; another is started in its place.
    const spare = await this.#takeSpare()?.catch(() => undefined);
    return spare?.alive === true ? spare : this.#startOne(installation);
  }

  async #startOne(installation: SandboxInstallation): Promise<SandboxProcess> {
    // The first start makes the snapshot; those that come meanwhile wait, and are still faster than without.
    if (this.#first !== undefined) await this.#first.catch(() => undefined);
    const snapshot = this.#snapshot(installation);
    const { path } = snapshot;
    if (path === undefined) return this.#makeFirst(installation);
    try {
      return await SandboxProcess.start(installation, { path }, this.#around.limits, this.#stopped.signal);
    } catch (error) {
      if (error instanceof SandboxUnavailable || this.#stopped.signal.aborted) throw error;
      // A snapshot that was damaged on disk: make another.
      this.#around.log(`the Python snapshot is made anew: ${reasonOf(error)}`);
      snapshot.remove();
      return this.#makeFirst(installation);
    }
  }

  #makeFirst(installation: SandboxInstallation): Promise<SandboxProcess> {
    const take = (bytes: Uint8Array): void => {
      try {
        this.#snapshot(installation).write(bytes);
      } catch (error) {
        this.#around.log(`the Python snapshot could not be kept: ${reasonOf(error)}`);
      }
    };
    const first = SandboxProcess.start(installation, { take }, this.#around.limits, this.#stopped.signal);
    this.#first = first;
    const over = (): void => {
      if (this.#first === first) this.#first = undefined;
    };
    first.then(over, over);
    return first;
  }

  async #mount(session: Session, file: SessionFile, output: ProgramOutput): Promise<void> {
    if (session.mounted.get(file.path) === file.id) return;
    const { fileBytes, allFileBytes } = this.#around.limits;
    if (file.size > fileBytes) return output.note(`${file.path} is not there: it is larger than ${fileBytes} bytes.`);
    if (session.putBytes + file.size > allFileBytes)
      return output.note(`${file.path} is not there: the session's files may have ${allFileBytes} bytes together.`);
    const content = await file.open();
    if (content === undefined) return;
    session.putBytes += file.size;
    await session.process.put(file.path, file.size, content);
    session.mounted.set(file.path, file.id);
  }

  /** Installs what the program imports, as far as it is in the folder. Resolves to the modules that were found nowhere. */
  async #installWheels(session: Session, code: string, output: ProgramOutput): Promise<readonly string[]> {
    const { wheels } = this.#around;
    // Asking costs a parse of the program; without an import there is nothing to ask.
    if (!/\bimport\b/.test(code)) return [];
    const missing = await session.process.missingImports(code);
    const { found, unknown } = await wheels.forModules(missing.names);
    for (const wheel of found) {
      if (session.installed.has(wheel.name)) continue;
      session.installed.add(wheel.name);
      await session.process.install(wheel.name, await wheel.read());
    }
    for (const name of unknown) if (!missing.names.includes(name)) output.note(wheels.howToAdd(name));
    return [...unknown.filter((name) => missing.names.includes(name)), ...missing.own];
  }

  /** Says of the modules that a program wanted what can be done; not of those that the program wrote itself meanwhile. */
  async #tellMissing(
    { process }: Session,
    code: string,
    unknown: readonly string[],
    output: ProgramOutput,
  ): Promise<void> {
    const missing = await process.missingImports(code);
    for (const name of unknown) {
      if (missing.own.includes(name)) output.note(`Python's own module '${name}' is not in this sandbox.`);
      // Time zones are not always wanted; where one is, the error says what it needs.
      else if (missing.names.includes(name) && name !== "tzdata") output.note(this.#around.wheels.howToAdd(name));
    }
  }

  #drop(threadId: string, session: Session): void {
    session.forget();
    if (this.#sessions.get(threadId) === session) this.#sessions.delete(threadId);
  }

  #forgetLater(threadId: string, session: Session): () => void {
    return this.#around.clock.after(this.#around.limits.idleMs, () => {
      this.#lost.add(threadId);
      this.#drop(threadId, session);
      void session.process.kill();
    });
  }
}
