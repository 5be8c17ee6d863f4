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

  it("validates store definitions, too: by their paths, by all rules, with those turned off that are", async () => {
    cli.write("sub/s.vectorstore.yaml", "name: docs\ninclude: [docs]\n");
    const good = await cli.run("validate", "sub/s.vectorstore.yaml");
    assert.deepEqual([good.code, good.stdout], [0, "0 definition(s), 1 store definition(s), no problems.\n"]);
    cli.write("sub/t.vectorstore.yaml", "name: docs\ninclude: [docs]\n");
    for (const path of ["sub", "sub/t.vectorstore.yaml"]) {
      const twins = await cli.run("validate", path);
      assert.equal(twins.code, 4, twins.stdout + twins.stderr);
      assert.match(twins.stdout, /^sub\/t\.vectorstore\.yaml:1:7: error: sub\/s.* \[store-duplicate\]$/m);
    }
    assert.equal((await cli.run("validate", "sub", "--disable", "store-duplicate")).code, 0);
  });

  it("says so when what is named is not there, instead of leaving it out", async () => {
    cli.write("x.assistant.yaml", "name: X\nmodel: offline\n");
    const other = await cli.runtime().client.beta.assistants.create({ model: "offline", name: "Other" });
    const wrong: readonly (readonly [RegExp, ...string[]])[] = [
      [/There is no assistant asst_nope on the connection/, "pull", "--remote", "asst_nope", "--yes"],
      [/There is no definition at typo/, "push", "--new", "typo", "--yes"],
      [/There is no definition at typo/, "push", "--link", `typo=${other.id}`, "--yes"],
      [/There is no assistant asst_nope/, "push", "--link", "x.assistant.yaml=asst_nope", "--yes"],
      [/was not pushed from x\.assistant\.yaml/, "push", "--link", `x.assistant.yaml=${other.id}`, "--yes"],
    ];
    for (const [words, ...args] of wrong) {
      const { code, stderr } = await cli.run(...args);
      assert.equal(code, 1, args.join(" "));
      assert.match(stderr, words);
    }
    assert.deepEqual(await names(), ["Other"]);
  });

  it("ends a status with 3, as a plan, where a definition waits for a decision", async () => {
    cli.write("x.assistant.yaml", "name: X\nmodel: offline\n");
    await cli.runtime().client.beta.assistants.create({ model: "offline", name: "X" });
    assert.deepEqual([(await cli.run("plan")).code, (await cli.run("status")).code], [3, 3]);
  });
});
