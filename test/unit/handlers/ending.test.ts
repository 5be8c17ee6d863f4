import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";

import { failureOf, handlerFolder, node, outputOf } from "./handlerFixture.ts";
import type { HandlerFolder } from "./handlerFixture.ts";

let folder: HandlerFolder;
before(async () => {
  folder = await handlerFolder();
});
after(() => folder.remove());

const posix = { skip: process.platform === "win32" ? "signals and process groups of POSIX" : false };

/** Ignores what it can and stays; writes its pid to a file that is named first. */
const stubborn = `
import { appendFileSync } from "node:fs";
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => {});
appendFileSync(process.argv.at(-1), process.pid + "\\n");
setInterval(() => {}, 1000);
`;

async function linesIn(name: string, count: number): Promise<readonly string[]> {
  // Bounded, so that a test that fails ends.
  for (let round = 0; ; round += 1) {
    const text = await readFile(join(folder.path, name), "utf8").catch(() => "");
    const lines = text.split("\n").filter(Boolean);
    if (lines.length >= count) return lines;
    assert.ok(round < 1000, `${name} has fewer than ${count} lines`);
    await sleep(20);
  }
}

async function pidsIn(name: string, count: number): Promise<readonly number[]> {
  return (await linesIn(name, count)).map(Number);
}

/** Whether any of them lives; one that ended and that nobody waits for does not. */
async function alive(pids: readonly number[]): Promise<readonly number[]> {
  const states = await Promise.all(
    pids.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => null);
      if (stat !== null) return !/\) [ZX] /.test(stat);
      try {
        process.kill(pid, 0);
        return process.platform !== "linux";
      } catch {
        return false;
      }
    }),
  );
  return pids.filter((_, index) => states[index]);
}

describe("a handler that is ended", () => {
  it("at its time-out, whatever signals it ignores", posix, async () => {
    const raw = { command: [node, "--input-type=module", "-e", stubborn, "stubborn.txt"], timeout_ms: 700 };
    const failure = failureOf(await folder.run(raw));
    assert.deepEqual(
      [failure.code, failure.message],
      ["timeout", "The handler did not answer within 700 ms and was ended."],
    );
    assert.deepEqual(await alive(await pidsIn("stubborn.txt", 0)), []);
  });

  it("by a person, with its children, those that left its group and those that were orphaned", posix, async () => {
    await folder.write("stubborn.mjs", stubborn);
    const code = `
import { spawn } from "node:child_process";
const child = (detached) => spawn(process.execPath, ["stubborn.mjs", "tree.txt"], { stdio: "ignore", detached });
child(false); child(true);
// An orphan: its parent ends before it.
spawn(process.execPath, ["-e", "require('node:child_process').spawn(process.execPath, ['stubborn.mjs', 'tree.txt'], { stdio: 'ignore', detached: true }).unref()"], { stdio: "ignore", detached: true });
${stubborn}
`;
    const person = new AbortController();
    const running = folder.run({ command: [node, "--input-type=module", "-e", code, "tree.txt"] }, "{}", person.signal);
    const pids = await pidsIn("tree.txt", 4);
    assert.equal((await alive(pids)).length, 4);
    person.abort();
    assert.equal(failureOf(await running).code, "cancelled");
    assert.deepEqual(await alive(pids), []);
  });

  it("what it left behind ends with it, though it holds the output open", posix, async () => {
    await folder.write("stubborn.mjs", stubborn);
    const code = `
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
spawn(process.execPath, ["stubborn.mjs", "left.txt"], { stdio: "inherit", detached: true }).unref();
for (let round = 0; !existsSync("left.txt") && round < 1500; round += 1) await new Promise((resolve) => setTimeout(resolve, 10));
console.log("answer");
process.exit(0);
`;
    assert.equal(outputOf(await folder.run({ command: [node, "--input-type=module", "-e", code] })), "answer");
    assert.deepEqual(await alive(await pidsIn("left.txt", 1)), []);
  });

  it("a fork bomb, by its time-out", posix, async () => {
    // Bounded by its depth, should nothing end it: 2^6 processes.
    await folder.write(
      "bomb.sh",
      'depth="$1"; echo $$ >> bomb.txt; trap "" TERM; [ "$depth" -gt 0 ] && { sh ./bomb.sh $((depth - 1)) & sh ./bomb.sh $((depth - 1)) & }; while :; do sleep 1; done\n',
    );
    const failure = failureOf(await folder.run({ command: ["sh", "./bomb.sh", "5"], timeout_ms: 3000 }));
    assert.equal(failure.code, "timeout");
    const pids = await pidsIn("bomb.txt", 2);
    assert.deepEqual(await alive(pids), []);
    // Nobody is left to add to it.
    assert.deepEqual(await pidsIn("bomb.txt", 2), pids);
  });

  it("when the process that runs it exits", posix, async () => {
    await folder.write("stubborn.mjs", stubborn);
    const runner = new URL("../../../src/handlers/handlerRun.ts", import.meta.url).href;
    const handler = {
      kind: "command",
      argv: [node, "./stubborn.mjs", "exit.txt"],
      timeoutMs: 60_000,
      maxOutputBytes: 1000,
      env: {},
      cwd: null,
      onError: "ask",
    };
    const code = `
import { existsSync, readFileSync } from "node:fs";
import { HandlerProcesses } from ${JSON.stringify(runner)};
const processes = new HandlerProcesses({ secrets: { secret: async () => null, env: () => null }, onLog: () => {} });
const place = ${JSON.stringify(join(folder.path, "a.assistant.yaml"))};
void processes.run(${JSON.stringify(handler)}, { id: "c", name: "f", arguments: "{}" }, place, new AbortController().signal);
const file = ${JSON.stringify(join(folder.path, "exit.txt"))};
// The file is there a moment before what is in it.
setInterval(() => existsSync(file) && readFileSync(file, "utf8").endsWith("\\n") && process.exit(0), 20);
`;
    const parent = spawn(process.execPath, [
      "--disable-warning=ExperimentalWarning",
      "--input-type=module",
      "-e",
      code,
    ]);
    await new Promise((resolve) => parent.once("exit", resolve));
    const pids = await pidsIn("exit.txt", 1);
    for (let round = 0; (await alive(pids)).length > 0; round += 1) {
      assert.ok(round < 500, "it still lives");
      await sleep(10);
    }
  });

  it("before it began", async () => {
    const failure = failureOf(await folder.run({ command: [node, "-e", "1"] }, "{}", AbortSignal.abort()));
    assert.equal(failure.code, "cancelled");
  });

  it("may end by itself when it is asked to", posix, async () => {
    const code = `
import { appendFileSync } from "node:fs";
process.on("SIGTERM", () => { appendFileSync("clean.txt", "cleaned\\n"); process.exit(0); });
appendFileSync("clean.txt", "begun\\n");
setInterval(() => {}, 1000);
`;
    const person = new AbortController();
    const running = folder.run({ command: [node, "--input-type=module", "-e", code] }, "{}", person.signal);
    await linesIn("clean.txt", 1);
    person.abort();
    assert.equal(failureOf(await running).code, "cancelled");
    assert.equal(await readFile(join(folder.path, "clean.txt"), "utf8"), "begun\ncleaned\n");
  });
});
