import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { insideFolder } from "../../../src/disk/insideFolder.ts";

describe("a path below a folder, with its links followed", () => {
  let parent = "";
  const at = (...parts: readonly string[]): string => join(parent, ...parts);

  before(() => {
    parent = realpathSync(mkdtempSync(join(tmpdir(), "inside-")));
    for (const folder of ["work/deep", "work-too"]) mkdirSync(at(folder), { recursive: true });
    for (const file of ["work/a.md", "work/deep/b.md", "work/..c.md", "work-too/d.md"]) writeFileSync(at(file), file);
    symlinkSync(at("work/a.md"), at("work/to-inside"));
    symlinkSync("../a.md", at("work/deep/relative"));
    symlinkSync(at("work-too/d.md"), at("work/to-outside"));
    symlinkSync("../work-too", at("work/folder-outside"));
    symlinkSync("to-outside", at("work/twice"));
    symlinkSync("nowhere", at("work/broken"));
    symlinkSync("loop", at("work/loop"));
    symlinkSync(at("work"), at("linked"));
  });
  after(() => rmSync(parent, { recursive: true, force: true }));

  for (const [path, target] of [
    ["a.md", "work/a.md"],
    ["deep/b.md", "work/deep/b.md"],
    ["..c.md", "work/..c.md"],
    ["to-inside", "work/a.md"],
    ["deep/relative", "work/a.md"],
    ["to-outside", null],
    ["folder-outside/d.md", null],
    ["twice", null],
    ["../work-too/d.md", null],
  ] as const)
    it(`${path}: ${target ?? "outside"}, also where the folder is a link`, async () => {
      const expected = target === null ? null : at(target);
      assert.equal(await insideFolder(at("work"), path), expected);
      assert.equal(await insideFolder(at("linked"), path), expected);
    });

  it("rejects where nothing is", async () => {
    for (const path of ["broken", "gone", "loop"]) await assert.rejects(insideFolder(at("work"), path), /ENOENT|ELOOP/);
  });
});
