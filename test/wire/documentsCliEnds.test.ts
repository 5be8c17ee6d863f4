import assert from "node:assert/strict";
import { it } from "node:test";

import { documentsCli } from "./documentsCliFixture.ts";

/** `assistants docs sync`, ended before its end. */
const cli = documentsCli();

it("killed at any moment: the next sync goes on, and nothing is uploaded twice", async () => {
  for (let index = 0; index < 8; index += 1) cli.write(`pages/${index}.md`, `Page ${index}.`);
  for (const at of [1, 4, 9, 11]) {
    await cli.forget();
    const { promise, resolve } = Promise.withResolvers<void>();
    cli.proxy().fate = (number) => {
      if (number === at) resolve();
      return "pass";
    };
    const { child, ended } = cli.start(["sync", "--yes"]);
    await Promise.race([promise, ended]);
    child.kill("SIGKILL");
    await ended;
    cli.proxy().fate = () => "pass";
    const second = await cli.run("sync", "--yes");
    assert.equal(second.code, 0, `killed at ${at}: ${second.stdout}${second.stderr}`);
    assert.equal(Object.keys(await cli.content()).length, 8, `killed at ${at}`);
    assert.equal(await cli.uploads(), 8, `killed at ${at}`);
    assert.equal((await cli.runtime().client.vectorStores.list()).data.length, 1, `killed at ${at}`);
  }
});

it("stops at once on Ctrl-C, though a request waits; the next sync goes on", async () => {
  for (let index = 0; index < 8; index += 1) cli.write(`pages/${index}.md`, `Page ${index}.`);
  const reached = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  cli.proxy().fate = (_number, name) => {
    if (name !== "POST /files") return "pass";
    reached.resolve();
    return held.promise;
  };
  const { child, ended } = cli.start(["sync", "--yes"]);
  await reached.promise;
  child.kill("SIGINT");
  const { code, stdout } = await ended;
  held.resolve();
  assert.equal(code, 1);
  assert.match(stdout, /Stopped\. What was done stays/);
  cli.proxy().fate = () => "pass";
  await cli.synced();
  assert.equal(Object.keys(await cli.content()).length, 8);
});

it("a store that somebody deletes meanwhile is told, and made anew by the next sync", async () => {
  cli.write("pages/a.md", "A.");
  await cli.synced();
  const id = cli.storeId();
  for (let index = 0; index < 4; index += 1) cli.write(`pages/${index}.md`, `Page ${index}.`);
  cli.proxy().fate = (_number, name) =>
    name.endsWith("/file_batches")
      ? cli
          .runtime()
          .client.vectorStores.delete(id)
          .then(() => undefined)
      : "pass";
  const first = await cli.run("sync", "--yes");
  cli.proxy().fate = () => "pass";
  assert.equal(first.code, 1);
  assert.match(first.stdout, /was deleted on the connection meanwhile/);
  assert.match(await cli.synced(), /it is made anew/);
  assert.equal(Object.keys(await cli.content()).length, 5);
  assert.equal(await cli.uploads(), 5);
});
