/**
 * The process that programs run in. It is started by `SandboxProcess` under Node's permission model, locks itself further, loads Python
 * and does what the pipe says until the pipe ends.
 *
 * Arguments: the folder of Pyodide, the snapshot to restore ("" for none, "make" to hand one back), the harness's path.
 */
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { loadPyodide as LoadPyodide, PyodideAPI } from "pyodide";

import { dataFolder, filesOf, limitFileBytes, versionsBelow } from "./fileSystem.ts";
import { HandBack } from "./handBack.ts";
import { lockAfterLoading, lockBeforeLoading, whyUnlocked } from "./lock.ts";
import { OutputText } from "./outputText.ts";
import { Pipes } from "./pipes.ts";
import { wheelInstaller } from "./wheel.ts";

/** Python's modules that nearly every program needs; a snapshot holds them loaded, and the harness with them. */
const preloaded =
  "import ast, builtins, collections, csv, datetime, functools, inspect, io, itertools, json, linecache, math, " +
  "random, re, statistics, sys, traceback, zipfile, asyncio, pyodide.ffi";
const loadHarness = `
def _load(source):
    import sys, types
    module = sys.modules["_harness"] = types.ModuleType("_harness")
    exec(compile(source, "<sandbox>", "exec"), module.__dict__)
_load`;

interface Harness {
  run(code: string): Promise<boolean>;
  takeImages(): Iterable<{ readonly mime: string; readonly bytes: Uint8Array }>;
  importsOf(code: string): { readonly names: string[]; readonly own: string[] };
}

const [, , folder = "", snapshot = "", harnessPath = ""] = process.argv;
const pipes = new Pipes();
const { permission } = process;
const filesOfHost = { readFileSync, writeFileSync };
const require = createRequire(import.meta.url);
const text = new OutputText((bytes) => pipes.say({ type: "text" }, bytes));

// Python's environment would tell where the host keeps this file.
process.argv = ["python", "python"];
lockBeforeLoading();
const python = await load();
const harness = startHarness(python);
const installWheel = wheelInstaller(python);
hideJavaScript(python);
lockAfterLoading();
const why = whyUnlocked(permission, [
  {
    name: "reading the host's files",
    run: () => filesOfHost.readFileSync(process.platform === "win32" ? "C:\\" : "/etc/hosts"),
  },
  { name: "writing files", run: () => filesOfHost.writeFileSync(`${folder}/lock-test`, "") },
  { name: "loading a module", run: () => require("node:net") as unknown },
  // oxlint-disable-next-line typescript/no-implied-eval, no-new-func -- what is tried here must fail
  { name: "making code from text", run: () => new Function("return 1")() as unknown },
]);
if (why === undefined) {
  pipes.say({ type: "ready" });
  await obey();
} else pipes.say({ type: "unlocked", why });

async function load(): Promise<PyodideAPI> {
  const saved = snapshot === "" || snapshot === "make" ? undefined : bytesOfFile(snapshot);
  const { loadPyodide } = (await import(pathToFileURL(`${folder}/pyodide.mjs`).href)) as {
    readonly loadPyodide: typeof LoadPyodide;
  };
  const loaded = await loadPyodide({
    indexURL: folder,
    jsglobals: Object.create(null) as object,
    env: { HOME: dataFolder, TMPDIR: "/tmp", MPLBACKEND: "agg", PYTHONUTF8: "1" },
    stdin: () => null,
    ...(saved === undefined ? { _makeSnapshot: snapshot === "make" } : { _loadSnapshot: saved }),
  });
  if (saved === undefined) {
    loaded.runPython(preloaded);
    const loadSource = loaded.runPython(loadHarness) as ((source: string) => void) & { destroy(): void };
    loadSource(readFileSync(harnessPath, "utf8"));
    loadSource.destroy();
    loaded.runPython("del _load");
  }
  if (snapshot === "make") {
    const made = (loaded as unknown as { makeMemorySnapshot(): Uint8Array }).makeMemorySnapshot();
    pipes.sayBytes({ type: "snapshot", size: made.length }, made);
  }
  return loaded;
}

