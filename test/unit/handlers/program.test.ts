import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { programOf } from "../../../src/handlers/program.ts";

const windows = (...files: readonly string[]) => ({
  platform: "win32" as const,
  env: { Path: "C:\\node;C:\\tools", PATHEXT: ".COM;.EXE;.BAT;.CMD", ComSpec: "C:\\Windows\\cmd.exe" },
  isFile: (path: string) => files.includes(path),
});

describe("the program of a command on Windows", () => {
  it("is looked up in PATH with its extension, never in the current folder", () => {
    assert.equal(programOf(["node", "a"], windows("C:\\node\\node.exe")).file, "C:\\node\\node.exe");
    assert.throws(() => programOf(["node"], windows("node.exe", ".\\node.exe")), /no program node/);
    assert.equal(programOf(["C:\\w\\run.exe"], windows("C:\\w\\run.exe")).file, "C:\\w\\run.exe");
  });

  it("a batch file goes through cmd.exe with nothing left that means something to it", () => {
    const program = programOf(["npx", "a&calc", 'b"c', "100%PATH%", "x\\"], windows("C:\\node\\npx.cmd"));
    assert.deepEqual(program.args.slice(0, 3), ["/d", "/s", "/c"]);
    assert.equal(program.file, "C:\\Windows\\cmd.exe");
    assert.equal(program.verbatim, true);
    const line = program.args[3]?.slice(1, -1) ?? "";
    assert.doesNotMatch(line.replaceAll(/\^./g, ""), /[&|<>"%!()]/, line);
    assert.match(line, /a\^\^\^&calc/);
    assert.throws(() => programOf(["npx", "a\nb"], windows("C:\\node\\npx.cmd")), /line break/);
  });

  it("elsewhere is what the command says", () => {
    assert.deepEqual(programOf(["a.cmd", "&"], { ...windows(), platform: "linux" }), {
      file: "a.cmd",
      args: ["&"],
      verbatim: false,
    });
  });
});
