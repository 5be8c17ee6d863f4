import { strict as assert } from "node:assert";
import { describe, it } from "node:test";

import { parseStartArguments } from "../../../scripts/startArguments.ts";
import { parseChoice } from "../../../scripts/suites/choice.ts";
import { parseDesktopArguments } from "../../../scripts/vscode/desktopArguments.ts";
import { isNoise } from "../../../scripts/vscode/noise.ts";
import { workbenchUrl } from "../../../scripts/vscode/workbenchUrl.ts";

describe("the arguments of npm start", () => {
  it("have defaults", () => {
    assert.deepEqual(parseStartArguments([]), { browser: false, open: true, port: undefined, folder: undefined });
  });
  it("are read", () => {
    const args = ["--browser", "--no-open", "--port", "8123", "some/folder"];
    assert.deepEqual(parseStartArguments(args), { browser: true, open: false, port: 8123, folder: "some/folder" });
  });
  for (const args of [["--port", "0"], ["--port", "x"], ["--port", "70000"], ["--port"], ["--nope"], ["a", "b"]]) {
    it(`are refused with the usage: ${args.join(" ")}`, () => {
      assert.throws(() => parseStartArguments(args), /Usage: npm start/);
    });
  }
});

describe("the choice of npm test", () => {
  const known = ["unit", "ui"];
  it("is everything without words", () => assert.deepEqual(parseChoice([], known), { suites: [], files: [] }));
  it("tells suites from files", () => {
    assert.deepEqual(parseChoice(["ui", "./test/ui/a.test.ts"], known), {
      suites: ["ui"],
      files: ["test/ui/a.test.ts"],
    });
  });
  it("refuses options", () => assert.throws(() => parseChoice(["--grep"], known), /--grep is no option/));
});

describe("desktop VS Code's arguments", () => {
  it("are read as @vscode/test-electron gives them", () => {
    const args = [
      "/w/examples",
      "--user-data-dir=/tmp/u",
      "--no-sandbox",
      "--disable-workspace-trust",
      "--extensionTestsPath=/w/t.cjs",
      "--extensionDevelopmentPath=/w",
    ];
    assert.deepEqual(parseDesktopArguments(args), {
      folder: "/w/examples",
      extensionPath: "/w",
      extensionTestsPath: "/w/t.cjs",
      userDataDir: "/tmp/u",
      workspaceTrust: false,
    });
  });
  it("may be few, and paths may be file URLs", () => {
    const parsed = parseDesktopArguments(["--extensionTestsPath=file:///w/a%20b.cjs"]);
    assert.deepEqual(parsed, { extensionTestsPath: "/w/a b.cjs", workspaceTrust: true });
  });
});

describe("the workbench's address", () => {
  it("carries the token, the folder and the extension, safely encoded", () => {
    const url = new URL(workbenchUrl({ port: 81, token: "t", folder: "/a b/c&d", extensionPath: "/e f" }));
    assert.equal(url.host, "127.0.0.1:81");
    assert.equal(url.searchParams.get("tkn"), "t");
    assert.equal(url.searchParams.get("folder"), "/a b/c&d");
    assert.deepEqual(JSON.parse(url.searchParams.get("payload") ?? ""), [
      ["skipWelcome", "true"],
      ["extensionDevelopmentPath", "vscode-remote://127.0.0.1:81/e%20f"],
    ]);
    assert.ok(!url.search.includes("+"), "VS Code reads a plus sign as it stands");
  });
  it("turns Windows paths into those of URIs", () => {
    assert.equal(new URL(workbenchUrl({ port: 81, token: "t", folder: "C:\\w" })).searchParams.get("folder"), "/C:/w");
  });
});

describe("VS Code's noise", () => {
  it("is told from what a test says", () => {
    assert.equal(isNoise("Creating a socket (renderer-Management)…"), true);
    assert.equal(isNoise("  1) the extension is there"), false);
    assert.equal(isNoise("Error: boom"), false);
  });
});
