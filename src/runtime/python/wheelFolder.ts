import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { unzipSync } from "fflate";

import { needsOf, projectName } from "./requirements.ts";

/** A Python package that lies in the folder. */
export interface Wheel {
  /** The file's name. */
  readonly name: string;
  read(): Promise<Uint8Array>;
}

/** Where the wheels are in the sandbox's folder. */
export function wheelsIn(pythonDir: string): string {
  return join(pythonDir, "packages");
}

interface KnownWheel extends Wheel {
  /** The project's name, lower case with dashes. */
  readonly project: string;
  readonly modules: readonly string[];
  readonly needs: readonly string[];
}

/**
 * The folder of wheels that sessions may install from. It is filled by a person, from a command line; nothing is ever fetched for a
 * program.
 */
export class WheelFolder {
  readonly #folder: string;
  readonly #known = new Map<string, KnownWheel>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The wheels that provide the modules, with those that they need; and what is not there: modules, and projects that a wheel needs. */
  async forModules(
    modules: readonly string[],
  ): Promise<{ readonly found: readonly Wheel[]; readonly unknown: readonly string[] }> {
    if (modules.length === 0) return { found: [], unknown: [] };
    const wheels = await this.list();
    const found = new Map<string, KnownWheel>();
    const unknown = new Set<string>();
    const add = (wheel: KnownWheel): void => {
      if (found.has(wheel.name)) return;
      found.set(wheel.name, wheel);
      for (const need of wheel.needs) {
        const other = wheels.find(({ project }) => project === need);
        if (other === undefined) unknown.add(need);
        else add(other);
      }
    };
    for (const module of modules) {
      const wheel = wheels.find((one) => one.modules.includes(module));
      if (wheel === undefined) unknown.add(module);
      else add(wheel);
    }
    // What is needed comes first: libraries are loaded as they are unpacked.
    return { found: [...found.values()].toReversed(), unknown: [...unknown] };
  }

  /** Every readable wheel of the folder. */
  async list(): Promise<readonly KnownWheel[]> {
    const names = (await readdir(this.#folder).catch(() => [])).filter((name) => name.endsWith(".whl")).toSorted();
    for (const name of names) {
      if (this.#known.has(name)) continue;
      const path = join(this.#folder, name);
      const wheel = describeWheel(name, await readFile(path));
      if (wheel !== undefined) this.#known.set(name, { ...wheel, name, read: () => readFile(path) });
    }
    return names.flatMap((name) => this.#known.get(name) ?? []);
  }

  /** What to do for a module that is not there, for the model and for the person who reads its output. */
  howToAdd(module: string): string {
    return (
      `The package for '${module}' is not in this sandbox, and nothing can be downloaded from inside. It can be added by the ` +
      "person who runs this: assistants-runtime python-packages fetch NAME --data DIR, or Assistants: Add Python Packages in VS Code."
    );
  }
}

/** What a wheel holds; undefined when it is none that this Python could use. The reason is `whyNotUsable`'s. */
export function describeWheel(
  name: string,
  bytes: Uint8Array,
): { readonly project: string; readonly modules: readonly string[]; readonly needs: readonly string[] } | undefined {
  if (whyNotUsable(name) !== undefined) return undefined;
  const modules = new Set<string>();
  let metadata: string;
  try {
    const entries = unzipSync(bytes, {
      filter: ({ name: path }) => {
        const [top = ""] = path.split("/");
        const module = /^([A-Za-z_]\w*)(?:\.(?:py|[\w-]*\.?so))?$/.exec(top)?.[1];
        if (module !== undefined && (path.includes("/") || top.includes("."))) modules.add(module);
        return path.endsWith(".dist-info/METADATA");
      },
    });
    metadata = new TextDecoder().decode(Object.values(entries)[0] ?? new Uint8Array());
  } catch {
    return undefined;
  }
  return { project: projectName(name.split("-")[0] ?? ""), modules: [...modules], needs: needsOf(metadata) };
}

/** What extension modules for this Pyodide are built for (`pyodide-lock.json` names it), under both of its names. */
const platforms = new Set(["pyemscripten_2026_0_wasm32", "pyodide_2026_0_wasm32"]);

/** Why this Python cannot use a wheel of that name; undefined when it can. */
export function whyNotUsable(name: string): string | undefined {
  const tags = /^[\w.!+]+-[\w.!+]+(?:-\d[\w.]*)?-([\w.]+)-([\w.]+)-([\w.]+)\.whl$/.exec(name);
  if (tags === null) return "its name is not that of a wheel";
  const [pythons, abis, on] = tags.slice(1).map((tag) => tag.split("."));
  if (on?.includes("any") === true)
    return pythons?.some((python) => /^(?:py3\d*|cp314)$/.test(python)) === true ? undefined : `it is for ${tags[1]}`;
  if (on?.every((platform) => !platform.endsWith("wasm32")) === true)
    return `it is made for ${tags[3]}, and the sandbox runs WebAssembly (pyemscripten_2026_0_wasm32)`;
  const stable =
    abis?.includes("abi3") === true && pythons?.some((python) => /^cp3(?:\d|1[0-4])$/.test(python)) === true;
  if (!stable && !(pythons?.includes("cp314") === true && abis?.includes("cp314") === true))
    return `it is made for ${tags[1]}-${tags[2]}, and the sandbox runs Python 3.14 (cp314)`;
  return on?.some((platform) => platforms.has(platform)) === true
    ? undefined
    : `it is made for ${tags[3]}, and this Pyodide is pyemscripten_2026_0_wasm32`;
}
