import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { systemClock, type Clock } from "../../src/runtime/clock.ts";
import type { SandboxInstallation } from "../../src/runtime/python/installation.ts";
import { defaultLimits, type PythonLimits } from "../../src/runtime/python/limits.ts";
import { PythonSessions, type SessionFile } from "../../src/runtime/python/pythonSessions.ts";
import type { ProgramEnd } from "../../src/runtime/python/sandboxProcess.ts";
import { WheelFolder } from "../../src/runtime/python/wheelFolder.ts";

export interface Outcome {
  readonly text: string;
  readonly images: readonly { readonly mime: string; readonly bytes: Uint8Array }[];
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly notes: readonly string[];
  readonly end: ProgramEnd;
}

/** Real sessions on a folder of their own, which all test files of a machine share the snapshot of. */
export interface TestPython extends AsyncDisposable {
  readonly sessions: PythonSessions;
  readonly wheels: string;
  readonly log: readonly string[];
  run(
    code: string,
    options?: { thread?: string; files?: readonly SessionFile[]; signal?: AbortSignal },
  ): Promise<Outcome>;
}

export function openPython(
  limits: Partial<PythonLimits> = {},
  clock: Clock = systemClock,
  installation?: SandboxInstallation,
): TestPython {
  const folder = mkdtempSync(join(tmpdir(), "python-test-"));
  const wheels = join(folder, "packages");
  const log: string[] = [];
  const sessions = new PythonSessions({
    folder: join(tmpdir(), "assistants-test-python"),
    wheels: new WheelFolder(wheels),
    limits: { ...defaultLimits, ...limits },
    clock,
    log: (line) => log.push(line),
    ...(installation === undefined ? {} : { installation }),
  });
  return {
    sessions,
    wheels,
    log,
    async run(code, { thread = "thread_1", files = [], signal = new AbortController().signal } = {}) {
      let text = "";
      const images: { mime: string; bytes: Uint8Array }[] = [];
      const made = new Map<string, Uint8Array>();
      const notes: string[] = [];
      const output = {
        text: (more: string) => void (text += more),
        image: (mime: string, bytes: Uint8Array) => void images.push({ mime, bytes }),
        file: (path: string, bytes: Uint8Array) => void made.set(path, bytes),
        note: (note: string) => void notes.push(note),
      };
      const end = await sessions.run(thread, { code, files }, output, signal);
      return { text, images, files: made, notes, end };
    },
    async [Symbol.asyncDispose]() {
      await sessions.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function textFile(path: string, text: string, id = path): SessionFile {
  const bytes = new TextEncoder().encode(text);
  return { path, id, size: bytes.length, open: () => Promise.resolve(streamOf(bytes)) };
}

async function* streamOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}
