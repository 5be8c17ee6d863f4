import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import type { Writable } from "node:stream";

import type { SandboxInstallation } from "./installation.ts";
import { launchSandbox, type LaunchedSandbox } from "./launchSandbox.ts";
import type { PythonLimits } from "./limits.ts";
import { watchMemory } from "./memoryWatch.ts";
import { checkReport, type CheckedReport } from "./reports.ts";
import { isDataPath } from "./sandbox/fileSystem.ts";
import { encodeFrame, FrameReader, maxBodyBytes, type Order } from "./sandbox/frames.ts";

/** What comes out of a program while it runs. */
export interface ProgramOutput {
  text(text: string): void;
  image(mime: string, bytes: Uint8Array): void;
  /** `path` is absolute and below /mnt/data. */
  file(path: string, bytes: Uint8Array): void;
  /** Something the person should know, in a sentence. */
  note(text: string): void;
}

/** How a program ended. After `killed` and `died` the session is gone. */
export type ProgramEnd =
  | { readonly kind: "finished"; readonly ok: boolean; readonly cut: boolean }
  | { readonly kind: "killed"; readonly why: "time" | "memory" | "stopped" | "protocol" }
  | { readonly kind: "died"; /** It awaited what nothing could bring any more. */ readonly waiting: boolean };

/** What Node ends with when nothing is left that could settle what is awaited. */
const nothingLeft = 13;

/** Top-level modules that a program imports and that a session does not have. */
export interface MissingImports {
  /** Those of packages. */
  readonly names: readonly string[];
  /** Those of Python itself. */
  readonly own: readonly string[];
}

/** The sandbox cannot be used here at all; the message says why. */
export class SandboxUnavailable extends Error {}

type Killed = Extract<ProgramEnd, { kind: "killed" }>["why"];

interface Announced {
  readonly report: Extract<CheckedReport, { size: number }>;
  readonly bytes: Uint8Array;
  filled: number;
}

/** Remarks of one program; the sandbox has far fewer. */
const mostNotes = 100;
const snapshotLimit = 256 * 1_048_576;

/** One locked process that runs Python programs, one at a time. */
export class SandboxProcess {
  readonly #child: ChildProcess;
  readonly #stdin: Writable;
  readonly #limits: PythonLimits;
  readonly #reader = new FrameReader();
  readonly #ended: Promise<void>;
  #errors = "";
  #killed: Killed | undefined;
  #gone = false;
  #announced: Announced | undefined;
  /** Who waits for the next report. */
  #listener: ((report: CheckedReport, body: Uint8Array) => void) | undefined;
  /** Bytes that the program at work may still hand back. */
  #bytesLeft = 0;

