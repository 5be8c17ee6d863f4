import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";

import { reasonOf, type Log } from "../log.ts";
import { fetchPackages, writeWheel } from "./fetchPackages.ts";
import { findSandbox, pyodidePackages } from "../python/installation.ts";
import { readLock, type PackageServers, type PyodideLock } from "../python/packageIndex.ts";
import { describeWheel, WheelFolder, wheelsIn, whyNotUsable } from "../python/wheelFolder.ts";

const usage = `Usage: runtime python-packages fetch NAME... --data DIR
       runtime python-packages add PATH... --data DIR
       runtime python-packages list --data DIR
       runtime python-packages remove NAME... --data DIR

DIR is what the runtime has as --data; --python-dir DIR names its Python folder alone.
Packages that Python programs of the runtime may import, beside the standard library. Programs download nothing.

fetch downloads packages by their names, with what they need: numpy, pandas, matplotlib and 280 others from Pyodide's
own distribution (cdn.jsdelivr.net), any other from PyPI, where it has a wheel of pure Python or for Pyodide. Each
wheel must have the SHA-256 that the list of this Pyodide, or PyPI, states. Only what is named is asked for.
  --index-url URL          a mirror of PyPI (https://pypi.org/); it needs PyPI's /pypi/NAME/json
  --pyodide-url URL        a mirror of the folder of Pyodide's packages

add takes wheels (.whl), or folders of wheels, from the disk: pure Python ones (py3-none-any), or those built for
Pyodide (cp314, pyemscripten_2026_0_wasm32). What a package needs must be added, too, and is named when it is missing.
`;

/** `runtime python-packages …`. Resolves to the exit code: 0, 1 when a package is of no use, 2 for wrong arguments. */
export async function pythonPackages(args: readonly string[], print: Log, complain: Log): Promise<number> {
  let parsed;
  try {
    const options = {
      data: { type: "string" },
      "python-dir": { type: "string" },
      "index-url": { type: "string" },
      "pyodide-url": { type: "string" },
      help: { type: "boolean", short: "h" },
    } as const;
    parsed = parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    complain(`${reasonOf(error)}\n\n${usage}`);
    return 2;
  }
  const [verb, ...names] = parsed.positionals;
  const { data = "", "python-dir": pythonDir = data === "" ? "" : join(data, "python"), help } = parsed.values;
  if (help === true) {
    print(usage);
    return 0;
  }
  if (pythonDir === "") {
    complain(`--data DIR is required: the runtime's folder\n\n${usage}`);
    return 2;
  }
  const folder = wheelsIn(resolve(pythonDir));
  if (verb === "list" && names.length === 0) return listPackages(folder, print);
  if (verb === "fetch" && names.length > 0) {
    const { "index-url": index, "pyodide-url": pyodide } = parsed.values;
    const sources = packageSources(index, pyodide);
    if (typeof sources !== "string")
      return (await fetchPackages(names, { folder, ...sources, print, complain })) === 0 ? 0 : 1;
    complain(sources);
    return 2;
  }
  if (verb === "add" && names.length > 0) return addPackages(folder, names, print, complain);
  if (verb === "remove" && names.length > 0) return removePackages(folder, names, print, complain);
  complain(usage);
  return 2;
}

/** Where packages come from; a string says what is wrong. */
function packageSources(
  index = "https://pypi.org/",
  pyodide: string | undefined,
): { readonly lock: PyodideLock; readonly servers: PackageServers } | string {
  const installation = findSandbox();
  if (typeof installation === "string") return installation;
  const own = pyodidePackages(installation);
  const servers = { pypi: index.replace(/\/*$/, "/"), pyodide: (pyodide ?? own.url).replace(/\/*$/, "/") };
  for (const url of Object.values(servers))
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) return `${url} is no http or https URL`;
  return { lock: readLock(own.lock), servers };
}

async function listPackages(folder: string, print: Log): Promise<number> {
  const wheels = await new WheelFolder(folder).list();
  if (wheels.length === 0) print(`No packages in ${folder}.`);
  for (const { name, modules } of wheels) print(`${name}  (import ${modules.join(", ")})`);
  return 0;
}

async function addPackages(folder: string, paths: readonly string[], print: Log, complain: Log): Promise<number> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  let bad = 0;
  for (const path of paths) {
    let wheels;
    try {
      wheels = statSync(path).isDirectory()
        ? readdirSync(path).flatMap((name) => (name.endsWith(".whl") ? [join(path, name)] : []))
        : [path];
    } catch (error) {
      complain(`${path}: ${reasonOf(error)}`);
      bad++;
      continue;
    }
    if (wheels.length === 0) {
      complain(`${path}: there is no wheel (.whl) in it`);
      bad++;
    }
    for (const wheel of wheels) {
      const name = basename(wheel);
      const why =
        whyNotUsable(name) ?? (describeWheel(name, readFileSync(wheel)) === undefined ? "it is damaged" : undefined);
      if (why !== undefined) {
        complain(`${name} was not added: ${why}`);
        bad++;
        continue;
      }
      writeWheel(folder, name, readFileSync(wheel));
      print(`${name} was added`);
    }
  }
  const known = await new WheelFolder(folder).list();
  for (const { name, needs } of known)
    for (const need of needs)
      if (!known.some(({ project }) => project === need)) complain(`${name} needs ${need}, which is not there yet`);
  return bad === 0 ? 0 : 1;
}

async function removePackages(folder: string, names: readonly string[], print: Log, complain: Log): Promise<number> {
  const known = await new WheelFolder(folder).list();
  let bad = 0;
  for (const wanted of names) {
    const found = known.filter(({ name, project }) => name === wanted || project === wanted.toLowerCase());
    if (found.length === 0) {
      complain(`There is no package ${wanted}.`);
      bad++;
    }
    for (const { name } of found) {
      rmSync(join(folder, name), { force: true });
      print(`${name} was removed`);
    }
  }
  return bad === 0 ? 0 : 1;
}
