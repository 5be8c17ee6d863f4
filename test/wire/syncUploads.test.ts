/** What a push uploads, and what it does not: files of the folder, with the content that was looked at, and no others. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";

import { startFaultyProxy } from "./faultyProxy.ts";
import type { FaultyProxy } from "./faultyProxy.ts";
import { cliProgram } from "./programs.ts";
import { startRuntime } from "./runtimeProcess.ts";
import type { RuntimeProcess } from "./runtimeProcess.ts";

interface Ended {
  readonly code: number | null;
  /** Both outputs, one after the other. */
  readonly said: string;
}

/** Looks like a key of OpenAI; put together here, so that no scanner takes this file for a leak. */
const key = ["sk-", "proj-", "x9Kq2LmZ7vB4nC8dE1fG5hJ0pR3sT6uW9yA2bD5k"].join("");

/** Beside the folder that is synced: nothing of it may leave the machine. */
const outside = "outside-the-folder";

/** A definition whose code interpreter has these resources, as YAML. */
function withFiles(name: string, resources: string): string {
  return `name: ${name}\nmodel: offline\ntools: [{ type: code_interpreter }]\ntool_resources: { code_interpreter: ${resources} }\nrun: { max_completion_tokens: 1000 }\n`;
}

let parent: string;
let root: string;
let address = { url: "", key: "" };

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

function run(...args: readonly string[]): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", cliProgram, ...args], {
      cwd: root,
      env: {
        ...process.env,
        ASSISTANTS_API_KEY: address.key,
        ASSISTANTS_CONNECTION: "test",
        ASSISTANTS_BASE_URL: address.url,
        ASSISTANTS_CACHE_DIR: join(parent, "cache"),
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
    child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, said: stdout + stderr }));
  });
}

function sha256Of(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

async function succeeded(...args: readonly string[]): Promise<string> {
  const { code, said } = await run(...args);
  assert.equal(code, 0, said);
  return said;
}

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), "sync-uploads-"));
  root = join(parent, "work");
  mkdirSync(root);
  writeFileSync(join(parent, "secret.txt"), outside);
});
afterEach(() => rmSync(parent, { recursive: true, force: true }));

