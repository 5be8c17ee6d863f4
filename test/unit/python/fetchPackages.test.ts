import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { strToU8, zipSync } from "fflate";

import { fetchPackages } from "../../../src/runtime/cli/fetchPackages.ts";
import { findSandbox, pyodidePackages } from "../../../src/runtime/python/installation.ts";
import { readLock } from "../../../src/runtime/python/packageIndex.ts";

const folder = mkdtempSync(join(tmpdir(), "fetch-"));
const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const wheel = (name: string, needs: readonly string[] = []): Uint8Array =>
  zipSync({
    [`${name}/__init__.py`]: strToU8(""),
    [`${name}-1.0.dist-info/METADATA`]: strToU8(
      `Name: ${name}\n${needs.map((one) => `Requires-Dist: ${one}\n`).join("")}`,
    ),
  });

/** What the server has, by path. */
const served = new Map<string, string | Uint8Array>();
const asked: string[] = [];
let server: Server;
let servers: { pypi: string; pyodide: string };

before(async () => {
  server = createServer((request, response) => {
    const path = request.url ?? "";
    asked.push(path);
    const found = served.get(path);
    response.writeHead(found === undefined ? 404 : 200).end(found);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  servers = { pypi: `${url}/`, pyodide: `${url}/full/` };
});
after(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Puts a project on the index. */
function publish(
  name: string,
  files: Readonly<Record<string, Uint8Array>>,
  hashes: Readonly<Record<string, string>> = {},
): void {
  const urls = Object.entries(files).map(([filename, bytes]) => {
    served.set(`/files/${filename}`, bytes);
    return { filename, url: `../../files/${filename}`, digests: { sha256: hashes[filename] ?? sha256(bytes) } };
  });
  served.set(`/pypi/${name}/json`, JSON.stringify({ info: { version: "1.0" }, urls }));
}

async function run(
  names: readonly string[],
  lock: Readonly<Record<string, { file_name: string; sha256: string; version: string }>> = {},
): Promise<{ bad: number; said: string; complained: string }> {
  const said: string[] = [];
  const complained: string[] = [];
  const print = (line: string): void => void said.push(line);
  const complain = (line: string): void => void complained.push(line);
  const bad = await fetchPackages(names, { folder, lock: { packages: { ...lock } }, servers, print, complain });
  return { bad, said: said.join("\n"), complained: complained.join("\n") };
}

test("a package comes with what it needs here, and not with what it needs elsewhere", async () => {
  const needs = [
    "Figures_2 (>=1)",
    "docs; extra == 'docs'",
    'old; python_version < "3.11"',
    'wine; sys_platform == "win32"',
    'both; python_version >= "3.9" and sys_platform != "win32"',
  ];
  publish("tables", { "tables-1.0-py3-none-any.whl": wheel("tables", needs) });
  publish("figures-2", { "figures_2-1.0-py3-none-any.whl": wheel("figures_2") });
  publish("both", { "both-1.0-py2.py3-none-any.whl": wheel("both") });
  const { bad, said } = await run(["Tables"]);
  assert.equal(bad, 0);
  assert.match(said, /^tables-1\.0.* was added[^]*figures_2-1\.0.* was added[^]*both-1\.0.* was added/);
  assert.deepEqual(readdirSync(folder).toSorted(), [
    "both-1.0-py2.py3-none-any.whl",
    "figures_2-1.0-py3-none-any.whl",
    "tables-1.0-py3-none-any.whl",
  ]);
  asked.length = 0;
  assert.match((await run(["tables"])).said, /is there already/);
  assert.deepEqual(asked, []);
});

test("Pyodide's own build is taken where there is one, and must be the one that its list names", async () => {
  const name = "quick-1.0-cp314-cp314-pyemscripten_2026_0_wasm32.whl";
  served.set(`/full/${name}`, wheel("quick"));
  const wrong = await run(["quick"], { quick: { file_name: name, sha256: "0".repeat(64), version: "1.0" } });
  assert.equal(wrong.bad, 1);
  assert.match(wrong.complained, /quick was not added: .*its SHA-256 differs/);
  assert.ok(!readdirSync(folder).includes(name));
  const right = await run(["quick"], { quick: { file_name: name, sha256: sha256(wheel("quick")), version: "1.0" } });
  assert.deepEqual([right.bad, right.complained], [0, ""]);
  assert.ok(readdirSync(folder).includes(name));
});

test("what cannot be had is said, each with its reason, and the rest comes", async () => {
  publish("native", { "native-1.0-cp314-cp314-manylinux_2_28_x86_64.whl": wheel("native") });
  publish("torn", { "torn-1.0-py3-none-any.whl": strToU8("no zip") });
  publish("forged", { "forged-1.0-py3-none-any.whl": wheel("forged") }, { "forged-1.0-py3-none-any.whl": "ab" });
  publish("sly", { "../../sly-1.0-py3-none-any.whl": wheel("sly") });
  served.set("/pypi/odd/json", "{}");
  publish("fine", { "fine-1.0-py3-none-any.whl": wheel("fine") });
  const { bad, said, complained } = await run(["native", "torn", "forged", "sly", "odd", "none", "fine"]);
  assert.equal(bad, 6);
  assert.match(complained, /native 1\.0, the newest on .*, has no wheel for the sandbox's Python/);
  assert.match(complained, /torn-1\.0-py3-none-any\.whl is damaged/);
  assert.match(complained, /forged was not added: .*SHA-256 differs/);
  assert.match(complained, /sly 1\.0.* has no wheel/);
  assert.match(complained, /odd was not added: .*cannot be understood/);
  assert.match(complained, /none was not added: neither Pyodide nor/);
  assert.match(said, /^fine-1\.0-py3-none-any\.whl was added/);
});

test("the list that comes with Pyodide has numpy, pandas and matplotlib, each a wheel for this sandbox", async () => {
  const installation = findSandbox();
  assert.ok(typeof installation === "object");
  const { lock, url } = pyodidePackages(installation);
  const { packages } = readLock(lock);
  for (const name of ["numpy", "pandas", "matplotlib"])
    assert.match(packages[name]?.file_name ?? "", /-cp314-cp314-pyemscripten_2026_0_wasm32\.whl$/);
  assert.match(url, /^https:\/\/cdn\.jsdelivr\.net\/pyodide\/v314\.\d+\.\d+\/full\/$/);
});
