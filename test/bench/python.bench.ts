/**
 * `npm run bench -- python`: the sandbox as it is shipped, beside the system's `python3` in the same run, in turns: from nothing to the
 * first output, a loop that only computes, 100 MB through a file; eight sessions at once, and what a session takes.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { systemClock } from "../../src/runtime/clock.ts";
import { defaultLimits } from "../../src/runtime/python/limits.ts";
import { PythonSessions } from "../../src/runtime/python/pythonSessions.ts";
import { WheelFolder } from "../../src/runtime/python/wheelFolder.ts";
import { percentile, print as printLine, type Line } from "./runtime/report.ts";

const dist = fileURLToPath(new URL("../../dist/python", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "bench-python-"));
const python3 = process.env["PYTHON3"] ?? "python3";
const print = (line: Omit<Line, "peerName">): void => printLine({ ...line, peerName: "python3 (native)" }, "python");

/** What a model takes at least to think and to write a call. */
const thinkingMs = 2000;

const loop = `
def run():
    total = 0
    for i in range(3_000_000):
        total += i * i % 7
    return total
run()
`;
const through = (path: string): string => `
import os
block = bytes(range(256)) * 4096
with open(${JSON.stringify(path)}, "wb") as file:
    for _ in range(100): file.write(block)
count = 0
with open(${JSON.stringify(path)}, "rb") as file:
    while chunk := file.read(1 << 20): count += len(chunk)
os.remove(${JSON.stringify(path)})
`;

function open(where: string): PythonSessions {
  const installation = {
    entry: join(dist, "sandbox.mjs"),
    harness: join(dist, "harness.py"),
    pyodide: dist,
    fingerprint: "bench",
  };
  return new PythonSessions({
    folder: where,
    wheels: new WheelFolder(join(where, "packages")),
    limits: { ...defaultLimits, allFileBytes: 400 * 1_048_576 },
    clock: systemClock,
    log: (line) => process.stderr.write(`${line}\n`),
    installation,
  });
}

/** Milliseconds from the call to the first output, and to the end. */
async function ours(sessions: PythonSessions, thread: string, code: string): Promise<{ first: number; end: number }> {
  const started = performance.now();
  let first = Number.NaN;
  let said = "";
  const text = (more: string): void => {
    if (said === "") first = performance.now() - started;
    said += more;
  };
  const output = { text, image: () => undefined, file: () => undefined, note: (note: string) => text(note) };
  const end = await sessions.run(thread, { code, files: [] }, output, new AbortController().signal);
  if (end.kind !== "finished" || !end.ok) throw new Error(`the program failed: ${JSON.stringify(end)} ${said}`);
  return { first, end: performance.now() - started };
}

/** Milliseconds that the system's Python takes for a program, its start included. */
function native(code: string): Promise<number> {
  const started = performance.now();
  return new Promise((resolve, reject) => {
    execFile(python3, ["-c", code], { cwd: folder }, (error) =>
      error === null ? resolve(performance.now() - started) : reject(new Error(error.message)),
    );
  });
}

async function inTurns(times: number, a: () => Promise<number>, b: () => Promise<number>): Promise<[number, number]> {
  const [first, second]: [number[], number[]] = [[], []];
  for (let turn = 0; turn < times; turn++) {
    first.push(await a());
    second.push(await b());
  }
  return [percentile(first, 0.5), percentile(second, 0.5)];
}

async function startUp(): Promise<void> {
  const hello = "print('hello')";
  let turn = 0;
  const [cold, nativeCold] = await inTurns(
    3,
    async () => {
      const sessions = open(join(folder, `cold-${turn++}`));
      const { first } = await ours(sessions, "t", hello);
      await sessions.stop();
      return first;
    },
    () => native(hello),
  );
  print({
    case: "first output, cold (no snapshot)",
    ours: cold,
    peer: nativeCold,
    unit: "ms",
    aim: "under 3000 ms",
    met: cold < 3000,
  });
  const sessions = open(join(folder, "cold-0"));
  const [warm, nativeWarm] = await inTurns(
    7,
    async () => {
      const { first } = await ours(sessions, `t${turn++}`, hello);
      await sessions.end(`t${turn - 1}`);
      return first;
    },
    () => native(hello),
  );
  print({
    case: "first output, warm: a new session, its process started by the call",
    ours: warm,
    peer: nativeWarm,
    unit: "ms",
    aim: "under 500 ms",
    met: warm < 500,
  });
  const [ahead, nativeAhead] = await inTurns(
    7,
    async () => {
      const thread = `t${turn++}`;
      sessions.prepare(thread);
      await pause(thinkingMs);
      const { first } = await ours(sessions, thread, hello);
      await sessions.end(thread);
      return first;
    },
    () => native(hello),
  );
  print({
    case: `first output, warm: a new session, the run began ${thinkingMs / 1000} s before the call`,
    ours: ahead,
    peer: nativeAhead,
    unit: "ms",
    aim: "under 500 ms",
    met: ahead < 500,
  });
  await ours(sessions, "t", hello);
  const [again, nativeAgain] = await inTurns(
    10,
    async () => (await ours(sessions, "t", hello)).first,
    () => native(hello),
  );
  print({
    case: "first output, in a session that is there",
    ours: again,
    peer: nativeAgain,
    unit: "ms",
    aim: null,
    met: null,
  });
  await sessions.stop();
}

async function work(): Promise<void> {
  const sessions = open(join(folder, "cold-0"));
  await ours(sessions, "t", "1");
  const [compute, nativeCompute] = await inTurns(
    5,
    async () => (await ours(sessions, "t", loop)).end,
    () => native(loop),
  );
  print({ case: "3 million turns of a loop", ours: compute, peer: nativeCompute, unit: "ms", aim: null, met: null });
  const [file, nativeFile] = await inTurns(
    3,
    async () => (await ours(sessions, "t", through("/tmp/big"))).end,
    () => native(through(join(folder, "big"))),
  );
  print({
    case: "100 MB written to a file and read again",
    ours: file,
    peer: nativeFile,
    unit: "ms",
    aim: null,
    met: null,
  });
  await sessions.stop();
}

async function many(): Promise<void> {
  const sessions = open(join(folder, "cold-0"));
  const names = Array.from({ length: 8 }, (_, index) => `t${index}`);
  const started = performance.now();
  await Promise.all(names.map((name) => ours(sessions, name, loop)));
  const together = performance.now() - started;
  const nativeStarted = performance.now();
  await Promise.all(names.map(() => native(loop)));
  const nativeTogether = performance.now() - nativeStarted;
  print({
    case: "8 new sessions at once, each the loop",
    ours: together,
    peer: nativeTogether,
    unit: "ms",
    aim: null,
    met: null,
  });
  if (process.platform === "linux") {
    const megabytes = (pid: number | "self"): number =>
      Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0) / 1024;
    const used = sessions.processes.map(megabytes);
    const nativeUsed = await new Promise<number>((resolve, reject) => {
      const code = "print(int([l for l in open('/proc/self/status') if l.startswith('VmRSS')][0].split()[1]) / 1024)";
      execFile(python3, ["-c", code], (error, said) =>
        error === null ? resolve(Number(said)) : reject(new Error(error.message)),
      );
    });
    print({
      case: "memory of a session",
      ours: percentile(used, 0.5),
      peer: nativeUsed,
      unit: "MB",
      aim: null,
      met: null,
    });
  }
  await sessions.stop();
}

try {
  await startUp();
  await work();
  await many();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
