/**
 * The part of the lock that is made from inside, on top of Node's permissions (`--permission`: no writing, no reading but the
 * sandbox's own folder, no processes, workers, add-ons) and of `--disallow-code-generation-from-strings`.
 *
 * Node's permissions do not cover the network before Node 25. What covers it here: no global that reaches it is left, no module can be
 * loaded any more, and no object of Node's streams or sockets exists in the process.
 */
import * as nodeModule from "node:module";
import { writeSync } from "node:fs";

/** The globals that stay. Everything else that Node puts there goes. */
const kept = new Set([
  ..."globalThis Object Function Array Number parseFloat parseInt isNaN isFinite Infinity NaN undefined Boolean String Symbol Date".split(
    " ",
  ),
  ..."Promise RegExp Error AggregateError EvalError RangeError ReferenceError SyntaxError TypeError URIError".split(
    " ",
  ),
  ..."SuppressedError DisposableStack AsyncDisposableStack JSON Math Intl ArrayBuffer SharedArrayBuffer Atomics".split(
    " ",
  ),
  ..."Uint8Array Int8Array Uint16Array Int16Array Uint32Array Int32Array Float16Array Float32Array Float64Array".split(
    " ",
  ),
  ..."Uint8ClampedArray BigUint64Array BigInt64Array DataView Map BigInt Set Iterator WeakMap WeakSet WeakRef".split(
    " ",
  ),
  ..."Proxy Reflect FinalizationRegistry decodeURI decodeURIComponent encodeURI encodeURIComponent".split(" "),
  ..."WebAssembly TextEncoder TextDecoder URL URLSearchParams setTimeout clearTimeout setImmediate queueMicrotask".split(
    " ",
  ),
  ..."AbortController AbortSignal Event EventTarget performance crypto process console".split(" "),
]);

/** Before Pyodide is loaded: what it does not need to start goes. */
export function lockBeforeLoading(): void {
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    if (!kept.has(name)) Reflect.deleteProperty(globalThis, name);
  }
  // Node's console and standard streams are sockets; none may come to be.
  replaceGlobal("console", quietConsole());
  for (const name of ["stdin", "stdout", "stderr"])
    Object.defineProperty(process, name, { value: Object.freeze({ fd: 2 }), configurable: true });
  const dangerous = [
    "kill",
    "dlopen",
    "getBuiltinModule",
    "_linkedBinding",
    "_debugProcess",
    "_debugEnd",
    "reallyExit",
  ];
  for (const name of [...dangerous, "abort", "chdir", "setuid", "report", "mainModule", "_kill", "execve", "_rawDebug"])
    Object.defineProperty(process, name, { value: undefined, configurable: true });
  // Node forbids `process.binding` here, and Emscripten asks it for the flags of open().
  Object.defineProperty(process, "binding", { value: () => ({ fs: {} }), configurable: true });
}

/** After Pyodide is loaded, before a program runs: no module may be loaded any more, and nothing shared can be changed. */
export function lockAfterLoading(): void {
  nodeModule.registerHooks({
    resolve(specifier) {
      throw new Error(`the sandbox loads no module (${specifier})`);
    },
  });
  const { platform, version, versions } = process;
  replaceGlobal(
    "process",
    Object.freeze({
      platform,
      version,
      versions: Object.freeze({ node: versions.node }),
      argv: Object.freeze([]),
      env: Object.freeze({}),
      umask: () => 0o022,
      getuid: () => 1000,
      // Python's exit sets it.
      get exitCode() {
        return undefined;
      },
      set exitCode(_code) {
        // The process ends when the runtime says so.
      },
    }),
  );
  freezeIntrinsics();
}

/** Why this process must not run a program; undefined when the lock holds. Everything is tried, nothing believed. */
export function whyUnlocked(
  permission: NodeJS.ProcessPermission | undefined,
  attempts: readonly Attempt[],
): string | undefined {
  if (permission === undefined) return "this Node has no permission model";
  for (const scope of ["fs.read", "fs.write"] as const)
    if (permission.has(scope, scope === "fs.read" ? "/" : undefined)) return `${scope} is not restricted`;
  for (const scope of ["child", "worker", "addon", "wasi"]) if (permission.has(scope)) return `${scope} is allowed`;
  const open = attempts.find(({ run }) => succeeds(run));
  return open === undefined ? undefined : `${open.name} is possible`;
}

