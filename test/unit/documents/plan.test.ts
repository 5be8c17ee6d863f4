import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { describe, it } from "node:test";

import { pathAttribute } from "../../../src/core/documents/documentAttributes.ts";
import { pathOf, planChanges } from "../../../src/core/documents/documentPlan.ts";
import { appliedText, documentPlanText } from "../../../src/core/documents/documentWords.ts";
import { skipByContent, skipByName } from "../../../src/core/documents/fileRules.ts";
import { patienceMs } from "../../../src/core/documents/readBack.ts";
import { storageCostPerDay } from "../../../src/core/documents/storageCost.ts";
import { storageTerms } from "../../../src/core/documents/storageTerms.ts";
import { ProviderError } from "../../../src/core/provider.ts";
import { DocumentWorld, plainDefinition } from "./documentWorld.ts";

describe("a plan of documents", () => {
  it("sends what is new, and nothing the second time", async () => {
    const world = new DocumentWorld();
    world.write("a.md", "alpha");
    world.write("guide/b.md", "beta");
    world.write("table.xlsx", "x");
    world.write(".env", "KEY=1");
    const plan = await world.plan();
    assert.deepEqual(DocumentWorld.changes(plan), {
      ".env": "skipped",
      "a.md": "new",
      "guide/b.md": "new",
      "table.xlsx": "skipped",
    });
    assert.deepEqual([plan.totals.uploadBytes, plan.totals.tokens, plan.totals.counts.skipped], [9, 3, 2]);
    const applied = await world.sync();
    assert.deepEqual([applied.failures, applied.difference, applied.stopped], [[], [], null]);
    assert.deepEqual(world.content(), { "a.md": "alpha", "guide/b.md": "beta" });
    assert.equal(planChanges(await world.plan()), false);
    world.stores.calls.length = 0;
    await world.sync();
    assert.deepEqual(world.stores.calls, ["retrieveVectorStore", "listStoreFiles"], "only looked at");
  });

  it("a rename, a change of case and swapped contents are told to the store without an upload", async () => {
    const world = new DocumentWorld();
    for (const name of ["a", "b", "c"]) world.write(`${name}.md`, name);
    await world.sync();
    const uploads = world.stores.uploads.size;
    world.delete("a.md");
    world.write("sub/renamed.md", "a");
    world.delete("c.md");
    world.write("C.md", "c");
    assert.deepEqual(DocumentWorld.changes(await world.plan()), { "sub/renamed.md": "renamed", "C.md": "renamed" });
    await world.sync();
    assert.deepEqual(world.content(), { "b.md": "b", "C.md": "c", "sub/renamed.md": "a" });
    world.write("b.md", "c");
    world.write("C.md", "b");
    await world.sync();
    assert.deepEqual(world.content(), { "b.md": "c", "C.md": "b", "sub/renamed.md": "a" });
    assert.equal(world.stores.uploads.size, uploads);
  });

  it("a rename to another type is another file: the name says how it is read", async () => {
    const world = new DocumentWorld();
    world.write("a.txt", "a");
    await world.sync();
    world.delete("a.txt");
    world.write("a.md", "a");
    assert.deepEqual(DocumentWorld.changes(await world.plan()), { "a.md": "new", "a.txt": "removed" });
  });

  it("the old version stays until the new one can be searched", async () => {
    const world = new DocumentWorld();
    world.write("a.md", "one");
    await world.sync();
    world.stores.ingest = (content) => (content === "two" ? "It is encrypted." : null);
    world.write("a.md", "two");
    const failed = await world.sync();
    assert.deepEqual(failed.failures, [{ path: "a.md", message: "It is encrypted." }]);
    assert.equal(world.stores.stores.get(failed.storeId ?? "")?.files.size, 2);
    assert.deepEqual(DocumentWorld.changes(await world.plan()), { "a.md": "failed" });
    assert.deepEqual(DocumentWorld.changes(await world.plan({ retryFailed: true })), { "a.md": "reattach, removed" });
    world.stores.ingest = () => null;
    const retried = await world.sync({ retryFailed: true });
    assert.deepEqual(retried.failures, []);
    await world.sync();
    assert.deepEqual(world.content(), { "a.md": "two" });
    assert.equal(world.stores.stores.get(failed.storeId ?? "")?.files.size, 1);
  });

  it("a file that the server goes on reading is told, not waited for without end, and taken up by the next sync", async () => {
    const world = new DocumentWorld();
    const { stores } = world;
    world.write("a.md", "one");
    world.write("b.md", "other");
    await world.sync();
    stores.slow = (content) => content === "two";
    world.write("a.md", "two");
    world.write("b.md", "another");
    const began = stores.clock.now;
    const stalled = await world.sync();
    assert.ok(stores.clock.now - began >= patienceMs && stores.clock.now - began < 2 * patienceMs);
    assert.deepEqual([stalled.stopped, stalled.failures], [null, []]);
    assert.deepEqual(
      stalled.difference?.map((item) => [item.kind, pathOf(item)]),
      [["reading", "a.md"]],
    );
    assert.deepEqual(stalled.done.map(pathOf), ["b.md"]);
    assert.equal(stores.stores.get(stalled.storeId ?? "")?.files.size, 3, "the old version is there");
    const plan = await world.plan();
    assert.deepEqual([DocumentWorld.changes(plan), planChanges(plan)], [{ "a.md": "reading" }, true]);
    assert.match(documentPlanText(plan, false), /^… reading {3}a\.md {2}the server has not read it yet$/m);
    assert.match(
      appliedText(plan, stalled),
      /^docs: 1 change done, 1 file not read by the server yet, 1 upload left the store and can be cleaned up\. The server read nothing more for a long time, so the sync waits no longer; the next one goes on\.\n\? a\.md: still reading/,
    );
    const again = await world.sync();
    assert.deepEqual([again.difference?.length, again.done], [1, []]);
    stores.slow = () => false;
    const read = await world.sync();
    assert.deepEqual([read.difference, read.failures, read.done.map(pathOf)], [[], [], ["a.md"]]);
    assert.deepEqual(world.content(), { "a.md": "two", "b.md": "another" });
    assert.deepEqual([stores.uploads.size, stores.stores.get(read.storeId ?? "")?.files.size], [4, 2]);
    assert.equal(planChanges(await world.plan()), false);
  });

  it("waits as long as the server reads one file after another, and tells how long nothing has moved", async () => {
    const world = new DocumentWorld();
    const { stores } = world;
    const began = stores.clock.now;
    const each = patienceMs - 60_000;
    for (const index of [1, 2, 3]) world.write(`${index}.md`, String(index));
    stores.slow = (content) => stores.clock.now < began + Number(content) * each;
    let longest = 0;
    const applied = await world.sync({ onProgress: ({ stillMs }) => (longest = Math.max(longest, stillMs)) });
    assert.deepEqual([applied.difference, applied.done.length], [[], 3]);
    assert.ok(stores.clock.now >= began + 3 * each);
    assert.ok(longest > each - 60_000 && longest < patienceMs);
  });

  it("what somebody else has put in is not waited for", async () => {
    const world = new DocumentWorld();
    const { stores } = world;
    world.write("a.md", "mine");
    const { storeId } = await world.sync();
    stores.slow = (content) => content === "theirs";
    const content = { name: "x.md", bytes: 6, chunks: () => Readable.from([Buffer.from("theirs")]) };
    const { id } = await stores.provider.upload(content);
    await stores.provider.attachFiles(storeId ?? "", [{ file_id: id, attributes: {} }]);
    world.write("b.md", "mine, too");
    const began = stores.clock.now;
    const applied = await world.sync();
    assert.deepEqual([applied.difference, applied.done.length], [[], 1]);
    assert.ok(stores.clock.now - began < patienceMs / 2);
  });

  it("attributes go by glob, the last one wins; chunking puts files in anew", async () => {
    const world = new DocumentWorld();
    world.write("a.md", "a");
    world.write("manuals/m.md", "m");
    await world.sync();
    world.definition = {
      ...plainDefinition,
      attributes: { product: "widgets" },
      globAttributes: [{ glob: "manuals", attributes: { product: "gears", year: 2026 } }],
    };
    assert.deepEqual(DocumentWorld.changes(await world.plan()), { "a.md": "attributes", "manuals/m.md": "attributes" });
    const { storeId } = await world.sync();
    const manual = [...(world.stores.stores.get(storeId ?? "")?.files.values() ?? [])].find(
      ({ attributes }) => attributes?.["awb_path"] === "manuals/m.md",
    );
    assert.deepEqual([manual?.attributes?.["product"], manual?.attributes?.["year"]], ["gears", 2026]);
    const chunking = { type: "static", static: { max_chunk_size_tokens: 400, chunk_overlap_tokens: 100 } } as const;
    world.definition = { ...world.definition, chunkingStrategy: chunking };
    assert.deepEqual(DocumentWorld.changes(await world.plan()), { "a.md": "reattach", "manuals/m.md": "reattach" });
    const uploads = world.stores.uploads.size;
    await world.sync();
    assert.equal(planChanges(await world.plan()), false);
    assert.equal(world.stores.uploads.size, uploads);
  });

  it("two stores share one upload; files of one content in one store have one each", async () => {
    const world = new DocumentWorld();
    world.write("a/LICENSE.md", "free");
    world.write("b/LICENSE.md", "free");
    await world.sync();
    assert.equal(world.stores.uploads.size, 2);
    const other = new DocumentWorld(world.stores);
    other.journal = world.journal;
    other.definition = { ...plainDefinition, name: "other" };
    other.write("LICENSE.md", "free");
    await other.sync();
    assert.equal(world.stores.uploads.size, 2);
    assert.deepEqual(other.content(), { "LICENSE.md": "free" });
  });

  it("files that something else put into the store are left alone", async () => {
    const world = new DocumentWorld();
    world.write("a.md", "a");
    const { storeId } = await world.sync();
    const file = await world.stores.provider.upload({
      name: "x.md",
      bytes: 1,
      async *chunks() {
        yield await Promise.resolve(Buffer.from("x"));
      },
    });
    await world.stores.provider.attachFiles(storeId ?? "", [{ file_id: file.id, attributes: {} }]);
    world.delete("a.md");
    assert.equal((await world.plan()).foreign, 1);
    await world.sync();
    assert.equal(world.stores.stores.get(storeId ?? "")?.files.size, 1);
  });

  it("a store that was deleted by somebody else is made anew, with the uploads that are there", async () => {
    const world = new DocumentWorld();
    world.write("a.md", "a");
    const first = await world.sync();
    world.stores.stores.delete(first.storeId ?? "");
    assert.equal((await world.plan()).remade, "gone");
    const again = await world.sync();
    assert.notEqual(again.storeId, first.storeId);
    assert.deepEqual([world.content(), world.stores.uploads.size], [{ "a.md": "a" }, 1]);
  });

  it("a file that changes or goes before its turn is told, and the rest is done", async () => {
    const world = new DocumentWorld();
    for (const name of ["a", "b", "c"]) world.write(`${name}.md`, name);
    const input = await world.input();
    world.write("a.md", "other");
    world.delete("b.md");
    const { applyDocuments } = await import("../../../src/core/documents/applyDocuments.ts");
    const { makeDocumentPlan } = await import("../../../src/core/documents/makeDocumentPlan.ts");
    const { fakePorts } = await import("./fakeStores.ts");
    const applied = await applyDocuments(makeDocumentPlan(input), input, fakePorts(world.stores, world));
    assert.deepEqual(
      applied.failures.map(({ path, message }) => `${path}: ${message}`),
      ["a.md: it was changed meanwhile", "b.md: it was deleted meanwhile"],
    );
    assert.deepEqual(world.content(), { "c.md": "c" });
    await world.sync();
    assert.deepEqual(world.content(), { "a.md": "other", "c.md": "c" });
  });

  it("a storm of 429 is waited out; a stop ends it at once and the next sync goes on", async () => {
    const world = new DocumentWorld();
    for (let index = 0; index < 30; index += 1) world.write(`${index}.md`, `text ${index}`);
    let storm = 40;
    world.stores.before = () => {
      storm -= 1;
      if (storm > 0 && storm % 2 === 0)
        throw new ProviderError("rate_limited", "Slow down.", null, { retryAfterMs: 1000 });
    };
    const controller = new AbortController();
    let uploads = 0;
    world.stores.after = (name) => {
      if (name === "upload" && ++uploads === 10) controller.abort();
    };
    const stopped = await world.sync({ signal: controller.signal });
    assert.equal(stopped.stopped?.cancelled, true);
    world.stores.after = () => undefined;
    await world.sync();
    assert.equal(Object.keys(world.content()).length, 30);
    assert.equal(world.stores.uploads.size, 30, "nothing twice");
  });

  it("one file that the server refuses fails alone", async () => {
    const world = new DocumentWorld();
    for (let index = 0; index < 9; index += 1) world.write(`${index}.md`, `text ${index}`);
    const attach = world.stores.provider.attachFiles.bind(world.stores.provider);
    const refusing = Object.assign(world.stores.provider, {
      attachFiles: (id: string, attachments: Parameters<typeof attach>[1]) => {
        if (attachments.some(({ attributes }) => attributes["awb_path"] === "4.md"))
          throw new ProviderError("invalid", "That one is not welcome.");
        return attach(id, attachments);
      },
    });
    assert.ok(refusing);
    const applied = await world.sync();
    assert.deepEqual(applied.failures, [{ path: "4.md", message: "That one is not welcome." }]);
    assert.equal(applied.done.length, 8);
  });
});

