import assert from "node:assert/strict";
import { mkdtempSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";

import { documentsCli } from "./documentsCliFixture.ts";

/** `assistants docs` against the real runtime. */
const cli = documentsCli();

it("plans, does nothing without a terminal and --yes, syncs, and has nothing to do then", async () => {
  cli.write("pages/one.md", "# One\nThe first page.");
  cli.write("pages/api/zwei ü.txt", "The second page.");
  cli.write("pages/table.xlsx", "no");
  const plan = await cli.run("plan");
  assert.equal(plan.code, 2, plan.stderr);
  assert.match(plan.stdout, /^\+ new {7}pages\/one\.md {2}21 B$/m);
  assert.match(plan.stdout, /^! skipped {3}pages\/table\.xlsx: file search does not read \.xlsx files$/m);
  assert.match(plan.stdout, /^2 new, 1 skipped\. 37 B to upload\.$/m);
  const refused = await cli.run("sync");
  assert.deepEqual(
    [refused.code, refused.stderr],
    [1, "assistants: Nothing was done: without a terminal, say --yes.\n"],
  );
  assert.equal(await cli.uploads(), 0);
  await cli.synced();
  assert.deepEqual(await cli.content(), {
    "pages/one.md": "# One\nThe first page.",
    "pages/api/zwei ü.txt": "The second page.",
  });
  const files = await cli.runtime().client.vectorStores.files.list(cli.storeId());
  const api = files.data.find(({ attributes }) => attributes?.["part"] === "api");
  assert.equal(api?.attributes?.["product"], "widgets");
  assert.equal((await cli.run("plan")).code, 0);
  cli.proxy().seen.length = 0;
  await cli.synced();
  assert.equal(cli.proxy().seen.filter((name) => !name.startsWith("GET")).length, 0);
  const json = JSON.parse((await cli.run("plan", "--json")).stdout) as {
    stores: { items: unknown[]; storeId: string }[];
  };
  assert.deepEqual([json.stores[0]?.items.length, json.stores[0]?.storeId], [1, cli.storeId()]);
});

it("sends nothing that is there, from another computer either; a rename and a second store send nothing", async () => {
  for (let index = 0; index < 5; index += 1) cli.write(`pages/${index}.md`, `Page ${index}.`);
  await cli.synced();
  const elsewhere = mkdtempSync(join(tmpdir(), "docs-elsewhere-"));
  const there = await cli.start(["plan"], elsewhere).ended;
  assert.equal(there.code, 0, there.stdout);
  renameSync(join(cli.root(), "pages/1.md"), join(cli.root(), "pages/renamed.md"));
  cli.write("more.vectorstore.yaml", "name: more\ninclude: [pages/0.md, pages/2.md]\n");
  const both = await cli.start(["sync", "--yes"], elsewhere).ended;
  assert.equal(both.code, 0, both.stdout + both.stderr);
  assert.match(both.stdout, /^> renamed {3}pages\/renamed\.md {2}from pages\/1\.md$/m);
  assert.equal(await cli.uploads(), 5);
  assert.equal((await cli.content())["pages/renamed.md"], "Page 1.");
  rmSync(elsewhere, { recursive: true, force: true });
});

it("uploads that no store has any more are cleaned up when it is asked for", async () => {
  cli.write("pages/a.md", "First.");
  cli.write("pages/b.md", "Stays.");
  await cli.synced();
  cli.write("pages/a.md", "Second.");
  assert.match(await cli.synced(), /1 upload left the store and can be cleaned up/);
  assert.deepEqual(await cli.content(), { "pages/a.md": "Second.", "pages/b.md": "Stays." });
  assert.equal(await cli.uploads(), 3);
  assert.equal((await cli.run("clean")).code, 1);
  assert.deepEqual(JSON.parse((await cli.run("clean", "--yes", "--json")).stdout), { deleted: 1 });
  assert.equal(await cli.uploads(), 2);
  assert.equal((await cli.run("plan")).code, 0);
});

it("an upload that a code interpreter uses is not cleaned up: an assistant's, and a thread's", async () => {
  const { assistants, threads } = cli.runtime().client.beta;
  for (const name of ["a", "b", "c"]) cli.write(`pages/${name}.md`, `First ${name}.`);
  await cli.synced();
  const [one, two, three] = (await cli.runtime().client.vectorStores.files.list(cli.storeId())).data;
  assert.ok(one && two && three);
  for (const name of ["a", "b", "c"]) cli.write(`pages/${name}.md`, `Second ${name}.`);
  await cli.synced();
  const assistant = await assistants.create({
    model: "offline",
    tools: [{ type: "code_interpreter" }],
    tool_resources: { code_interpreter: { file_ids: [one.id] } },
  });
  const thread = await threads.create({ tool_resources: { code_interpreter: { file_ids: [two.id] } } });
  const { stdout } = await cli.run("clean", "--yes");
  assert.equal(stdout, `1 upload(s) that nothing on the connection has any more: ${three.id}\n1 deleted.\n`);
  await assistants.delete(assistant.id);
  await threads.delete(thread.id);
  assert.deepEqual(JSON.parse((await cli.run("clean", "--yes", "--json")).stdout), { deleted: 2 });
  assert.equal(await cli.uploads(), 3);
});

it("a file that the server cannot read is told with its reason, and tried again only when that is asked for", async () => {
  cli.write("pages/good.md", "Good.");
  cli.write("pages/blank.md", " \n \n");
  const first = await cli.run("sync", "--yes");
  assert.equal(first.code, 1);
  assert.match(first.stdout, /^x pages\/blank\.md: There is no text in the file\.$/m);
  const again = await cli.run("sync", "--yes");
  assert.equal(again.code, 3, again.stdout);
  assert.match(again.stdout, /^x failed {4}pages\/blank\.md: There is no text/m);
  assert.equal((await cli.run("plan", "--retry-failed")).code, 2);
});

it("says what is wrong with the definition, the name or the connection, in one line", async () => {
  cli.write("pages/a.md", "A.");
  cli.write("bad/x.vectorstore.yaml", "name: x\n");
  const invalid = await cli.run("plan");
  assert.deepEqual([invalid.code, /^assistants: bad\/x\.vectorstore\.yaml: [^\n]+\n$/.test(invalid.stderr)], [4, true]);
  assert.equal((await cli.run("plan", "docs")).code, 2);
  for (const args of [["fly"], ["plan", "nothing"], []]) {
    const { code, stderr } = await cli.run(...args);
    assert.equal(code, 1);
    assert.match(stderr, /^assistants: [^\n]+\n$/);
  }
});

it("a lost lock: the store is found by its mark; when there are two, it asks which", async () => {
  cli.write("pages/a.md", "A.");
  await cli.synced();
  const id = cli.storeId();
  rmSync(join(cli.root(), "assistants.lock.json"));
  assert.equal((await cli.run("plan")).code, 0);
  const marker = (await cli.runtime().client.vectorStores.retrieve(id)).metadata;
  await cli.runtime().client.vectorStores.create({ name: "docs", metadata: { ...marker } });
  const asked = await cli.run("sync", "--yes");
  assert.equal(asked.code, 3);
  assert.match(asked.stderr, /--link docs=ID/);
  await cli.synced("--link", `docs=${id}`);
  assert.equal((await cli.run("plan", "--link", `docs=${id}`)).code, 0);
});
