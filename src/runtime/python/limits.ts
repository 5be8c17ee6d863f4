/** What one program and one session may use. */
export interface PythonLimits {
  /** How long a program may run, in milliseconds. */
  readonly programMs: number;
  /** How long a session may take to start, in milliseconds. */
  readonly startMs: number;
  /** Python's memory, in megabytes. WebAssembly counts it in pages of 64 KB. */
  readonly pythonMegabytes: number;
  /** All memory of a session's process, in megabytes; beyond it the process is killed. */
  readonly processMegabytes: number;
  /** Bytes of output that a program may print; the rest is cut. */
  readonly outputBytes: number;
  /** Bytes of one file that goes in or comes out. */
  readonly fileBytes: number;
  /** Bytes of all files of a session. */
  readonly allFileBytes: number;
  /** Files and pictures that come out of one program. */
  readonly files: number;
  /** Sessions at once. */
  readonly sessions: number;
  /** How long a session that is not used is kept, in milliseconds. */
  readonly idleMs: number;
  /** How long a process that was started ahead waits for a run that uses it, in milliseconds. */
  readonly spareMs: number;
}

const megabyte = 1_048_576;

/** An hour is what the hosted service kept a session for. */
export const defaultLimits: PythonLimits = {
  programMs: 120_000,
  startMs: 60_000,
  pythonMegabytes: 512,
  processMegabytes: 1400,
  outputBytes: 256 * 1024,
  fileBytes: 128 * megabyte,
  allFileBytes: 384 * megabyte,
  files: 50,
  sessions: 8,
  idleMs: 3_600_000,
  spareMs: 180_000,
};
