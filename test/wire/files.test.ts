import assert from "node:assert/strict";
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { BadRequestError, NotFoundError, toFile } from "openai";
import { storedContents, uploadText } from "./fileFixtures.ts";
import { startRuntime, type RuntimeProcess } from "./runtimeProcess.ts";

let runtime: RuntimeProcess;

before(async () => {
  runtime = await startRuntime();
});
after(() => runtime.stop());

/** A form as no SDK would write it. */
async function post(
  body: string,
  boundary = "b",
): Promise<{ status: number; error: { message: string; param: string; code: string } }> {
  const response = await fetch(`${runtime.url}/files`, {
    method: "POST",
    headers: { authorization: `Bearer ${runtime.key}`, "content-type": `multipart/form-data; boundary=${boundary}` },
    body,
  });
  return {
    status: response.status,
    ...((await response.json()) as { error: { message: string; param: string; code: string } }),
  };
}

const part = (disposition: string, body: string): string =>
  `--b\r\ncontent-disposition: form-data; ${disposition}\r\n\r\n${body}\r\n`;

test("a file: what is sent is what is stored, and what is read back", async () => {
  const { files } = runtime.client;
  const content = Buffer.from([0, 1, 2, 255, 13, 10, 45, 45, 98, 13, 10]);
  const made = await files.create({ file: await toFile(content, "raw.bin"), purpose: "user_data" });
  const { id, created_at, ...rest } = made;
  assert.match(id, /^file-[A-Za-z0-9]{24}$/);
  assert.ok(Math.abs(created_at - Date.now() / 1000) < 60);
  assert.deepEqual(rest, {
    object: "file",
    bytes: content.length,
    filename: "raw.bin",
    purpose: "user_data",
    status: "processed",
    status_details: null,
    expires_at: null,
  });
  assert.deepEqual(await files.retrieve(id), made);
  const back = await files.content(id);
  assert.equal(back.headers.get("content-type"), "application/octet-stream");
  assert.deepEqual(Buffer.from(await back.arrayBuffer()), content);
  assert.equal((await files.waitForProcessing(id)).status, "processed");
  assert.deepEqual(await files.delete(id), { id, object: "file", deleted: true });
  await assert.rejects(() => files.retrieve(id), NotFoundError);
  await assert.rejects(() => files.content(id), /No such File object/);
  assert.ok(!storedContents(runtime).includes(id));
});

test("a stream from disk, an empty file, and names in every script", async () => {
  const { files } = runtime.client;
  const folder = mkdtempSync(join(tmpdir(), "upload-"));
  try {
    const path = join(folder, "Größe 尺寸 🌱.txt");
    writeFileSync(path, "x".repeat(300_000));
    const streamed = await files.create({ file: createReadStream(path), purpose: "assistants" });
    assert.deepEqual([streamed.filename, streamed.bytes], ["Größe 尺寸 🌱.txt", 300_000]);
    assert.equal(await (await files.content(streamed.id)).text(), "x".repeat(300_000));
  } finally {
    rmSync(folder, { recursive: true });
  }
  const empty = await files.create({ file: await toFile(Buffer.alloc(0), "empty.txt"), purpose: "assistants" });
  assert.equal(empty.bytes, 0);
  assert.equal(await (await files.content(empty.id)).text(), "");
});

test("a name that looks like a path is only a name", async () => {
  for (const [given, kept] of [
    ["../../../etc/passwd", "passwd"],
    ["..\\..\\boot.ini", "boot.ini"],
    ["/abs/olute.md", "olute.md"],
    ["..", "file"],
    ["tab\tbed.txt", "tabbed.txt"],
  ] as const) {
    const response = await fetch(`${runtime.url}/files`, {
      method: "POST",
      headers: { authorization: `Bearer ${runtime.key}`, "content-type": "multipart/form-data; boundary=b" },
      body: `${part('name="purpose"', "assistants")}${part(`name="file"; filename="${given.replaceAll("\\", "\\\\")}"`, "hi")}--b--\r\n`,
    });
    const file = (await response.json()) as { id: string; filename: string };
    assert.equal(response.status, 200, JSON.stringify(file));
    assert.equal(file.filename, kept);
    assert.ok(storedContents(runtime).includes(file.id));
  }
  for (const name of storedContents(runtime)) assert.match(name, /^file-[A-Za-z0-9]{24}$/);
  for (const id of ["file-..%2f..%2fruntime.db", "file-%2e%2e%2f%2e%2e%2fruntime.db"]) {
    const response = await fetch(`${runtime.url}/files/${id}/content`, {
      headers: { authorization: `Bearer ${runtime.key}` },
    });
    assert.equal(response.status, 404);
  }
});

test("every purpose that can be uploaded, expiry, and the lists", async () => {
  const { files } = runtime.client;
  const text = (name: string): Promise<File> => toFile(Buffer.from(name), name);
  const made: string[] = [];
  for (const purpose of ["assistants", "batch", "fine-tune", "vision", "user_data", "evals"] as const)
    made.push((await files.create({ file: await text(purpose), purpose })).id);
  const [batch] = (await files.list({ purpose: "batch" })).data;
  assert.equal(batch?.expires_at, (batch?.created_at ?? 0) + 30 * 86_400);
  const short = await files.create({
    file: await text("short"),
    purpose: "vision",
    expires_after: { anchor: "created_at", seconds: 3600 },
  });
  assert.equal(short.expires_at, short.created_at + 3600);
  assert.deepEqual(
    (await files.list({ purpose: "vision", order: "asc" })).data.map((file) => file.id),
    [made[3], short.id],
  );
  const all = (await files.list()).data.map((file) => file.id);
  assert.deepEqual(all.slice(0, 7), [short.id, ...made.toReversed()]);
  const page = await files.list({ limit: 2, after: short.id });
  assert.deepEqual(
    page.data.map((file) => file.id),
    [made[5], made[4]],
  );
  assert.equal(page.has_more, true);
  const walked = [];
  for await (const file of files.list({ limit: 3, order: "asc" })) walked.push(file.id);
  assert.deepEqual(walked.toReversed(), all);
  assert.equal((await files.list({ limit: 10_000 })).data.length, all.length);
  await assert.rejects(() => files.list({ limit: 10_001 }), /above maximum value. Expected a value <= 10000/);
});

