import { strict as assert } from "node:assert";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";

import { importsOf } from "./layering/imports.ts";
import { violationsOf } from "./layering/rules.ts";

const root = join(import.meta.dirname, "..", "..");

describe("the program's layers", () => {
  it("hold in every source file", () => {
    const paths = globSync(["src/**/*.ts", "webview/**/*.{ts,tsx}"], { cwd: root }).map((path) =>
      path.replaceAll("\\", "/"),
    );
    assert.ok(paths.length > 0);
    const sources = paths.map((path) => ({ path, text: readFileSync(join(root, path), "utf8") }));
    assert.deepEqual(sources.flatMap(violationsOf), []);
  });
});

describe("the command lines", () => {
  it("ask nothing of Node that Node 20 does not have", () => {
    const folders = "{cli,core,debug,disk,handlers,provider}";
    const newer =
      /Promise\.(?:withResolvers|try)|Array\.fromAsync|(?:Object|Map)\.groupBy|getBuiltinModule|JSON\.(?:rawJSON|isRawJSON)|import\.meta\.(?:dirname|filename)|\bglobSync\b|\.isWellFormed\(|\.(?:isSubsetOf|isSupersetOf|isDisjointFrom)\(/;
    const found = globSync(`src/${folders}/**/*.ts`, { cwd: root })
      .filter((path) => newer.test(readFileSync(join(root, path), "utf8")))
      .toSorted();
    assert.deepEqual(found, []);
  });
});

describe("the check of the layers", () => {
  const allowed: readonly [path: string, text: string][] = [
    ["src/core/a.ts", 'import { b } from "./b.ts";\nimport { parse } from "yaml";'],
    ["src/core/deep/a.ts", 'import schema from "../../../schemas/a.schema.json" with { type: "json" };'],
    ["src/protocol/a.ts", 'import type { B } from "../core/b.ts";'],
    ["src/protocol/a.ts", 'import { type B, type C } from "../core/b.ts";'],
    ["src/runtime/http/a.ts", 'import { Hono } from "hono";\nimport { b } from "../../core/b.ts";'],
    ["src/host/views/a.ts", 'import * as vscode from "vscode";\nimport { Command } from "../../manifest.ts";'],
    ["src/extension.ts", 'import { a } from "./host/a.ts";'],
    ["src/cli/a.ts", 'import { a } from "../core/a.ts";\nimport { b } from "../provider/b.ts";'],
    ["src/cli/deep/a.ts", 'import { a } from "../../debug/a.ts";'],
    ["src/debug/a.ts", 'import { Event } from "@vscode/debugadapter";\nimport { a } from "../core/a.ts";'],
    ["webview/chat/a.tsx", 'import type { M } from "../../src/protocol/messages.ts";\nimport "./a.css";'],
    ["src/core/a.ts", '// import { b } from "vscode"\n/**\n * import { c } from "../host/c.ts";\n */'],
  ];
  for (const [path, text] of allowed)
    it(`lets pass: ${path}: ${text.replaceAll("\n", " ")}`, () => {
      assert.deepEqual(violationsOf({ path, text }), []);
    });

  const forbidden: readonly [path: string, text: string, reason: RegExp][] = [
    ["src/core/a.ts", 'import * as vscode from "vscode";', /core may not import vscode/],
    ["src/core/a.ts", 'import type { Uri } from "vscode";', /core may not import vscode/],
    ["src/core/a.ts", 'import { readFile } from "node:fs/promises";', /package node:fs\/promises/],
    ["src/core/a.ts", 'import {\n  b,\n  c,\n} from "../host/b.ts";', /core may not import host/],
    ["src/core/a.ts", 'export * from "../protocol/b.ts";', /core may not import protocol/],
    ["src/core/a.ts", 'const b = await import("../runtime/b.ts");', /core may not import runtime/],
    ["src/core/a.ts", 'const b = require("left-pad");', /package left-pad/],
    ["src/protocol/a.ts", 'import { b } from "../core/b.ts";', /only types of core/],
    ["src/protocol/a.ts", 'import { type B, c } from "../core/b.ts";', /only types of core/],
    ["src/provider/a.ts", 'import { b } from "../runtime/b.ts";', /provider may not import runtime/],
    ["src/runtime/a.ts", 'import { b } from "../provider/b.ts";', /runtime may not import provider/],
    ["src/cli/a.ts", 'import { b } from "../runtime/b.ts";', /cli may not import runtime/],
    ["src/cli/a.ts", 'import * as vscode from "vscode";', /cli may not import vscode/],
    ["src/handlers/a.ts", 'import { b } from "../debug/b.ts";', /handlers may not import debug/],
    ["src/debug/a.ts", 'import * as vscode from "vscode";', /debug may not import vscode/],
    ["src/debug/a.ts", 'import { b } from "../provider/b.ts";', /debug may not import provider/],
    ["src/debug/a.ts", 'import { b } from "../host/b.ts";', /debug may not import host/],
    ["src/host/a.ts", 'import { b } from "../runtime/b.ts";', /host may not import runtime/],
    ["src/host/a.ts", 'import { b } from "../../test/b.ts";', /host may not import elsewhere/],
    ["src/host/a.ts", 'import { b } from "../../scripts/b.ts";', /host may not import elsewhere/],
    ["src/manifest.ts", 'import { b } from "./core/b.ts";', /manifest may not import core/],
    ["webview/a.tsx", 'import { b } from "../src/core/b.ts";', /only types of core/],
    ["webview/a.tsx", 'import { b } from "../src/host/b.ts";', /webview may not import host/],
    ["webview/a.tsx", 'import { b } from "node:fs";', /webview may not import node:fs/],
    ["src/stray/a.ts", 'import { b } from "./b.ts";', /no known part/],
    ["src/core/a.ts", "export default 1;", /default export/],
    ["src/core/a.ts", "const a = 1;\nexport { a as default };", /default export/],
    ["src/core/index.ts", 'export { b } from "./b.ts";', /barrel/],
    ["src/core/runManager.ts", "", /named after no thing/],
    ["src/core/utils.ts", "", /named after no thing/],
    ["src/core/stringHelper.ts", "", /named after no thing/],
  ];
  for (const [path, text, reason] of forbidden)
    it(`stops: ${path}: ${text.replaceAll("\n", " ")}`, () => {
      const found = violationsOf({ path, text });
      assert.equal(found.length, 1, String(found));
      assert.match(found[0] ?? "", reason);
    });

  it("sees every form of import, and whether types alone are meant", () => {
    const source =
      'import a, { type B } from "a";\nimport type C from "c";\nexport type { D } from "d";\nimport "e";\nimport("f");';
    const seen = importsOf(source).map(({ specifier, typeOnly }) => [specifier, typeOnly]);
    assert.deepEqual(seen, [
      ["a", false],
      ["c", true],
      ["d", true],
      ["e", false],
      ["f", false],
    ]);
  });
});
