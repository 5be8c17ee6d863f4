/** Two terminals push the same folder at once: each assistant is made once. */
import assert from "node:assert/strict";
import { existsSync, mkdirSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { definitionsCli } from "./definitionsCli.ts";

const cli = definitionsCli();
const count = 20;

test("two pushes of the same new definitions: the second waits, and has nothing to do", async () => {
  const git = join(cli.root(), ".git");
  mkdirSync(git);
  cli.write(".git/HEAD", "ref: refs/heads/main\n");
  for (let index = 0; index < count; index += 1)
    cli.write(`a${index}.assistant.yaml`, `name: A${index}\nmodel: offline\n`);
  const arrived = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  cli.proxy().fate = (_number, name) => {
    if (name !== "POST /assistants") return "pass";
    arrived.resolve();
    return go.promise;
  };
  const first = cli.start("push", "--yes");
  await arrived.promise;
  const second = cli.start("push", "--yes");
  // The first goes on when the second waits, or has ended, or asks for the same.
  await new Promise<void>((resolve) => {
    second.child.stderr?.on("data", () => resolve());
    second.child.once("close", () => resolve());
    const { fate } = cli.proxy();
    cli.proxy().fate = (number, name) => {
      if (name === "POST /assistants") resolve();
      return fate(number, name);
    };
  });
  go.resolve();
  const ended = await Promise.all([first.ended, second.ended]);
  const words = JSON.stringify(ended, null, 1);
  assert.deepEqual(
    ended.map(({ code }) => code),
    [0, 0],
    words,
  );
  const made: (string | null)[] = [];
  for await (const { name } of cli.runtime().client.beta.assistants.list({ limit: 100 })) made.push(name);
  assert.equal(made.length, count, words);
  assert.equal(new Set(made).size, count);
  assert.match(ended[1].stdout, /^Nothing to push\.$/m);
  assert.equal(
    ended[1].stderr.replace(/since [\d:]+\d/, "since TIME"),
    `assistants: assistants push (process ${first.child.pid} on ${hostname()}) is at work in this folder since TIME: waiting for it.\n`,
  );
  assert.equal(existsSync(join(git, "assistants-workbench")), true);
});

test("a push that is killed leaves the next one nothing to wait for", async () => {
  cli.write("a.assistant.yaml", "name: A\nmodel: offline\n");
  const arrived = Promise.withResolvers<void>();
  cli.proxy().fate = (_number, name) => {
    if (name === "POST /assistants") arrived.resolve();
    return name === "POST /assistants" ? new Promise<void>(() => undefined) : "pass";
  };
  const first = cli.start("push", "--yes");
  await arrived.promise;
  first.child.kill("SIGKILL");
  await first.ended;
  cli.proxy().fate = () => "pass";
  const second = await cli.run("push", "--yes");
  assert.deepEqual([second.code, second.stderr], [0, ""], second.stdout);
});