describe("uploads to the real runtime", () => {
  let runtime: RuntimeProcess;
  let proxy: FaultyProxy;

  before(async () => {
    runtime = await startRuntime();
    proxy = await startFaultyProxy(runtime.url);
  });
  beforeEach(() => {
    proxy.fate = () => "pass";
    proxy.seen.length = 0;
    address = { url: proxy.url, key: runtime.key };
  });
  afterEach(async () => {
    for await (const { id } of runtime.client.beta.assistants.list()) await runtime.client.beta.assistants.delete(id);
    for await (const { id } of runtime.client.files.list()) await runtime.client.files.delete(id);
    for await (const { id } of runtime.client.vectorStores.list()) await runtime.client.vectorStores.delete(id);
  });
  after(async () => {
    proxy.close();
    await runtime.stop();
  });

  const uploads = async (): Promise<readonly string[]> => {
    const names: string[] = [];
    for await (const { filename } of runtime.client.files.list()) names.push(filename);
    return names.toSorted();
  };
  /** What the code interpreter of the assistant of this name has, as it is there. */
  const contentOf = async (name: string): Promise<readonly string[]> => {
    for await (const one of runtime.client.beta.assistants.list()) {
      if (one.name !== name) continue;
      const ids = one.tool_resources?.code_interpreter?.file_ids ?? [];
      return Promise.all(
        ids.map(async (id) => {
          const answer = await fetch(`${runtime.url}/files/${id}/content`, {
            headers: { authorization: `Bearer ${runtime.key}` },
          });
          return answer.text();
        }),
      );
    }
    throw new Error(`There is no assistant ${name}.`);
  };

  it("an id that looks like a path is an id: nothing is read from disk, and the definition is refused", async () => {
    write("evil.assistant.yaml", withFiles("Evil", '{ file_ids: ["upload:../secret.txt"] }'));
    const checked = await run("validate");
    assert.equal(checked.code, 4, checked.said);
    assert.match(checked.said, /evil\.assistant\.yaml:4:\d+: error: .*upload:\.\.\/secret\.txt.* \[resource-id\]/);
    assert.equal((await run("push", "--yes")).code, 4);
    // The rule can be turned off, and the server then says that there is no such file.
    const off = await run("push", "--yes", "--disable", "resource-id");
    assert.equal(off.code, 1, off.said);
    assert.deepEqual(await uploads(), []);
    assert.equal(
      proxy.seen.some((one) => one === "POST /files"),
      false,
    );
  });

  it("after an upload that failed, what is pushed has the new content, also where its size is that of the old one", async () => {
    write("f.assistant.yaml", withFiles("Prices", "{ files: [./prices.csv] }"));
    write("prices.csv", "price,1111\n");
    await succeeded("push", "--yes");
    write("prices.csv", "price,2222\n");
    proxy.fate = (_, name) => (name === "POST /files" ? "broken" : "pass");
    const failed = await run("push", "--yes");
    assert.equal(failed.code, 1, failed.said);
    proxy.fate = () => "pass";
    assert.deepEqual(await contentOf("Prices"), ["price,1111\n"]);
    await succeeded("push", "--yes");
    assert.deepEqual(await contentOf("Prices"), ["price,2222\n"]);
    assert.match(await succeeded("status"), /^in sync/);
    // And back: the upload of the old content is not the newest any more.
    write("prices.csv", "price,1111\n");
    await succeeded("push", "--yes");
    assert.deepEqual(await contentOf("Prices"), ["price,1111\n"]);
  });

  it("an upload of which the answer was lost is found again, and not made twice", async () => {
    write("f.assistant.yaml", withFiles("Prices", "{ files: [./prices.csv] }"));
    write("prices.csv", "price,1111\n");
    await succeeded("push", "--yes");
    write("prices.csv", "price,2222\n");
    proxy.fate = (_, name) => (name === "POST /files" ? "lose" : "pass");
    assert.equal((await run("push", "--yes")).code, 1);
    proxy.fate = () => "pass";
    await succeeded("push", "--yes");
    assert.deepEqual(await contentOf("Prices"), ["price,2222\n"]);
    assert.deepEqual(await uploads(), ["prices.csv", "prices.csv"], "the old one and the new one");
    assert.doesNotMatch(read("assistants.lock.json"), /begun/);
  });

  it("a file that changed after its upload got lost is uploaded anew: the lost one is not taken for it", async () => {
    write("f.assistant.yaml", withFiles("Prices", "{ files: [./prices.csv] }"));
    write("prices.csv", "price,1111\n");
    proxy.fate = (_, name) => (name === "POST /files" ? "lose" : "pass");
    assert.equal((await run("push", "--yes")).code, 1);
    write("prices.csv", "price,2222\n");
    proxy.fate = (_, name) => (name === "POST /files" ? "drop" : "pass");
    assert.equal((await run("push", "--yes")).code, 1);
    proxy.fate = () => "pass";
    await succeeded("push", "--yes");
    assert.deepEqual(await contentOf("Prices"), ["price,2222\n"]);
  });

  it("a lock of an earlier version, in which an upload was begun, is read; the upload is made again", async () => {
    write("f.assistant.yaml", withFiles("Prices", "{ files: [./prices.csv] }"));
    write("prices.csv", "price,1111\n");
    await runtime.client.files.create({
      file: new File(["price,3333\n"], "prices.csv"),
      purpose: "assistants",
    });
    write(
      "assistants.lock.json",
      `{"version":1,"connections":{"test":{"definitions":{},"files":{"prices.csv":{"id":null,"sha256":"${sha256Of("price,1111\n")}"}},"stores":{}}}}`,
    );
    await succeeded("push", "--yes");
    assert.deepEqual(await contentOf("Prices"), ["price,1111\n"]);
  });

  it("a file that was deleted there is uploaded again for the next definition, and for those that had it", async () => {
    write("a.assistant.yaml", withFiles("A", "{ files: [./d.csv] }"));
    write("d.csv", "a,b\n");
    await succeeded("push", "--yes");
    for await (const { id } of runtime.client.files.list()) await runtime.client.files.delete(id);
    write("b.assistant.yaml", withFiles("B", "{ files: [./d.csv] }"));
    await succeeded("push", "--yes");
    assert.deepEqual(await contentOf("B"), ["a,b\n"]);
    // The server has taken the file out of A: that is a change there, and which side holds is asked.
    assert.equal((await run("push", "--yes")).code, 3);
    await succeeded("push", "--yes", "--ours");
    assert.deepEqual(await contentOf("A"), ["a,b\n"]);
    assert.deepEqual(await uploads(), ["d.csv"]);
    assert.doesNotMatch(await succeeded("status"), /changed|conflict/);
  });

  it("an update that is refused because a file is gone there uploads it again", async () => {
    write("a.assistant.yaml", withFiles("A", "{ files: [./d.csv] }"));
    write("d.csv", "a,b\n");
    write("e.csv", "e\n");
    await succeeded("push", "--yes");
    for await (const { id } of runtime.client.files.list()) await runtime.client.files.delete(id);
    write("a.assistant.yaml", withFiles("A", "{ files: [./d.csv, ./e.csv] }"));
    await succeeded("push", "--yes", "--ours");
    assert.deepEqual([...(await contentOf("A"))].toSorted(), ["a,b\n", "e\n"]);
    assert.match(await succeeded("status"), /^in sync/);
  });

  it("a store that was deleted there is made again", async () => {
    const store = "tools: [{ type: file_search }]\ntool_resources: { file_search: { vector_store: docs } }\n";
    write("docs.vectorstore.yaml", "name: docs\ninclude: ['*.md']\n");
    write("a.assistant.yaml", `name: A\nmodel: offline\n${store}`);
    await succeeded("push", "--yes");
    for await (const { id } of runtime.client.vectorStores.list()) await runtime.client.vectorStores.delete(id);
    write("b.assistant.yaml", `name: B\nmodel: offline\n${store}`);
    await succeeded("push", "--yes");
    const [made] = (await runtime.client.vectorStores.list()).data;
    const ids: unknown[] = [];
    for await (const one of runtime.client.beta.assistants.list())
      if (one.name === "B") ids.push(one.tool_resources?.file_search?.vector_store_ids);
    assert.deepEqual(ids, [[made?.id]]);
    await succeeded("push", "--yes");
    assert.doesNotMatch(await succeeded("status"), /changed|conflict/);
  });

  it("an id that a person wrote, of a file that is not there, is refused as it is: nothing is tried twice", async () => {
    write("a.assistant.yaml", withFiles("A", "{ file_ids: [file-gone], files: [./d.csv] }"));
    write("d.csv", "a,b\n");
    const first = await run("push", "--yes");
    assert.equal(first.code, 1);
    assert.match(first.said, /No such File object: file-gone/);
    const second = await run("push", "--yes");
    assert.match(second.said, /No such File object: file-gone/);
    assert.deepEqual(await uploads(), ["d.csv"], "one upload, that both used");
  });

  it("a secret in the instructions file stops the push, and stands in no lock", async () => {
    write("s.assistant.yaml", "name: S\nmodel: offline\ninstructions: { file: ./s.md }\n");
    write("s.md", `Use the key ${key}.\n`);
    const checked = await run("validate");
    assert.equal(checked.code, 4, checked.said);
    assert.match(checked.said, /s\.assistant\.yaml:3:23: error: .*API key.* \[secret\]/);
    const pushed = await run("push", "--yes");
    assert.equal(pushed.code, 4, pushed.said);
    assert.equal((await runtime.client.beta.assistants.list()).data.length, 0);
    assert.equal(`${checked.said}${pushed.said}`.includes(key), false);
    assert.throws(() => read("assistants.lock.json"), /ENOENT/);
  });

  it("a file whose name or content is that of a secret is not uploaded, and the words say why", async () => {
    write("n.assistant.yaml", withFiles("N", "{ files: [./.env] }"));
    write(".env", "COLOUR=blue\n");
    write("c.assistant.yaml", withFiles("C", "{ files: [./notes.txt] }"));
    write("notes.txt", `The key is ${key}.\n`);
    const checked = await run("validate");
    assert.equal(checked.code, 4, checked.said);
    assert.match(checked.said, /n\.assistant\.yaml:4:\d+: error: .*\.env.* \[secret-file\]/);
    assert.match(checked.said, /c\.assistant\.yaml:4:\d+: error: \.\/notes\.txt .*API key.* \[secret-file\]/);
    assert.equal((await run("push", "--yes")).code, 4);
    assert.deepEqual(await uploads(), []);
    // Who means it says so.
    assert.equal((await run("push", "--yes", "--disable", "secret-file")).code, 0);
    assert.deepEqual(await uploads(), [".env", "notes.txt"]);
  });

  it("links that lead out of the folder are not read; links inside it are, and so is a folder that is a link", async () => {
    symlinkSync(join(parent, "secret.txt"), join(root, "link.txt"));
    write("i.assistant.yaml", "name: I\nmodel: offline\ninstructions: { file: ./link.txt }\n");
    write("f.assistant.yaml", withFiles("F", "{ files: [./link.txt, ./beside/secret.txt] }"));
    symlinkSync(parent, join(root, "beside"));
    const checked = await run("validate");
    assert.equal(checked.code, 4, checked.said);
    assert.match(checked.said, /i\.assistant\.yaml:3:23: error: .*leads out of .* \[instructions-file\]/);
    assert.equal(
      [...checked.said.matchAll(/f\.assistant\.yaml:4:\d+: error: .*leads out of .* \[code-file\]/g)].length,
      2,
    );
    assert.equal((await run("push", "--yes")).code, 4);
    // Also where the rules are turned off.
    const off = await run("push", "--yes", "--disable", "instructions-file,code-file");
    assert.equal(off.code, 4, off.said);
    assert.match(off.said, /leads out of/);
    assert.deepEqual(await uploads(), []);
    assert.equal((await runtime.client.beta.assistants.list()).data.length, 0);

    for (const path of ["i.assistant.yaml", "f.assistant.yaml", "link.txt"]) rmSync(join(root, path));
    write("shared/inside.txt", "inside\n");
    symlinkSync(join(root, "shared/inside.txt"), join(root, "link.txt"));
    write("i.assistant.yaml", "name: I\nmodel: offline\ninstructions: { file: ./link.txt }\n");
    write("f.assistant.yaml", withFiles("F", "{ files: [./link.txt] }"));
    symlinkSync(root, join(parent, "linked"));
    const there = root;
    root = join(parent, "linked");
    await succeeded("push", "--yes");
    root = there;
    assert.deepEqual(await contentOf("F"), ["inside\n"]);
  });
});