export interface Attempt {
  readonly name: string;
  readonly run: () => unknown;
}

function succeeds(run: () => unknown): boolean {
  try {
    run();
    return true;
  } catch {
    // Refused, as it must be.
    return false;
  }
}

function replaceGlobal(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, writable: false, configurable: true, enumerable: false });
}

/** Pyodide warns through the console; the runtime keeps the end of standard error for the day that a sandbox dies. */
function quietConsole(): object {
  const write = (...parts: readonly unknown[]): void => {
    writeSync(2, `${parts.map(String).join(" ").slice(0, 2000)}\n`);
  };
  return { log: write, warn: write, error: write, info: write, debug: write, trace: write };
}

/** Without this, a program could plant a getter on `Object.prototype` and be handed whatever reads through it. */
function freezeIntrinsics(): void {
  const seen = new Set<unknown>();
  const freeze = (value: unknown): void => {
    if ((typeof value !== "object" || value === null) && typeof value !== "function") return;
    if (seen.has(value)) return;
    seen.add(value);
    // Some typed arrays cannot be frozen; none is an intrinsic.
    if (ArrayBuffer.isView(value)) return;
    Object.freeze(value);
    freeze(Object.getPrototypeOf(value));
    for (const key of Reflect.ownKeys(value)) {
      const property = Object.getOwnPropertyDescriptor(value, key);
      freeze(property?.value);
      freeze(property?.get);
      freeze(property?.set);
    }
  };
  const errors = [Error, AggregateError, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError];
  for (const owner of [Object, Function, Promise, ...errors]) letObjectsOverride(owner.prototype as object);
  // `prepareStackTrace` would hand out the functions of a stack. A stack itself would tell where the host keeps this file; without a
  // number as its limit, there is none. Pyodide sets it, and must be able to.
  Object.defineProperty(Error, "prepareStackTrace", { value: undefined });
  Object.defineProperty(Error, "stackTraceLimit", { get: () => 0, set() {}, configurable: false });
  for (const key of Reflect.ownKeys(Error))
    if (key !== "stackTraceLimit" && key !== "prototype")
      Object.defineProperty(Error, key, { writable: false, configurable: false });
  Object.preventExtensions(Error);
  seen.add(Error);
  freeze(Error.prototype);
  for (const name of kept) {
    if (["globalThis", "process", "console"].includes(name)) continue;
    freeze(Reflect.get(globalThis, name));
  }
  const generator = function* (): Generator {};
  const asyncGenerator = async function* (): AsyncGenerator {};
  const hidden = [
    generator,
    asyncGenerator,
    async () => undefined,
    [].values(),
    new Map().entries(),
    new Set().values(),
  ];
  for (const value of [...hidden, ""[Symbol.iterator](), "".matchAll(/./g)]) freeze(Object.getPrototypeOf(value));
  freeze(Object.getPrototypeOf(generator.prototype));
  freeze(Object.getPrototypeOf(asyncGenerator.prototype));
}

/**
 * A frozen prototype forbids to assign a property of that name to the objects below it, too, which honest code does
 * (`error.name = …`). As accessors, the properties stay what they are, and an assignment makes an own property as before.
 */
function letObjectsOverride(prototype: object): void {
  for (const key of Reflect.ownKeys(prototype)) {
    const property = Object.getOwnPropertyDescriptor(prototype, key);
    if (property?.writable !== true || property.configurable !== true) continue;
    const value: unknown = property.value;
    Object.defineProperty(prototype, key, {
      configurable: true,
      enumerable: property.enumerable ?? false,
      get: () => value,
      set(this: object, replacement: unknown) {
        if (this === prototype) throw new TypeError("the sandbox's prototypes cannot be changed");
        const own = { value: replacement, writable: true, configurable: true, enumerable: true };
        Object.defineProperty(this, key, own);
      },
    });
  }
}
