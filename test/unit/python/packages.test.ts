import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { strToU8, zipSync } from "fflate";

import { pythonPackages } from "../../../src/runtime/cli/pythonPackages.ts";
import { whyNotUsable } from "../../../src/runtime/python/wheelFolder.ts";

const folder = mkdtempSync(join(tmpdir(), "packages-"));
after(() => rmSync(folder, { recursive: true, force: true }));

async function run(...args: string[]): Promise<{ code: number; said: string; complained: string }> {
  const said: string[] = [];
  const complained: string[] = [];
  const code = await pythonPackages(
    [...args, "--data", join(folder, "data")],
    (line) => void said.push(line),
    (line) => void complained.push(line),
  );
  return { code, said: said.join("\n"), complained: complained.join("\n") };
}

const wheel = (name: string, needs = ""): Uint8Array =>
  zipSync({
    [`${name}/__init__.py`]: strToU8(""),
    [`${name}/deep.py`]: strToU8(""),
    [`${name}-1.0.dist-info/METADATA`]: strToU8(`Name: ${name}\n${needs}`),
  });

test("wheels are added from a folder, listed and removed; what is missing is named", async () => {
  const from = join(folder, "wheels");
  mkdirSync(from);
  writeFileSync(join(from, "Tall_Tables-1.0-py3-none-any.whl"), wheel("tall_tables", "Requires-Dist: figures (>=1)\n"));
  writeFileSync(join(from, "numbers-1.0-cp312-cp312-manylinux_2_17_x86_64.whl"), wheel("numbers"));
  writeFileSync(join(from, "broken-1.0-py3-none-any.whl"), "no zip");
  assert.match((await run("list")).said, /No packages/);
  const added = await run("add", from);
  assert.equal(added.code, 1);
  assert.equal(added.said, "Tall_Tables-1.0-py3-none-any.whl was added");
  assert.match(added.complained, /broken-1\.0.* was not added: it is damaged/);
  assert.match(added.complained, /numbers.* was not added: it is made for manylinux_2_17_x86_64/);
  assert.match(added.complained, /Tall_Tables.* needs figures, which is not there yet/);
  assert.equal((await run("list")).said, "Tall_Tables-1.0-py3-none-any.whl  (import tall_tables)");
  assert.equal((await run("remove", "tall-tables")).code, 0);
  assert.match((await run("list")).said, /No packages/);
});

test("wrong arguments say what is right", async () => {
  for (const args of [[], ["add"], ["remove"], ["burn"], ["list", "x"], ["add", "--wrong"]])
    assert.match((await run(...args)).complained, /Usage: runtime python-packages/);
  assert.match((await run("add", join(folder, "nowhere"))).complained, /nowhere/);
});

test("names of wheels tell who can use them", () => {
  assert.equal(whyNotUsable("numpy-2.4.6-cp314-cp314-pyemscripten_2026_0_wasm32.whl"), undefined);
  assert.equal(whyNotUsable("six-1.16.0-py2.py3-none-any.whl"), undefined);
  assert.match(whyNotUsable("x-1-cp313-cp313-pyodide_2025_0_wasm32.whl") ?? "", /cp313.*Python 3\.14/);
  assert.equal(whyNotUsable("x-1-cp39-abi3-pyemscripten_2026_0_wasm32.whl"), undefined);
  assert.match(whyNotUsable("x-1-cp314-cp314t-pyemscripten_2026_0_wasm32.whl") ?? "", /cp314-cp314t/);
  assert.match(whyNotUsable("x-1-cp314-cp314-pyodide_2025_0_wasm32.whl") ?? "", /this Pyodide is pyemscripten_2026_0/);
  assert.match(whyNotUsable("../x-1-py3-none-any.whl") ?? "", /not that of a wheel/);
  assert.match(whyNotUsable("x.zip") ?? "", /not that of a wheel/);
});
