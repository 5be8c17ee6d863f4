import assert from "node:assert/strict";
import { join, relative } from "node:path";
import { after, before, describe, it } from "node:test";

import { handlerExplained, readHandler } from "../../../src/core/answers/handler.ts";
import type { Handler } from "../../../src/core/answers/handler.ts";
import type { ToolHandler } from "../../../src/core/definition/definition.ts";
import { agreedFiles, agreementHash } from "../../../src/handlers/agreedFiles.ts";
import { handlerFolder, node, outputOf } from "./handlerFixture.ts";
import type { HandlerFolder } from "./handlerFixture.ts";

let folder: HandlerFolder;
let place: string;
before(async () => {
  folder = await handlerFolder();
  place = join(folder.path, "a.assistant.yaml");
  await folder.write("tools/run.sh", "#!/bin/sh\n");
  await folder.write("a.mjs", "console.log('beside')");
  await folder.write("sub/a.mjs", "console.log('below')");
  await folder.write("sub/pack/one.py", "");
  await folder.write("sub/main/index.js", "");
});
after(() => folder.remove());

function handlerOf(raw: ToolHandler): Handler {
  const read = readHandler(raw);
  assert.ok(read.valid, read.valid ? "" : read.reason);
  return read.handler;
}

async function filesOf(raw: ToolHandler): Promise<readonly string[]> {
  const files = await agreedFiles(handlerOf(raw), place);
  return files.map(({ path }) => relative(folder.path, path).replaceAll("\\", "/")).toSorted();
}

describe("an agreement to a handler", () => {
  it("covers the files that it runs, wherever it names them and from where its process looks for them", async () => {
    const cases: readonly (readonly [ToolHandler, readonly string[]])[] = [
      [{ command: ["tools/run.sh"] }, ["tools/run.sh"]],
      [{ command: ["./tools/run.sh"], cwd: "./sub" }, ["tools/run.sh"]],
      [{ command: ["node", "a.mjs"] }, ["a.mjs"]],
      [{ command: ["node", "a.mjs"], cwd: "./sub" }, ["sub/a.mjs"]],
      [{ command: ["node", "--import=./sub/a.mjs", "-e", "1"] }, ["sub/a.mjs"]],
      [{ command: ["node", "-r./sub/a.mjs", "-e", "1"] }, ["sub/a.mjs"]],
      [{ command: ["node", "-e", "import('./sub/a.mjs')"] }, ["sub/a.mjs"]],
      [{ command: ["node", "main"], cwd: "sub" }, ["sub/main/index.js"]],
      [{ command: ["sh", "-c", "cd tools; exec tools/run.sh --x"] }, ["tools/run.sh"]],
      [{ command: ["python3", "-m", "pack.one"], cwd: "sub" }, ["sub/pack/one.py"]],
      [{ command: ["node", "-e", "1"], env: { NODE_OPTIONS: "--import ./sub/a.mjs" } }, ["sub/a.mjs"]],
      [{ command: ["node", "--verbose", "words that are no file"] }, []],
      [{ module: { file: "./a.mjs" }, cwd: "./sub" }, ["a.mjs"]],
      [{ http: { url: "https://orders.example/a.mjs" } }, []],
    ];
    for (const [raw, files] of cases) assert.deepEqual(await filesOf(raw), files, JSON.stringify(raw));
  });

  it("ends when one of them changes, appears or goes", async () => {
    const handler = handlerOf({ command: ["node", "late.mjs"], cwd: "./sub" });
    const hashes = [await agreementHash(handler, place)];
    await folder.write("late.mjs", "elsewhere");
    assert.equal(await agreementHash(handler, place), hashes[0]);
    for (const text of ["one", "two"]) {
      await folder.write("sub/late.mjs", text);
      hashes.push(await agreementHash(handler, place));
    }
    assert.equal(new Set(hashes).size, 3);
  });

  it("is to the files that run: the same ones that the process takes", async () => {
    const raw: ToolHandler = { command: [node, "a.mjs"], cwd: "./sub" };
    assert.equal(outputOf(await folder.run(raw)), "below");
    assert.ok((await filesOf(raw)).includes("sub/a.mjs"));
  });
});

describe("the question before a handler runs", () => {
  const explained = (raw: ToolHandler): string => handlerExplained(handlerOf(raw), "/w/a.assistant.yaml", "/w");

  it("has the headers of a request as they are written, and names secrets and variables that go along", () => {
    const text = explained({
      http: {
        url: "https://orders.example/x",
        headers: { Authorization: "Bearer ${secret:orders-api}", X: "${env:MY_PRIVATE}" },
      },
    });
    assert.match(text, /^POST https:\/\/orders\.example\/x$/m);
    assert.match(text, /^Headers: Authorization: Bearer \$\{secret:orders-api\}, X: \$\{env:MY_PRIVATE\}$/m);
    assert.match(text, /^Secrets: orders-api$/m);
    assert.match(text, /^From your environment: MY_PRIVATE$/m);
  });

  it("has the command, its folder and its variables, and no value makes a line of its own", () => {
    const text = explained({ command: ["node", "./a.mjs"], env: { KEY: "${env:TOKEN}", NOTE: "x\nSecrets: none" } });
    assert.match(text, /^node \.\/a\.mjs$/m);
    assert.match(text, /^In: \/w$/m);
    assert.match(text, /^Variables: KEY=\$\{env:TOKEN\}, NOTE=x Secrets: none$/m);
    assert.match(text, /^From your environment: TOKEN$/m);
    assert.doesNotMatch(text, /^Secrets/m);
  });
});