describe("a server that is not to be trusted", () => {
  const received: string[] = [];
  let server: Server;
  let instructions = "";

  const assistant = (): object => ({
    id: "asst_h",
    object: "assistant",
    created_at: 1,
    name: "Shared",
    description: null,
    model: "offline",
    instructions,
    tools: [{ type: "code_interpreter" }, { type: "file_search" }],
    tool_resources: {
      code_interpreter: { file_ids: ["upload:../secret.txt", { upload: "../secret.txt" }, "file-1"] },
      file_search: { vector_store_ids: ["store:docs", { store: "docs" }] },
    },
    metadata: {},
    temperature: 1,
    top_p: 1,
    response_format: "auto",
  });

  before(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        const url = request.url ?? "";
        if (request.method !== "GET")
          received.push(`${request.method} ${url} ${Buffer.concat(chunks).toString("latin1")}`);
        const list = { object: "list", data: url.includes("assistants") ? [assistant()] : [], has_more: false };
        const one = request.method === "POST" || url.includes("asst_h") ? assistant() : list;
        response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(one));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  beforeEach(() => {
    address = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`, key: "none" };
    received.length = 0;
    instructions = "v1";
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  it("gets no file by an assistant whose ids are made up, neither at once nor after a pull", async () => {
    write("docs.vectorstore.yaml", "name: docs\ninclude: ['*.md']\n");
    await succeeded("pull", "--all", "--yes");
    const path = "shared.assistant.yaml";
    assert.match(read(path), /upload:\.\.\/secret\.txt/, "it is shown as what it is");
    assert.match(read(path), /vector_store_ids:\n\s+- store:docs\n/);
    assert.match((await run("validate")).said, /upload:\.\.\/secret\.txt.* \[resource-id\]/);
    write(path, read(path).replace("v1", "v2"));
    assert.equal((await run("push", "--yes")).code, 4);
    assert.equal(received.length, 0, received.join("\n"));
    await run("push", "--yes", "--disable", "resource-id");
    instructions = "v3";
    await run("pull", "--yes", "--theirs", "--disable", "resource-id");
    write(path, read(path).replace("v3", "v4"));
    await run("push", "--yes", "--ours", "--disable", "resource-id");
    assert.ok(received.length > 0, "the instructions were pushed");
    assert.deepEqual(
      received.filter((one) => !one.startsWith("POST /v1/assistants/asst_h ") || one.includes(outside)),
      [],
    );
  });
});
