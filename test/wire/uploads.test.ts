/** Uploads that are large, that break off, and that are cut by `kill -9`. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { request, type ClientRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { test } from "node:test";
import { storedContents, until, uploadText } from "./fileFixtures.ts";
import { startRuntime, type RuntimeProcess } from "./runtimeProcess.ts";

const head = [
  '--b\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nassistants\r\n',
  '--b\r\ncontent-disposition: form-data; name="file"; filename="big.txt"\r\n\r\n',
].join("");
const tail = "\r\n--b--\r\n";

function openUpload(runtime: RuntimeProcess): ClientRequest {
  return request(`${runtime.url}/files`, {
    method: "POST",
    headers: { authorization: `Bearer ${runtime.key}`, "content-type": "multipart/form-data; boundary=b" },
  });
}

/** Begins an upload that does not end, and waits until some of it is on disk. */
async function beginUpload(runtime: RuntimeProcess): Promise<ClientRequest> {
  const before = storedContents(runtime);
  const upload = openUpload(runtime);
  upload.on("error", () => undefined);
  upload.write(head + "half of it ".repeat(100_000));
  await until(() => {
    const [begun] = storedContents(runtime).filter((name) => !before.includes(name));
    return begun !== undefined && statSync(join(runtime.dataDir, "files", begun)).size > 0;
  });
  return upload;
}

/** A number out of the runtime's database, while it runs or after. */
function inDatabase(runtime: RuntimeProcess, sql: string): number {
  const database = new DatabaseSync(join(runtime.dataDir, "runtime.db"), { readOnly: true });
  try {
    return Number(database.prepare(sql).get()?.["n"]);
  } finally {
    database.close();
  }
}

/** The most memory that the process ever held, in megabytes, as the system counted it. */
function peakMegabytes(pid: number | undefined): number {
  const kilobytes = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) / 1024;
}

test(
  "200 MB go to disk and back without being held in memory",
  { skip: process.platform !== "linux" && "needs /proc" },
  async () => {
    const runtime = await startRuntime();
    try {
      const block = Buffer.alloc(1024 * 1024, "0123456789abcde\n");
      const sent = createHash("sha256");
      const blocks = function* (): Generator<Buffer> {
        yield Buffer.from(head);
        for (let at = 0; at < 200; at++) {
          block.writeUInt32BE(at);
          sent.update(block);
          yield Buffer.from(block);
        }
        yield Buffer.from(tail);
      };
      const upload = openUpload(runtime);
      const answered = new Promise<{ id: string; bytes: number }>((resolve, reject) => {
        upload.once("error", reject);
        upload.once("response", (response) => {
          let text = "";
          response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
          response.on("end", () => resolve(JSON.parse(text) as { id: string; bytes: number }));
        });
      });
      await pipeline(Readable.from(blocks()), upload);
      const file = await answered;
      assert.equal(file.bytes, 200 * 1024 * 1024);
      const received = createHash("sha256");
      const { body } = await runtime.client.files.content(file.id);
      for await (const chunk of body ?? []) received.update(chunk);
      assert.equal(received.digest("hex"), sent.digest("hex"));
      const peak = peakMegabytes(runtime.child.pid);
      assert.ok(peak > 20 && peak < 300, `the runtime held ${Math.round(peak)} MB`);
    } finally {
      await runtime.stop();
    }
  },
);

test("an upload that breaks off leaves nothing, and the server goes on", async () => {
  const runtime = await startRuntime();
  try {
    const kept = await uploadText(runtime.client, "kept.txt", "still here");
    const upload = await beginUpload(runtime);
    upload.destroy();
    await until(() => storedContents(runtime).length === 1);
    assert.deepEqual(
      (await runtime.client.files.list()).data.map((file) => file.id),
      [kept],
    );
    assert.equal(await (await runtime.client.files.content(kept)).text(), "still here");
  } finally {
    await runtime.stop();
  }
});

test("kill -9 during an upload: what was acknowledged is there, what was not has left nothing", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "uploads-"));
  try {
    const first = await startRuntime({ dataDir });
    const kept = await uploadText(first.client, "kept.txt", "acknowledged");
    await beginUpload(first);
    await first.kill();
    assert.equal(storedContents(first).length, 2);
    const second = await startRuntime({ dataDir });
    try {
      assert.deepEqual(storedContents(second), [kept]);
      assert.deepEqual(
        (await second.client.files.list()).data.map((file) => file.id),
        [kept],
      );
      assert.equal(await (await second.client.files.content(kept)).text(), "acknowledged");
      assert.match(second.log(), /removed the content of 1 uploads that were never finished/);
    } finally {
      await second.stop();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});

test("kill -9 while files are read into a store: they are read again, and each chunk is there once", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "ingest-"));
  try {
    const first = await startRuntime({ dataDir });
    const sentence = (at: number): string => `Paragraph ${at} is about the lighthouse keeper and entry number${at}.\n`;
    const text = Array.from({ length: 60_000 }, (_, at) => sentence(at)).join("");
    const file = await uploadText(first.client, "log.txt", text);
    const small = await uploadText(first.client, "small.txt", "a periwinkle");
    const store = await first.client.vectorStores.create({ file_ids: [file, small] });
    assert.equal(store.status, "in_progress");
    await until(() => inDatabase(first, "SELECT COUNT(*) AS n FROM chunks") > 20);
    await first.kill();
    const waiting = "SELECT COUNT(*) AS n FROM objects WHERE kind = 'vector_store_file' AND status = 'in_progress'";
    assert.equal(inDatabase(first, waiting), 2, "it was killed too late");
    const second = await startRuntime({ dataDir });
    try {
      const { vectorStores } = second.client;
      const read = await vectorStores.files.poll(store.id, file);
      assert.equal(read.status, "completed");
      assert.equal((await vectorStores.files.poll(store.id, small)).status, "completed");
      const pages = [];
      for await (const page of vectorStores.files.content(file, { vector_store_id: store.id })) pages.push(page.text);
      assert.equal(pages.join(""), text);
      const done = await vectorStores.retrieve(store.id);
      assert.deepEqual([done.status, done.file_counts.completed], ["completed", 2]);
      const found = (await vectorStores.search(store.id, { query: "number31415", max_num_results: 50 })).data;
      assert.ok(found.length >= 1 && found.length <= 3, `${found.length} chunks`);
      for (const one of found) assert.match(one.content[0]?.text ?? "", /number31415\b/);
      assert.equal((await vectorStores.search(store.id, { query: "periwinkle" })).data.length, 1);
    } finally {
      await second.stop();
    }
  } finally {
    rmSync(dataDir, { recursive: true, force: true });
  }
});
