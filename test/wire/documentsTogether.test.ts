/** Two terminals sync the same documents at once: each file is uploaded once. */
import assert from "node:assert/strict";
import { test } from "node:test";

import { documentsCli } from "./documentsCliFixture.ts";

const cli = documentsCli();
const count = 30;

test("two syncs of the same new documents: the second waits, and has nothing to do", async () => {
  for (let index = 0; index < count; index += 1) cli.write(`pages/p${index}.md`, `# Page ${index}\n`);
  const arrived = Promise.withResolvers<void>();
  const go = Promise.withResolvers<void>();
  cli.proxy().fate = (_number, name) => {
    if (name !== "POST /vector_stores") return "pass";
    arrived.resolve();
    return go.promise;
  };
  const first = cli.start(["sync", "--yes"]);
  await arrived.promise;
  // Another machine's cache: what the first has uploaded is not known from there.
  const second = cli.start(["sync", "--yes"], `${cli.cache()}/other`);
  await new Promise<void>((resolve) => {
    second.child.stderr?.on("data", () => resolve());
    second.child.once("close", () => resolve());
    const { fate } = cli.proxy();
    cli.proxy().fate = (number, name) => {
      if (name === "POST /vector_stores") resolve();
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
  assert.equal(await cli.uploads(), count, words);
  assert.equal(Object.keys(await cli.content()).length, count);
  assert.match(ended[1].stderr, /^assistants: assistants docs sync \(process \d+ on .*: waiting for it\.\n$/);
});
