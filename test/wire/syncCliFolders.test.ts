import assert from "node:assert/strict";
import { mkdirSync, renameSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";

import { definitionsCli } from "./definitionsCli.ts";

const cli = definitionsCli();

async function names(): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { name } of cli.runtime().client.beta.assistants.list()) found.push(name ?? "");
  return found.toSorted();
}

describe("which definitions the command line finds", () => {
  it("pushes those of every folder, and behind links; not of node_modules", async () => {
    for (const folder of ["dist", "a", "node_modules/pkg", "real"])
      cli.write(`${folder}/x.assistant.yaml`, `name: in ${folder}\nmodel: offline\n`);
    renameSync(join(cli.root(), "real"), join(cli.root(), "node_modules", "real"));
    symlinkSync(join(cli.root(), "node_modules", "real"), join(cli.root(), "linked"), "junction");
    // Round in a circle, and to nothing.
    symlinkSync(cli.root(), join(cli.root(), "a", "again"), "junction");
    symlinkSync(join(cli.root(), "nothing"), join(cli.root(), "gone"), "junction");
    const pushed = await cli.run("push", "--yes");
    assert.equal(pushed.code, 0, pushed.stdout + pushed.stderr);
    assert.deepEqual(await names(), ["in a", "in dist", "in real"]);
  });

  it("deletes no assistant whose definition is still there, though it is not searched for", async () => {
    cli.write("a/x.assistant.yaml", "name: X\nmodel: offline\n");
    cli.write("a/y.assistant.yaml", "name: Y\nmodel: offline\n");
    assert.equal((await cli.run("push", "--yes")).code, 0);
    mkdirSync(join(cli.root(), "node_modules"));
    renameSync(join(cli.root(), "a"), join(cli.root(), "node_modules", "a"));
    cli.write("assistants.lock.json", cli.read("assistants.lock.json").replaceAll('"a/', '"node_modules/a/'));
    const status = await cli.run("status", "--json");
    assert.deepEqual(
      (JSON.parse(status.stdout) as { states: { path: string; state: string }[] }).states.map(
        ({ path, state }) => `${path} ${state}`,
      ),
      ["node_modules/a/x.assistant.yaml in sync", "node_modules/a/y.assistant.yaml in sync"],
    );
    const pushed = await cli.run("push", "--yes", "--delete");
    assert.equal(pushed.code, 0, pushed.stdout + pushed.stderr);
    assert.deepEqual(await names(), ["X", "Y"]);
  });

  it(
    "takes a link that leads to nothing for a definition that cannot be read, not for one that was deleted",
    {
      skip: process.platform === "win32" && "links to files need a right there",
    },
    async () => {
      cli.write("shared.yaml", "name: X\nmodel: offline\n");
      symlinkSync("shared.yaml", join(cli.root(), "x.assistant.yaml"));
      assert.equal((await cli.run("push", "--yes")).code, 0);
      renameSync(join(cli.root(), "shared.yaml"), join(cli.root(), "elsewhere.yaml"));
      const pushed = await cli.run("push", "--yes", "--delete");
      assert.equal(pushed.code, 4, pushed.stdout + pushed.stderr);
      assert.match(pushed.stdout, /x invalid {2}x\.assistant\.yaml {2}This file cannot be read: /);
      assert.deepEqual(await names(), ["X"]);
    },
  );
});