  private constructor({ child, stdin, stdout, stderr }: LaunchedSandbox, limits: PythonLimits) {
    this.#child = child;
    this.#stdin = stdin;
    this.#limits = limits;
    this.#ended = new Promise((resolve) => {
      const end = (): void => {
        this.#gone = true;
        resolve();
      };
      child.once("close", end).once("error", (error) => {
        this.#errors += error.message;
        end();
      });
    });
    // A sandbox that dies breaks its pipe; its end is seen by `close`.
    stdin.on("error", () => undefined);
    stderr.on("data", (piece: Buffer) => {
      this.#errors = (this.#errors + piece.toString()).slice(-4000);
    });
    stdout.on("data", (piece: Buffer) => this.#read(piece));
  }

  /**
   * Starts a process and resolves once its lock has been tried and holds. `snapshot`: the file to restore, or what takes the one
   * that is made. Rejects with `SandboxUnavailable` when the lock does not hold, else with an error when it does not start, or
   * when the signal aborts before it has.
   */
  static async start(
    installation: SandboxInstallation,
    snapshot: { readonly path: string } | { readonly take: (bytes: Uint8Array) => void },
    limits: PythonLimits,
    signal: AbortSignal,
  ): Promise<SandboxProcess> {
    const launched = launchSandbox(installation, "path" in snapshot ? snapshot.path : undefined, limits);
    const sandbox = new SandboxProcess(launched, limits);
    const stop = (): void => void sandbox.kill();
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    try {
      await sandbox.#untilReady("take" in snapshot ? snapshot.take : () => undefined);
      return sandbox;
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  /** Whether it can run programs. */
  get alive(): boolean {
    return !this.#gone && this.#killed === undefined;
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Ends the process at once. Resolves when it is gone. */
  async kill(why: Killed = "stopped"): Promise<void> {
    if (!this.#gone) {
      this.#killed ??= why;
      this.#child.kill("SIGKILL");
    }
    await this.#ended;
  }

  /** Puts a file into the session. Rejects when the process goes away meanwhile, or when the content is not as long as `size`. */
  async put(path: string, size: number, content: AsyncIterable<Uint8Array>): Promise<void> {
    // A file's time is in the past, so that a program's own write always changes it.
    await this.#inTime(async () => {
      await this.#order({ type: "put", path, size, mtime: Date.now() - 60_000 });
      await this.#chunks(size, content);
    });
  }

  /** Unpacks a wheel into the session. */
  async install(name: string, bytes: Uint8Array): Promise<void> {
    await this.#inTime(async () => {
      await this.#order({ type: "wheel", name, size: bytes.length });
      await this.#chunks(bytes.length, [bytes]);
    });
  }

  /** The modules that a program imports and that the session does not have. None when the process went away. */
  async missingImports(code: string): Promise<MissingImports> {
    const answer = this.#until<MissingImports>((report, done) => {
      if (report.type === "imports") done(report);
      // An earlier program may have put something of its own in the way.
      else if (report.type !== "text") throw new Error("an answer to another question");
    });
    return (
      (await this.#inTime(async () => {
        await this.#order({ type: "imports", code });
        return Promise.race([answer, this.#ended]);
      })) ?? { names: [], own: [] }
    );
  }

  /** Runs a program to its end. Never rejects for what the program does. */
  async run(code: string, output: ProgramOutput, signal: AbortSignal): Promise<ProgramEnd> {
    const limits = this.#limits;
    this.#bytesLeft = limits.allFileBytes;
    const decoder = new TextDecoder();
    let textLeft = limits.outputBytes + 65_536;
    // The sandbox keeps to them, and says what it leaves out; what exceeds them all the same is no sandbox of ours any more.
    const left = { image: limits.files, file: limits.files, note: mostNotes };
    const count = (kind: keyof typeof left): void => {
      if (--left[kind] < 0) throw new Error(`more ${kind}s than it may`);
    };
    const stop = (): void => void this.kill("stopped");
    const finished = this.#until<ProgramEnd>((report, done, body) => {
      switch (report.type) {
        case "text":
          textLeft -= body.length;
          if (textLeft < 0) throw new Error("more output than it may");
          output.text(decoder.decode(body, { stream: true }));
          return;
        case "image":
          count("image");
          output.image(report.mime, body);
          return;
        case "file":
          count("file");
          output.file(checkPath(report.path), body);
          return;
        case "note":
          count("note");
          output.note(report.text);
          return;
        case "done":
          return done({ kind: "finished", ok: report.ok, cut: report.cut });
        default:
          throw new Error("not now");
      }
    });
    const timer = setTimeout(() => void this.kill("time"), limits.programMs);
    const unwatch = watchMemory(this.#child.pid ?? 0, limits.processMegabytes, () => void this.kill("memory"));
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    try {
      await this.#order({
        type: "run",
        code,
        maxOutputBytes: limits.outputBytes,
        files: { total: limits.allFileBytes, each: limits.fileBytes, count: limits.files },
      });
      const end = await Promise.race([finished, this.#ended]);
      if (end !== undefined) return end;
      return this.#killed === undefined
        ? { kind: "died", waiting: this.#child.exitCode === nothingLeft }
        : { kind: "killed", why: this.#killed };
    } finally {
      clearTimeout(timer);
      unwatch();
      signal.removeEventListener("abort", stop);
      this.#listener = undefined;
    }
  }

  /** What is done beside programs has its time, too: an earlier program may have left something that never ends. */
  async #inTime<T>(work: () => Promise<T>): Promise<T> {
    const timer = setTimeout(() => void this.kill("time"), this.#limits.startMs);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
    }
  }

  async #untilReady(takeSnapshot: (bytes: Uint8Array) => void): Promise<void> {
    this.#bytesLeft = snapshotLimit;
    const ready = this.#until<"ready" | { readonly why: string }>((report, done, body) => {
      if (report.type === "snapshot") takeSnapshot(body);
      else if (report.type === "ready") done("ready");
      else if (report.type === "unlocked") done({ why: report.why });
      // What Pyodide prints while it starts is of no interest.
      else if (report.type !== "text") throw new Error("not now");
    });
    const timer = setTimeout(() => void this.kill("time"), this.#limits.startMs);
    const state = await Promise.race([ready, this.#ended]);
    clearTimeout(timer);
    this.#listener = undefined;
    if (state === "ready") return;
    await this.kill();
    if (state !== undefined)
      throw new SandboxUnavailable(`the sandbox's lock does not hold on this machine: ${state.why}`);
    if (/bad option/.test(this.#errors))
      throw new SandboxUnavailable(`this Node (${process.version}) does not know the lock: ${lastLine(this.#errors)}`);
    throw new Error(`the Python sandbox did not start: ${lastLine(this.#errors)}`);
  }

  /** Hands every report to `hear` until it is done. Never settles when the process goes away: race it with `#ended`. */
  #until<T>(hear: (report: CheckedReport, done: (value: T) => void, body: Uint8Array) => void): Promise<T> {
    return new Promise((resolve) => {
      this.#listener = (report, body) => hear(report, resolve, body);
    });
  }

  /** What a sandbox writes is not to be trusted: whatever does not fit ends it. */
  #read(piece: Uint8Array): void {
    if (this.#killed !== undefined) return;
    try {
      for (const { head, body } of this.#reader.push(piece)) this.#hear(checkReport(head), body);
    } catch {
      void this.kill("protocol");
    }
  }

  #hear(report: CheckedReport, body: Uint8Array): void {
    // What an earlier program left running may print while packages are unpacked; nobody waits for it.
    if (this.#listener === undefined && report.type === "text") return;
    if (this.#listener === undefined) throw new Error("nobody asked");
    if (this.#announced !== undefined) {
      if (report.type !== "chunk") throw new Error("bytes were announced");
      const { bytes, filled } = this.#announced;
      bytes.set(body, filled);
      this.#announced.filled += body.length;
    } else if (report.type === "chunk") throw new Error("bytes that were not announced");
    else if ("size" in report) {
      this.#bytesLeft -= report.size;
      if (this.#bytesLeft < 0) throw new Error("more bytes than it may");
      this.#announced = { report, bytes: new Uint8Array(report.size), filled: 0 };
    } else return this.#listener(report, body);
    const announced = this.#announced;
    if (announced.filled < announced.bytes.length) return;
    this.#announced = undefined;
    this.#listener(announced.report, announced.bytes);
  }

  async #chunks(size: number, content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> {
    let sent = 0;
    for await (const piece of content) {
      for (let at = 0; at < piece.length; at += maxBodyBytes) {
        const part = piece.subarray(at, at + maxBodyBytes);
        sent += part.length;
        await this.#order({ type: "chunk" }, part);
      }
    }
    if (sent === size) return;
    // The sandbox waits for bytes that will not come.
    await this.kill("protocol");
    throw new Error("a file's content is not as long as it should be");
  }

  async #order(order: Order, body?: Uint8Array): Promise<void> {
    if (!this.alive) return;
    if (!this.#stdin.write(encodeFrame(order, body)))
      await Promise.race([once(this.#stdin, "drain").catch(() => undefined), this.#ended]);
  }
}

/** A path below /mnt/data, as the sandbox is to name it. */
function checkPath(path: string): string {
  if (!isDataPath(path)) throw new Error("a path outside");
  return path;
}

function lastLine(text: string): string {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.find((line) => /Error|bad option/.test(line))?.trim() ?? lines.at(-1)?.trim() ?? "it said nothing";
}
