/** What the adapter leaves behind when it is told to end: nothing. */
import assert from "node:assert/strict";
import { readFileSync, rmSync, watch, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";

import { definitionText, openDebugWorld } from "./debugWorld.ts";
import type { DebugTalk, DebugWorld } from "./debugWorld.ts";

let world: DebugWorld;
let talk: DebugTalk;
before(async () => {
  world = await openDebugWorld();
});
after(() => world.close());
afterEach(() => talk.end());

/** Ignores every signal that can be ignored, and says that it has begun. */
const stubborn = `
import { renameSync, writeFileSync } from "node:fs";
for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"]) process.on(signal, () => {});
writeFileSync("pid.part", String(process.pid));
renameSync("pid.part", "pid");
setInterval(() => {}, 1000);
`;

const posix = { skip: process.platform === "win32" ? "signals and process groups of POSIX" : false };

/** Resolves when the handler has written who it is. */
async function handlerPid(path: string): Promise<number> {
  const watcher = watch(world.folder);
  try {
    for (;;) {
      const changed = new Promise((resolve) => watcher.once("change", resolve));
      try {
        return Number(readFileSync(path, "utf8"));
      } catch {
        // Not yet: the folder will change.
      }
      await changed;
    }
  } finally {
    watcher.close();
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP", "the end of its input"] as const)
  test(`at ${signal} handlers end with it, and what the session made is deleted`, posix, async () => {
    const { beta } = world.runtime.client;
    const assistants = async (): Promise<string[]> => (await beta.assistants.list()).data.map(({ id }) => id);
    const before = await assistants();
    writeFileSync(join(world.folder, "stubborn.mjs"), stubborn);
    const definition = join(world.folder, "stubborn.assistant.yaml");
    writeFileSync(
      definition,
      `${definitionText}    handler: { command: [${JSON.stringify(process.execPath)}, ./stubborn.mjs] }\nanswers: handler\n`,
    );
    const pidFile = join(world.folder, "pid");
    rmSync(pidFile, { force: true });
    talk = await world.client();
    world.says([["refund", { amount: 1 }]]);
    await talk.begin("launch", world.launch({ definition, runHandlers: true }));
    const pid = await handlerPid(pidFile);
    assert.notDeepEqual(await assistants(), before);
    const { process: adapter } = talk;
    const exit = new Promise((resolve) => adapter.once("exit", (code) => resolve(code)));
    if (signal === "the end of its input") adapter.stdin?.end();
    else adapter.kill(signal);
    assert.equal(await exit, { SIGTERM: 143, SIGINT: 130, SIGHUP: 129, "the end of its input": 0 }[signal]);
    assert.equal(lives(pid), false);
    assert.deepEqual(await assistants(), before);
  });