/** Without a copy: a snapshot is large. */
function bytesOfFile(path: string): Uint8Array {
  const { buffer, byteOffset, byteLength } = readFileSync(path);
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function startHarness(loaded: PyodideAPI): Harness {
  const files = filesOf(loaded);
  files.mkdirTree(dataFolder);
  files.chdir(dataFolder);
  const write = (bytes: Uint8Array): number => {
    text.write(bytes);
    return bytes.length;
  };
  loaded.setStdout({ write, isatty: false });
  loaded.setStderr({ write, isatty: false });
  const module = loaded.pyimport("_harness") as HarnessModule;
  // Without this feature of V8, a program cannot wait inside (asyncio.run), and the rest works.
  const canWait = "Suspending" in WebAssembly;
  module.begin(canWait);
  return {
    run: async (code) => (canWait ? module.run.callPromising(code) : module.run_awaiting(code)),
    *takeImages() {
      const taken = module.take_images();
      for (const [mime, bytes] of taken.toJs() as [string, Uint8Array][]) yield { mime, bytes };
      taken.destroy();
    },
    importsOf: (code) => {
      const missing = module.imports_of(code);
      const [names, own] = missing.toJs() as [string[], string[]];
      missing.destroy();
      return { names, own };
    },
  };
}

interface PythonList {
  toJs(): unknown;
  destroy(): void;
}

interface HarnessModule {
  readonly run: { callPromising(code: string): Promise<boolean> };
  run_awaiting(code: string): PromiseLike<boolean>;
  begin(canWait: boolean): void;
  take_images(): PythonList;
  imports_of(code: string): PythonList;
}

/** Takes the ways from Python to JavaScript's objects away. What is left of them is held by the process's own lock. */
function hideJavaScript(loaded: PyodideAPI): void {
  const files = filesOf(loaded);
  for (const name of Object.keys(files.filesystems))
    if (name !== "MEMFS") Reflect.deleteProperty(files.filesystems, name);
  for (const name of ["js", "pyodide_js"]) loaded.unregisterJsModule(name);
  loaded.runPython(`
import sys
for _name in [name for name in sys.modules if name.split(".")[0] in ("js", "pyodide_js")]:
    del sys.modules[_name]
del _name, sys`);
  // Pyodide's event loop asks for this one setting.
  const config = Object.freeze(Object.assign(Object.create(null) as object, { enableRunUntilComplete: true }));
  const api = Object.freeze(Object.assign(Object.create(null) as object, { config }));
  loaded.registerJsModule("pyodide_js", Object.assign(Object.create(null) as object, { _api: api }));
}

async function obey(): Promise<void> {
  const files = filesOf(python);
  let known = versionsBelow(files, dataFolder);
  let limited = false;
  /** What went wrong before a program, told with its output. */
  const notes: string[] = [];
  for (let message = pipes.next(); message !== undefined; message = pipes.next()) {
    const { order } = message;
    switch (order.type) {
      case "put": {
        const bytes = pipes.bytes(order.size);
        noting(notes, order.path, () => putFile(order.path, bytes, order.mtime));
        known = versionsBelow(files, dataFolder);
        break;
      }
      case "wheel": {
        const bytes = pipes.bytes(order.size);
        await installWheel(order.name, bytes).catch((error: unknown) => notes.push(`${order.name}: ${String(error)}`));
        break;
      }
      case "imports":
        pipes.say({ type: "imports", ...harness.importsOf(order.code) });
        break;
      case "run": {
        if (!limited) limitFileBytes(files, order.files.total);
        limited = true;
        const back = new HandBack(pipes, order.files);
        for (const note of notes.splice(0)) back.note(note);
        text.begin(order.maxOutputBytes);
        const ok = await harness.run(order.code);
        text.end();
        back.images(harness.takeImages());
        known = back.files(files, known);
        back.end();
        pipes.say({ type: "done", ok, cut: text.cut });
        break;
      }
      case "chunk":
        throw new Error("bytes that were not announced");
    }
  }
}

function putFile(path: string, bytes: Uint8Array, mtime: number): void {
  const files = filesOf(python);
  files.mkdirTree(path.slice(0, path.lastIndexOf("/")));
  files.writeFile(path, bytes, { canOwn: true });
  files.utime(path, mtime, mtime);
}

function noting(notes: string[], about: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    notes.push(`${about}: ${String(error)}`);
  }
}
