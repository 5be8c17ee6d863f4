import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";
import { fileURLToPath } from "node:url";

import { startFaultyProxy } from "./faultyProxy.ts";
import type { FaultyProxy } from "./faultyProxy.ts";
import { startRuntime } from "./runtimeProcess.ts";
import type { RuntimeProcess } from "./runtimeProcess.ts";

const entry = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

describe("assistants docs against the real runtime", () => {
  let runtime: RuntimeProcess;
  let proxy: FaultyProxy;
  let root: string;
  let cache: string;

  const start = (args: readonly string[], cacheDir = cache): { child: ChildProcess; ended: Promise<Ended> } => {
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", entry, "docs", ...args], {
      cwd: root,
      env: {
        ...process.env,
        ASSISTANTS_API_KEY: runtime.key,
        ASSISTANTS_CONNECTION: "test",
        ASSISTANTS_BASE_URL: proxy.url,
        ASSISTANTS_CACHE_DIR: cacheDir,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
    const ended = new Promise<Ended>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve({ code, stdout, stderr }));
    });
    return { child, ended };
  };
  const run = (...args: readonly string[]): Promise<Ended> => start(args).ended;
  const synced = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await run("sync", "--yes", ...args);
    assert.equal(code, 0, stdout + stderr);
    return stdout;
  };
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  const storeId = (): string => {
    const lock = JSON.parse(readFileSync(join(root, "assistants.lock.json"), "utf8")) as {
      connections: { test: { stores: Record<string, { id: string }> } };
    };
    return lock.connections.test.stores["docs"]?.id ?? "";
  };
  /** Path → text of what the store has, as it was read. */
  const content = async (id = storeId()): Promise<Record<string, string>> => {
    const found: Record<string, string> = {};
    for await (const file of runtime.client.vectorStores.files.list(id)) {
      const text: string[] = [];
      for await (const part of runtime.client.vectorStores.files.content(file.id, { vector_store_id: id }))
        text.push(part.text ?? "");
      found[String(file.attributes?.["awb_path"])] = text.join("");
    }
    return found;
  };
  const uploads = async (): Promise<number> => {
    let count = 0;
    for await (const file of runtime.client.files.list()) count += file.id === "" ? 0 : 1;
    return count;
  };

  before(async () => {
    runtime = await startRuntime();
    proxy = await startFaultyProxy(runtime.url);
  });
  after(async () => {
    proxy.close();
    await runtime.stop();
  });
  beforeEach(async () => {
    for await (const { id } of runtime.client.files.list()) await runtime.client.files.delete(id);
    for await (const { id } of runtime.client.vectorStores.list()) await runtime.client.vectorStores.delete(id);
    proxy.fate = () => "pass";
    proxy.seen.length = 0;
    root = mkdtempSync(join(tmpdir(), "docs-"));
    cache = mkdtempSync(join(tmpdir(), "docs-cache-"));
    write(
      "docs.vectorstore.yaml",
      "name: docs\ninclude:\n  - pages\n  - { glob: 'pages/api/**', attributes: { part: api } }\nattributes: { product: widgets }\n",
    );
  });
  afterEach(() => {
    for (const folder of [root, cache]) rmSync(folder, { recursive: true, force: true });
  });

  it("plans, does nothing without a terminal and --yes, syncs, and has nothing to do then", async () => {
    write("pages/one.md", "# One\nThe first page.");
    write("pages/api/zwei ü.txt", "The second page.");
    write("pages/table.xlsx", "no");
    const plan = await run("plan");
    assert.equal(plan.code, 2, plan.stderr);
    assert.match(plan.stdout, /^\+ new {7}pages\/one\.md {2}21 B$/m);
    assert.match(plan.stdout, /^! skipped {3}pages\/table\.xlsx: file search does not read \.xlsx files$/m);
    assert.match(plan.stdout, /^2 new, 1 skipped\. 37 B to upload\.$/m);
    const refused = await run("sync");
    assert.deepEqual(
      [refused.code, refused.stderr],
      [1, "assistants: Nothing was done: without a terminal, say --yes.\n"],
    );
    assert.equal(await uploads(), 0);
    await synced();
    assert.deepEqual(await content(), {
      "pages/one.md": "# One\nThe first page.",
      "pages/api/zwei ü.txt": "The second page.",
    });
    const files = await runtime.client.vectorStores.files.list(storeId());
    const api = files.data.find(({ attributes }) => attributes?.["part"] === "api");
    assert.equal(api?.attributes?.["product"], "widgets");
    assert.equal((await run("plan")).code, 0);
    proxy.seen.length = 0;
    await synced();
    assert.equal(proxy.seen.filter((name) => !name.startsWith("GET")).length, 0);
    const json = JSON.parse((await run("plan", "--json")).stdout) as {
      stores: { items: unknown[]; storeId: string }[];
    };
    assert.deepEqual([json.stores[0]?.items.length, json.stores[0]?.storeId], [1, storeId()]);
  });

  it("sends nothing that is there, from another computer either; a rename and a second store send nothing", async () => {
    for (let index = 0; index < 5; index += 1) write(`pages/${index}.md`, `Page ${index}.`);
    await synced();
    const elsewhere = mkdtempSync(join(tmpdir(), "docs-elsewhere-"));
    const there = await start(["plan"], elsewhere).ended;
    assert.equal(there.code, 0, there.stdout);
    renameSync(join(root, "pages/1.md"), join(root, "pages/renamed.md"));
    write("more.vectorstore.yaml", "name: more\ninclude: [pages/0.md, pages/2.md]\n");
    const both = await start(["sync", "--yes"], elsewhere).ended;
    assert.equal(both.code, 0, both.stdout + both.stderr);
    assert.match(both.stdout, /^> renamed {3}pages\/renamed\.md {2}from pages\/1\.md$/m);
    assert.equal(await uploads(), 5);
    assert.equal((await content())["pages/renamed.md"], "Page 1.");
    rmSync(elsewhere, { recursive: true, force: true });
  });

  it("uploads that no store has any more are cleaned up when it is asked for", async () => {
    write("pages/a.md", "First.");
    write("pages/b.md", "Stays.");
    await synced();
    write("pages/a.md", "Second.");
    assert.match(await synced(), /1 upload left the store and can be cleaned up/);
    assert.deepEqual(await content(), { "pages/a.md": "Second.", "pages/b.md": "Stays." });
    assert.equal(await uploads(), 3);
    assert.equal((await run("clean")).code, 1);
    assert.deepEqual(JSON.parse((await run("clean", "--yes", "--json")).stdout), { deleted: 1 });
    assert.equal(await uploads(), 2);
    assert.equal((await run("plan")).code, 0);
  });

  it("a file that the server cannot read is told with its reason, and tried again only when that is asked for", async () => {
    write("pages/good.md", "Good.");
    write("pages/blank.md", " \n \n");
    const first = await run("sync", "--yes");
    assert.equal(first.code, 1);
    assert.match(first.stdout, /^x pages\/blank\.md: There is no text in the file\.$/m);
    const again = await run("sync", "--yes");
    assert.equal(again.code, 3, again.stdout);
    assert.match(again.stdout, /^x failed {4}pages\/blank\.md: There is no text/m);
    assert.equal((await run("plan", "--retry-failed")).code, 2);
  });

  it("says what is wrong with the definition, the name or the connection, in one line", async () => {
    write("pages/a.md", "A.");
    write("bad/x.vectorstore.yaml", "name: x\n");
    const invalid = await run("plan");
    assert.deepEqual(
      [invalid.code, /^assistants: bad\/x\.vectorstore\.yaml: [^\n]+\n$/.test(invalid.stderr)],
      [4, true],
    );
    assert.equal((await run("plan", "docs")).code, 2);
    for (const args of [["fly"], ["plan", "nothing"], []]) {
      const { code, stderr } = await run(...args);
      assert.equal(code, 1);
      assert.match(stderr, /^assistants: [^\n]+\n$/);
    }
  });

  it("a lost lock: the store is found by its mark; when there are two, it asks which", async () => {
    write("pages/a.md", "A.");
    await synced();
    const id = storeId();
    rmSync(join(root, "assistants.lock.json"));
    assert.equal((await run("plan")).code, 0);
    const marker = (await runtime.client.vectorStores.retrieve(id)).metadata;
    await runtime.client.vectorStores.create({ name: "docs", metadata: { ...marker } });
    const asked = await run("sync", "--yes");
    assert.equal(asked.code, 3);
    assert.match(asked.stderr, /--link docs=ID/);
    await synced("--link", `docs=${id}`);
    assert.equal((await run("plan", "--link", `docs=${id}`)).code, 0);
  });

  it("killed at any moment: the next sync goes on, and nothing is uploaded twice", async () => {
    for (let index = 0; index < 8; index += 1) write(`pages/${index}.md`, `Page ${index}.`);
    for (const at of [1, 4, 9, 11]) {
      for await (const file of runtime.client.files.list()) await runtime.client.files.delete(file.id);
      for await (const store of runtime.client.vectorStores.list()) await runtime.client.vectorStores.delete(store.id);
      rmSync(cache, { recursive: true, force: true });
      rmSync(join(root, "assistants.lock.json"), { force: true });
      proxy.seen.length = 0;
      const { promise, resolve } = Promise.withResolvers<void>();
      proxy.fate = (number) => {
        if (number === at) resolve();
        return "pass";
      };
      const { child, ended } = start(["sync", "--yes"]);
      await Promise.race([promise, ended]);
      child.kill("SIGKILL");
      await ended;
      proxy.fate = () => "pass";
      const second = await run("sync", "--yes");
      assert.equal(second.code, 0, `killed at ${at}: ${second.stdout}${second.stderr}`);
      assert.equal(Object.keys(await content()).length, 8, `killed at ${at}`);
      assert.equal(await uploads(), 8, `killed at ${at}`);
      assert.equal((await runtime.client.vectorStores.list()).data.length, 1, `killed at ${at}`);
    }
  });

  it("stops at once on Ctrl-C, though a request waits; the next sync goes on", async () => {
    for (let index = 0; index < 8; index += 1) write(`pages/${index}.md`, `Page ${index}.`);
    const reached = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    proxy.fate = (_number, name) => {
      if (name !== "POST /files") return "pass";
      reached.resolve();
      return held.promise;
    };
    const { child, ended } = start(["sync", "--yes"]);
    await reached.promise;
    child.kill("SIGINT");
    const { code, stdout } = await ended;
    held.resolve();
    assert.equal(code, 1);
    assert.match(stdout, /Stopped\. What was done stays/);
    proxy.fate = () => "pass";
    await synced();
    assert.equal(Object.keys(await content()).length, 8);
  });

  it("a store that somebody deletes meanwhile is told, and made anew by the next sync", async () => {
    write("pages/a.md", "A.");
    await synced();
    const id = storeId();
    for (let index = 0; index < 4; index += 1) write(`pages/${index}.md`, `Page ${index}.`);
    proxy.fate = (_number, name) =>
      name.endsWith("/file_batches") ? runtime.client.vectorStores.delete(id).then(() => undefined) : "pass";
    const first = await run("sync", "--yes");
    proxy.fate = () => "pass";
    assert.equal(first.code, 1);
    assert.match(first.stdout, /was deleted on the connection meanwhile/);
    assert.match(await synced(), /it is made anew/);
    assert.equal(Object.keys(await content()).length, 5);
    assert.equal(await uploads(), 5);
  });
});
