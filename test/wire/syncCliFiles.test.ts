import assert from "node:assert/strict";
import { chmodSync, readFileSync, readdirSync, readlinkSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";

import { definitionsCli } from "./definitionsCli.ts";

const cli = definitionsCli();

const latin1 = (text: string): Uint8Array => Buffer.from(text, "latin1");
const bytes = (path: string): Buffer => readFileSync(join(cli.root(), path));

async function onlyId(): Promise<string> {
  const [one] = (await cli.runtime().client.beta.assistants.list()).data;
  return one?.id ?? assert.fail("nothing was pushed");
}

describe("what a pull does to files", () => {
  it("writes nothing into a definition that is not UTF-8, and says so", async () => {
    cli.write("x.assistant.yaml", "# caf\nname: X\nmodel: offline\n");
    assert.equal((await cli.run("push", "--yes")).code, 0);
    await cli.runtime().client.beta.assistants.update(await onlyId(), { temperature: 0.5 });
    cli.write("x.assistant.yaml", latin1("# café\nname: X\nmodel: offline\n"));
    const pulled = await cli.run("pull", "--yes");
    assert.equal(pulled.code, 4, pulled.stdout + pulled.stderr);
    assert.match(
      pulled.stdout,
      /^x invalid {2}x\.assistant\.yaml {2}This file cannot be read: it is not in UTF-8\. Save it with that encoding\.$/m,
    );
    assert.deepEqual(bytes("x.assistant.yaml"), Buffer.from(latin1("# café\nname: X\nmodel: offline\n")));
    // As UTF-8 with a byte order mark it is read, and written with it.
    cli.write("x.assistant.yaml", "\uFEFF# café\nname: X\nmodel: offline\n");
    assert.equal((await cli.run("pull", "--yes")).code, 0);
    assert.equal(cli.read("x.assistant.yaml"), "\uFEFF# café\nname: X\nmodel: offline\ntemperature: 0.5\n");
  });

  it("neither sends nor writes an instructions file that is not UTF-8", async () => {
    cli.write("x.assistant.yaml", "name: X\nmodel: offline\ninstructions: { file: ./x.md }\n");
    cli.write("x.md", latin1("Café\n"));
    const pushed = await cli.run("push", "--yes");
    assert.equal(pushed.code, 4, pushed.stdout + pushed.stderr);
    assert.match(pushed.stdout, /\.\/x\.md cannot be read: it is not in UTF-8/);
    assert.equal((await cli.runtime().client.beta.assistants.list()).data.length, 0);
    assert.deepEqual(bytes("x.md"), Buffer.from(latin1("Café\n")));
  });

  it("leaves a definition that is in sync: with a server's line ends, and without a name there", async () => {
    const { assistants } = cli.runtime().client.beta;
    cli.write("x.assistant.yaml", "name: X\nmodel: offline\ninstructions: { file: ./x.md }\n");
    cli.write("x.md", "one\n");
    assert.equal((await cli.run("push", "--yes")).code, 0);
    await assistants.update(await onlyId(), { instructions: "one\r\ntwo\r\n" });
    const nameless = await assistants.create({ model: "offline", instructions: "a\r\nb" });
    const pulled = await cli.run("pull", "--yes", "--all");
    assert.equal(pulled.code, 0, pulled.stdout + pulled.stderr);
    assert.equal(cli.read("x.md"), "one\ntwo\n");
    const status = await cli.run("status");
    assert.deepEqual([status.code, status.stdout.match(/^in sync/gm)?.length], [0, 2], status.stdout);
    assert.match((await cli.run("push", "--yes")).stdout, /^Nothing to push\.$/m);
    assert.equal((await assistants.retrieve(nameless.id)).name, null);
    // Named here, it is named there.
    const path = `${nameless.id.toLowerCase().replaceAll("_", "-")}.assistant.yaml`;
    cli.write(path, cli.read(path).replace(nameless.id, "Named"));
    assert.equal((await cli.run("push", "--yes")).code, 0);
    assert.equal((await assistants.retrieve(nameless.id)).name, "Named");
  });

  it(
    "writes to where a link leads, and keeps a file's mode",
    {
      skip: process.platform === "win32" && "links to files need a right there, and modes are none",
    },
    async () => {
      cli.write("shared/x.yaml", "name: X\nmodel: offline\ninstructions: { file: ./x.md }\n");
      cli.write("shared/x.md", "one\n");
      symlinkSync("shared/x.yaml", join(cli.root(), "x.assistant.yaml"));
      symlinkSync("shared/x.md", join(cli.root(), "x.md"));
      chmodSync(join(cli.root(), "shared", "x.yaml"), 0o775);
      chmodSync(join(cli.root(), "shared", "x.md"), 0o600);
      assert.equal((await cli.run("push", "--yes")).code, 0);
      chmodSync(join(cli.root(), "assistants.lock.json"), 0o660);
      await cli.runtime().client.beta.assistants.update(await onlyId(), { temperature: 0.5, instructions: "two\n" });
      const pulled = await cli.run("pull", "--yes");
      assert.equal(pulled.code, 0, pulled.stdout + pulled.stderr);
      assert.equal(readlinkSync(join(cli.root(), "x.assistant.yaml")), "shared/x.yaml");
      assert.equal(readlinkSync(join(cli.root(), "x.md")), "shared/x.md");
      assert.match(cli.read("shared/x.yaml"), /^temperature: 0\.5$/m);
      assert.equal(cli.read("shared/x.md"), "two\n");
      const mode = (path: string): number => statSync(join(cli.root(), path)).mode & 0o777;
      assert.deepEqual(["shared/x.yaml", "shared/x.md", "assistants.lock.json"].map(mode), [0o775, 0o600, 0o660]);
      assert.deepEqual(readdirSync(join(cli.root(), "shared")), ["x.md", "x.yaml"]);
    },
  );

  it("says of a store definition, too, that it is not UTF-8", async () => {
    cli.write("d.vectorstore.yaml", latin1("name: d\ninclude: [é]\n"));
    const validated = await cli.run("validate");
    assert.equal(validated.code, 4, validated.stdout);
    assert.match(validated.stdout, /^d\.vectorstore\.yaml:1:1: error: This file cannot be read: it is not in UTF-8/);
    const synced = await cli.run("docs", "plan");
    assert.equal(synced.code, 4, synced.stdout);
    assert.match(synced.stderr, /d\.vectorstore\.yaml cannot be read: it is not in UTF-8/);
  });
});