test("refused uploads say why and leave nothing", async () => {
  const { files } = runtime.client;
  const before = storedContents(runtime);
  const file = (): Promise<File> => toFile(Buffer.from("x"), "a.txt");
  const refused = async (work: Promise<unknown>): Promise<{ message: string; param: unknown; code: unknown }> => {
    const error = await work.then(
      () => assert.fail("was not refused"),
      (reason: unknown) => reason,
    );
    assert.ok(error instanceof BadRequestError, String(error));
    return { message: error.message.replace(/^400 /, ""), param: error.param, code: error.code };
  };
  assert.deepEqual(await refused(files.create({ file: await file(), purpose: "assistants_output" as "assistants" })), {
    message:
      "Invalid value: 'assistants_output'. Supported values are: 'assistants', 'batch', 'fine-tune', 'vision', 'user_data', and 'evals'.",
    param: "purpose",
    code: "invalid_value",
  });
  assert.match(
    (
      await refused(
        files.create({ file: await file(), purpose: "vision", expires_after: { anchor: "created_at", seconds: 60 } }),
      )
    ).message,
    /Invalid 'expires_after.seconds': integer below minimum value. Expected a value >= 3600/,
  );
  assert.equal(
    (await post(`${part('name="purpose"', "vision")}--b--\r\n`)).error.message,
    "Missing required parameter: 'file'.",
  );
  assert.equal(
    (await post(`${part('name="file"; filename="a.txt"', "x")}--b--\r\n`)).error.message,
    "Missing required parameter: 'purpose'.",
  );
  const unknown = await post(
    `${part('name="purpose"', "vision")}${part('name="file"; filename="a"', "x")}${part('name="mode"', "x")}--b--\r\n`,
  );
  assert.deepEqual([unknown.status, unknown.error.code, unknown.error.param], [400, "unknown_parameter", "mode"]);
  const twice = `${part('name="file"; filename="a"', "x")}${part('name="file"; filename="b"', "y")}${part('name="purpose"', "vision")}--b--\r\n`;
  assert.match((await post(twice)).error.message, /more than one file/);
  assert.match((await post(part('name="file"; filename="a"', "cut off"))).error.message, /Unexpected end of form/);
  assert.match((await post("nonsense", "other")).error.message, /multipart form/);
  const json = await fetch(`${runtime.url}/files`, {
    method: "POST",
    headers: { authorization: `Bearer ${runtime.key}`, "content-type": "application/json" },
    body: "{}",
  });
  assert.equal(json.status, 400);
  assert.deepEqual(storedContents(runtime), before);
});

test("a file that is announced as too large is refused before it is sent", async () => {
  const { request } = await import("node:http");
  const { port } = new URL(runtime.url);
  const answer = await new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
    const sent = request(
      {
        port,
        host: "127.0.0.1",
        method: "POST",
        path: "/v1/files",
        headers: {
          authorization: `Bearer ${runtime.key}`,
          "content-type": "multipart/form-data; boundary=b",
          "content-length": 600 * 1024 * 1024,
        },
      },
      (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
        response.on("end", () => {
          sent.destroy();
          resolve({ status: response.statusCode, body });
        });
      },
    );
    sent.once("error", reject);
    sent.flushHeaders();
  });
  assert.equal(answer.status, 413);
  assert.match(answer.body, /The file is larger than 512 MB/);
});

test("deleting a file takes it out of stores and code interpreters", async () => {
  const { client } = runtime;
  const [gone, kept] = [await uploadText(client, "gone.txt", "pelican"), await uploadText(client, "kept.txt", "heron")];
  const stores = await Promise.all([1, 2].map(() => client.vectorStores.create({ file_ids: [gone, kept] })));
  const resources = { code_interpreter: { file_ids: [gone, kept] } };
  const assistant = await client.beta.assistants.create({ model: "offline", tool_resources: resources });
  const thread = await client.beta.threads.create({ tool_resources: resources });
  for (const store of stores) for (const id of [gone, kept]) await client.vectorStores.files.poll(store.id, id);
  await client.files.delete(gone);
  for (const store of stores) {
    assert.deepEqual(
      (await client.vectorStores.files.list(store.id)).data.map((file) => file.id),
      [kept],
    );
    assert.equal((await client.vectorStores.retrieve(store.id)).file_counts.total, 1);
    assert.deepEqual((await client.vectorStores.search(store.id, { query: "pelican" })).data, []);
    assert.equal((await client.vectorStores.search(store.id, { query: "heron" })).data.length, 1);
  }
  const left = { code_interpreter: { file_ids: [kept] } };
  assert.deepEqual((await client.beta.assistants.retrieve(assistant.id)).tool_resources, left);
  assert.deepEqual((await client.beta.threads.retrieve(thread.id)).tool_resources, left);
});
