import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { startCli } from "./cliProcess.ts";
import type { Ended } from "./cliProcess.ts";
import { startRuntime } from "./runtimeProcess.ts";
import type { RuntimeProcess } from "./runtimeProcess.ts";

describe("the assistants CLI against the real runtime", () => {
  let runtime: RuntimeProcess;
  let root: string;
  let remoteId = "";

  const run = (...args: readonly string[]): Promise<Ended> => startCli(args, root, runtime).ended;
  const write = (path: string, text: string): void => writeFileSync(join(root, path), text);
  const read = (path: string): string => readFileSync(join(root, path), "utf8");

  before(async () => {
    runtime = await startRuntime();
    root = mkdtempSync(join(tmpdir(), "sync-"));
    mkdirSync(join(root, "agents"));
    write(
      "agents/order.assistant.yaml",
      "# Orders\nname: Order Support   # shown to people\nmodel: offline\ninstructions: { file: ./order.md }\ntools:\n  - type: function\n    function: { name: f, description: Does it }\n    handler: { command: [node, ./f.mjs] }\nmetadata: { team: 'support' }\n",
    );
    write("agents/order.md", "Help.\r\nBe kind.\r\n");
  });
  after(async () => {
    await runtime.stop();
    rmSync(root, { recursive: true, force: true });
  });

  it("says what it is for, and what is wrong with a command line, in one line", async () => {
    assert.match((await run("--help")).stdout, /Exit codes/);
    for (const args of [["fly"], ["push", "--colour"], ["push", "--ours", "--theirs"], ["plan", "nowhere"]]) {
      const { code, stderr } = await run(...args);
      assert.equal(code, 1);
      assert.match(stderr, /^assistants: [^\n]+\n$/);
    }
  });

  it("plans a creation, does nothing without a terminal and --yes, then pushes it", async () => {
    const plan = await run("plan");
    assert.equal(plan.code, 2, plan.stderr);
    assert.match(plan.stdout, /^\+ create {3}agents\/order.assistant.yaml {2}"Order Support"$/m);
    const refused = await run("push");
    assert.deepEqual(
      [refused.code, refused.stderr],
      [1, "assistants: Nothing was done: without a terminal, say --yes.\n"],
    );
    assert.equal((await runtime.client.beta.assistants.list()).data.length, 0);
    const pushed = await run("push", "--yes");
    assert.equal(pushed.code, 0, pushed.stdout + pushed.stderr);
    const [made] = (await runtime.client.beta.assistants.list()).data;
    assert.equal(made?.instructions, "Help.\nBe kind.\n");
    assert.equal(made.metadata?.["team"], "support");
    assert.match(made.metadata?.["assistants_workbench"] ?? "", /^agents\/order.assistant.yaml#/);
    remoteId = made.id;
    assert.equal((await run("plan")).code, 0);
    assert.equal((await run("status")).code, 0);
    assert.deepEqual(JSON.parse((await run("push", "--yes", "--json")).stdout), {
      plan: { direction: "push", connection: "test", actions: [] },
      outcomes: [],
    });
  });

  it("pulls what changed there into both files, and leaves the rest of them as it was", async () => {
    await runtime.client.beta.assistants.update(remoteId, {
      instructions: "Help.\nBe quick.\n",
      temperature: 0.5,
      description: "Orders",
    });
    const status = await run("status", "--json");
    assert.equal(status.code, 2);
    assert.equal((JSON.parse(status.stdout) as { states: { state: string }[] }).states[0]?.state, "changed there");
    assert.equal((await run("plan")).code, 0, "nothing to push");
    assert.equal((await run("plan", "--pull")).code, 2);
    const pulled = await run("pull", "--yes");
    assert.equal(pulled.code, 0, pulled.stdout + pulled.stderr);
    assert.equal(read("agents/order.md"), "Help.\r\nBe quick.\r\n");
    const text = read("agents/order.assistant.yaml");
    assert.match(text, /^# Orders\nname: Order Support {3}# shown to people\nmodel: offline\n/);
    assert.match(text, /handler: \{ command: \[node, .\/f.mjs\] \}\nmetadata: \{ team: 'support' \}\n/);
    assert.match(text, /^temperature: 0.5$/m);
    assert.equal((await run("status")).code, 0);
  });

  it("merges different fields of the two sides, and stops at the same one", async () => {
    write(
      "agents/order.assistant.yaml",
      read("agents/order.assistant.yaml").replace("temperature: 0.5", "temperature: 0.7"),
    );
    await runtime.client.beta.assistants.update(remoteId, { name: "Renamed there" });
    assert.equal((await run("push", "--yes")).code, 0);
    const merged = await runtime.client.beta.assistants.retrieve(remoteId);
    assert.deepEqual([merged.name, merged.temperature], ["Renamed there", 0.7]);
    assert.equal((await run("pull", "--yes")).code, 0);
    assert.match(read("agents/order.assistant.yaml"), /^name: Renamed there {3}# shown to people$/m);

    write("agents/order.assistant.yaml", read("agents/order.assistant.yaml").replace("Renamed there", "Mine"));
    await runtime.client.beta.assistants.update(remoteId, { name: "Theirs" });
    const conflict = await run("push", "--yes");
    assert.equal(conflict.code, 3);
    assert.match(conflict.stdout, /name: here "Mine", there "Theirs"/);
    assert.equal((await runtime.client.beta.assistants.retrieve(remoteId)).name, "Theirs");
    assert.equal((await run("pull", "--yes")).code, 3);
    assert.equal((await run("pull", "--yes", "--theirs")).code, 0);
    assert.match(read("agents/order.assistant.yaml"), /^name: Theirs/m);
    assert.equal((await run("status")).code, 0);
  });

  it("asks which one it is when the lock is lost, and links what was pushed from the path", async () => {
    const lock = read("assistants.lock.json");
    rmSync(join(root, "assistants.lock.json"));
    const asked = await run("push", "--yes");
    assert.equal(asked.code, 3);
    assert.match(asked.stdout, /was pushed from this path/);
    const adopted = await run("push", "--yes", "--adopt");
    assert.equal(adopted.code, 0, adopted.stdout + adopted.stderr);
    assert.equal((await runtime.client.beta.assistants.list()).data.length, 1);
    const withoutMarkers = (text: string): string => text.replaceAll(/"marker": .*/g, "");
    assert.equal(withoutMarkers(read("assistants.lock.json")), withoutMarkers(lock));
  });

  it("says so when the lock is in the middle of a merge, or a definition is not valid", async () => {
    const lock = read("assistants.lock.json");
    write("assistants.lock.json", `<<<<<<< HEAD\n${lock}=======\n${lock}>>>>>>> other\n`);
    const merging = await run("status");
    assert.deepEqual([merging.code, /unresolved merge conflict \(line 1\)/.test(merging.stderr)], [1, true]);
    write("assistants.lock.json", lock);
    write("agents/bad.assistant.yaml", "name: Bad\ntemperature: 9\n");
    const invalid = await run("validate");
    assert.equal(invalid.code, 4);
    assert.match(invalid.stdout, /^agents\/bad.assistant.yaml:2:14: error: .* \[number-range\]$/m);
    assert.equal(
      (await run("validate", "agents/order.assistant.yaml", "--disable", "completion-budget,handler-file")).stdout,
      "1 definition(s), no problems.\n",
    );
    assert.equal((await run("push", "--yes")).code, 4);
    rmSync(join(root, "agents/bad.assistant.yaml"));
  });

  it("writes new files for assistants without one, and deletes there what was deleted here only when asked", async () => {
    const other = await runtime.client.beta.assistants.create({
      model: "offline",
      name: "Ünter Other!",
      instructions: "a\nb\n",
    });
    assert.equal((await run("pull", "--yes", "--remote", other.id)).code, 0);
    assert.equal(read("unter-other.assistant.yaml"), "name: Ünter Other!\nmodel: offline\ninstructions: |\n  a\n  b\n");
    assert.equal((await run("status")).code, 0);
    rmSync(join(root, "unter-other.assistant.yaml"));
    assert.equal((await run("push", "--yes")).code, 0);
    assert.equal((await runtime.client.beta.assistants.list()).data.length, 2);
    const deleted = await run("push", "--yes", "--delete");
    assert.equal(deleted.code, 0, deleted.stdout);
    assert.match(deleted.stdout, /^- delete {3}unter-other.assistant.yaml {2}"Ünter Other!"/m);
    assert.equal((await runtime.client.beta.assistants.list()).data.length, 1);
    assert.doesNotMatch(read("assistants.lock.json"), /unter-other/);
  });

  it("keeps keys out of the lock, and says in one line that a server does not answer", async () => {
    assert.equal(read("assistants.lock.json").includes(runtime.key), false);
    const silent = await run("status", "--base-url", "http://127.0.0.1:9/v1");
    assert.equal(silent.code, 1);
    assert.match(silent.stderr, /^assistants: [^\n]*does not answer[^\n]*\n$/);
  });
});