describe("a limit of changes in a minute", () => {
  const count = 700;

  /** When changes of the store were asked for, by the fake clock. */
  async function changesOf(writesPerMinute: number | null, limited = 0): Promise<readonly number[]> {
    const world = new DocumentWorld();
    for (let index = 0; index < count; index += 1) world.write(`${index}.md`, `text ${index}`);
    await world.sync();
    for (let index = 0; index < count; index += 1) world.delete(`${index}.md`);
    const { stores } = world;
    const at: number[] = [];
    stores.before = (name) => {
      if (name !== "detachFile") return;
      at.push(stores.clock.now);
      if (at.length <= limited) throw new ProviderError("rate_limited", "slow down", null, { retryAfterMs: 20_000 });
    };
    const applied = await world.sync({ writesPerMinute });
    assert.deepEqual([applied.stopped, applied.failures, applied.difference], [null, [], []]);
    assert.deepEqual(world.content(), {});
    return at;
  }

  const most = (at: readonly number[]): number =>
    Math.max(...at.map((start) => at.filter((time) => time >= start && time < start + 60_000).length));

  it("is kept in every minute, without a pause where it is not reached", async () => {
    const at = await changesOf(300);
    assert.deepEqual([at.length, most(at)], [count, 300]);
    const [first = 0, last = 0] = [at[0], at.at(-1)];
    assert.equal(last - first, 120_000);
  });

  it("is none where the server has none", async () => {
    const at = await changesOf(null);
    assert.deepEqual([at.length, new Set(at).size], [count, 1]);
  });

  it("counts what the server refused, too", async () => {
    const at = await changesOf(300, 4);
    assert.deepEqual([at.length, most(at)], [count + 4, 300]);
  });
});

