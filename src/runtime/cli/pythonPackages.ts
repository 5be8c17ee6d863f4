import { copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";

import { reasonOf, type Log } from "../log.ts";
import { describeWheel, WheelFolder, wheelsIn, whyNotUsable } from "../python/wheelFolder.ts";

const usage = `Usage: runtime python-packages add PATH... --data DIR
       runtime python-packages list --data DIR
       runtime python-packages remove NAME... --data DIR

DIR is what the runtime has as --data; --python-dir DIR names its Python folder alone.
Packages that Python programs of the runtime may import, beside the standard library. PATH is a wheel (.whl) or a
folder of wheels: pure Python ones (py3-none-any), or those built for Pyodide (cp314, wasm32), which are in the
full distribution of Pyodide 314 (https://github.com/pyodide/pyodide/releases). What a package needs must be
added, too. Nothing is downloaded, here or by programs.
`;

/** `runtime python-packages …`. Resolves to the exit code: 0, 1 when a package is of no use, 2 for wrong arguments. */
export async function pythonPackages(args: readonly string[], print: Log, complain: Log): Promise<number> {
  let parsed;
  try {
    const options = {
      data: { type: "string" },
      "python-dir": { type: "string" },
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
  if (verb === "add" && names.length > 0) return addPackages(folder, names, print, complain);
  if (verb === "remove" && names.length > 0) return removePackages(folder, names, print, complain);
  complain(usage);
  return 2;
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
      const draft = join(folder, `${name}.${process.pid}`);
      copyFileSync(wheel, draft);
      renameSync(draft, join(folder, name));
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
