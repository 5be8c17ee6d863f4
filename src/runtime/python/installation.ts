import { createHash } from "node:crypto";
import { existsSync, readFileSync, realpathSync } from "node:fs";
// Older versions of Node do not have all of it, and are to be told so in words.
import * as nodeModule from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Put in by the bundler: where the sandbox lies beside the bundle. From source it lies beside this file. */
declare const SANDBOX_FOLDER: string | undefined;

/** The files that a sandbox is started from. Paths are real ones, because Node's permissions go by them. */
export interface SandboxInstallation {
  readonly entry: string;
  readonly harness: string;
  /** The folder of Pyodide. */
  readonly pyodide: string;
  /** Changes when a snapshot of before cannot be restored any more. */
  readonly fingerprint: string;
}

/** Finds the sandbox. The result in words when something is missing. */
export function findSandbox(): SandboxInstallation | string {
  const here = dirname(fileURLToPath(import.meta.url));
  const bundled = typeof SANDBOX_FOLDER === "string";
  const folder = bundled ? join(here, SANDBOX_FOLDER) : join(here, "sandbox");
  const entry = join(folder, bundled ? "sandbox.mjs" : "main.ts");
  const harness = join(folder, "harness.py");
  let pyodide;
  try {
    pyodide = bundled ? folder : dirname(nodeModule.createRequire(import.meta.url).resolve("pyodide/package.json"));
  } catch {
    return "the package pyodide is not installed";
  }
  const needed = ["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json"];
  const missing = [entry, harness, ...needed.map((name) => join(pyodide, name))].find((path) => !existsSync(path));
  if (missing !== undefined) return `${missing} is missing`;
  const hash = createHash("sha256").update(process.version).update(process.arch);
  for (const path of [entry, harness, join(pyodide, "pyodide.mjs")]) hash.update(readFileSync(path));
  return {
    entry: realpathSync(entry),
    harness: realpathSync(harness),
    pyodide: realpathSync(pyodide),
    fingerprint: hash.digest("hex").slice(0, 16),
  };
}

/** The packages that are built for the sandbox's Pyodide, and the folder on the network that has them. Throws when they cannot be read. */
export function pyodidePackages(installation: SandboxInstallation): { readonly lock: string; readonly url: string } {
  const { pyodide } = installation;
  const version = /"(\d+\.\d+\.\d+)"/.exec(readFileSync(join(pyodide, "pyodide.mjs"), "utf8"))?.[1];
  if (version === undefined) throw new Error(`${pyodide} does not tell its version`);
  return {
    lock: readFileSync(join(pyodide, "pyodide-lock.json"), "utf8"),
    url: `https://cdn.jsdelivr.net/pyodide/v${version}/full/`,
  };
}

/** What the lock is made of, as a Node has it. */
export interface NodeParts {
  readonly version: string;
  readonly flags: Pick<ReadonlySet<string>, "has">;
  /** The exports of `node:module`. */
  readonly module: object;
}

const thisNode: NodeParts = {
  version: process.version,
  flags: process.allowedNodeEnvironmentFlags,
  module: nodeModule,
};

/** Why a Node cannot hold the sandbox's lock; undefined when it can, as far as can be told without trying. */
export function whyNodeCannot({ version, flags, module }: NodeParts = thisNode): string | undefined {
  if (!flags.has("--permission"))
    return `the sandbox needs Node 22.15 or newer with its permission model; this is ${version}`;
  if (!("registerHooks" in module))
    return `the sandbox needs a Node that can forbid to load modules (22.15 or newer); this is ${version}`;
  return undefined;
}