describe("rules of documents", () => {
  it("says why a file is not uploaded", () => {
    const reason = (path: string, bytes = 1): string | undefined => skipByName(path, bytes)?.reason;
    assert.deepEqual(
      ["a/.env", ".env.local", "id_rsa", "server.pem", "x.xlsx", "Makefile", "a.md", "A.MD"].map((path) =>
        reason(path),
      ),
      ["secret", "secret", "secret", "secret", "type", "type", undefined, undefined],
    );
    assert.deepEqual([reason("a.md", 0), reason("a.md", 512 * 1024 * 1024 + 1)], ["empty", "too large"]);
    assert.equal(reason(".env.example"), "type");
    assert.match(skipByContent({ kind: "secret", what: "a private key" })?.message ?? "", /allow_secrets/);
  });

  it("a path is one attribute, however long and however its letters are composed", () => {
    assert.equal(pathAttribute("e\u0301.md"), "é.md");
    const [one, other] = [pathAttribute(`a/${"x".repeat(600)}.md`), pathAttribute(`b/${"x".repeat(600)}.md`)];
    assert.deepEqual([one.length <= 512, other.length <= 512, one === other], [true, true, false]);
    assert.ok(one.endsWith("xxx.md"));
    const emoji = pathAttribute("😀".repeat(400));
    assert.equal(emoji.isWellFormed(), true);
  });

  it("a store on OpenAI costs something and takes 300 changes a minute; one of this computer or another server does not", () => {
    const openAi = { paid: true, writesPerMinute: 300 };
    const free = { paid: false, writesPerMinute: null };
    assert.deepEqual(
      ["https://api.openai.com/v1", "http://127.0.0.1:8080/v1", "https://api.openai.com.example/v1", null].map(
        storageTerms,
      ),
      [openAi, free, free, free],
    );
  });

  it("storage costs nothing up to a GB, and ten cents a day for each more", () => {
    assert.deepEqual([storageCostPerDay(999_999_999), storageCostPerDay(3_000_000_000)], [0, 0.2]);
  });
});
