import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";

import { bundles } from "../../../scripts/build/bundles.ts";

const listed = (name: string): readonly string[] =>
  readFileSync(fileURLToPath(new URL(`../../../${name}`, import.meta.url)), "utf8").split(/\r?\n/);

const holds = (lines: readonly string[], file: string): boolean =>
  lines.includes(`!${file}`) || lines.includes(`!${file.replace(/[^/]+$/, "*")}`);

describe("what is packed", () => {
  it("for npm: every program of the command line, with its threads", () => {
    const lines = listed(".npmignore");
    const programs = bundles.filter(({ options }) => options.format === "esm");
    assert.deepEqual(
      programs.map(({ outfile }) => outfile).filter((file) => !holds(lines, file)),
      [],
    );
  });

  it("with the notices of what is bundled", () => {
    for (const name of [".npmignore", ".vscodeignore"])
      assert.ok(holds(listed(name), "dist/THIRD-PARTY-NOTICES.txt"), name);
  });
});
