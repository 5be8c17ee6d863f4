/** Ctrl-C while a server does not answer. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { definitionsCli } from "./definitionsCli.ts";

const cli = definitionsCli();
const posix = { skip: process.platform === "win32" ? "signals of POSIX" : false };

for (const command of [["status"], ["push", "--yes"]])
  test(`the first Ctrl-C ends \`${command.join(" ")}\` that waits for the list`, posix, async () => {
    cli.write("a.assistant.yaml", "name: A\nmodel: offline\n");
    const arrived = Promise.withResolvers<void>();
    cli.proxy().fate = () => {
      arrived.resolve();
      return new Promise(() => undefined);
    };
    const { child, ended } = cli.start(...command);
    await arrived.promise;
    child.kill("SIGINT");
    const { code, stdout, stderr } = await ended;
    assert.deepEqual([code, stdout, stderr], [1, "", "assistants: Stopped: nothing was done.\n"]);
  });
