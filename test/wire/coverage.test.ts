/** coverage.md says what is there: it is held to the routes of the program, to its answers, and to the tests. */
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createApp } from "../../src/runtime/http/app.ts";
import type { Services } from "../../src/runtime/http/services.ts";
import { findSpec, readSpec } from "./conformanceSpec.ts";
import { startRuntime, type RuntimeProcess } from "./runtimeProcess.ts";

const root = join(import.meta.dirname, "..", "..");

interface Row {
  readonly name: string;
  readonly state: string;
  readonly test: string;
}

const rows: readonly Row[] = readFileSync(join(root, "coverage.md"), "utf8")
  .split("\n")
  .map((line) => line.split("|").map((cell) => cell.trim()))
  .filter(([, , , file]) => file?.startsWith("`test/") === true)
  .map(([, name = "", state = "", file = ""]) => ({ name, state, test: file.replaceAll("`", "") }));

const operations = rows
  .map((row) => ({ ...row, name: row.name.replaceAll("`", "") }))
  .filter(({ name }) => /^(GET|POST|DELETE|ALL) \//.test(name));

/** `GET /threads/{}`: the names of parameters do not count. */
const shapeOf = (operation: string): string => operation.replaceAll(/\{\w+\}|:\w+/g, "{}");

let runtime: RuntimeProcess;
before(async () => {
  runtime = await startRuntime();
});
after(() => runtime.stop());

test("every row has a known state, and its test exists", () => {
  assert.ok(rows.length > 60);
  for (const row of rows) {
    assert.match(row.state, /^(yes|partly|no)(:|$)/, row.name);
    assert.ok(existsSync(join(root, row.test)), row.test);
    if (/^partly|^no/.test(row.state))
      assert.match(row.state, /: \S/, `${row.name}: ${row.state.split(":")[0]}, but what?`);
  }
  assert.equal(new Set(rows.map((row) => row.name)).size, rows.length, "a row is there twice");
});

test("the routes of the program are the rows, both ways", () => {
  // Registering a route asks nothing of what it will work with.
  const anything: object = new Proxy(() => undefined, { get: () => anything, apply: () => anything });
  // The upstream's own files answer the same operations: they would be in the list twice.
  const services = new Proxy(anything, { get: (_, name) => (name === "hosted" ? undefined : anything) });
  const app = createApp(services as Services, { key: "k", port: () => 1 });
  const routes = app.routes
    .filter(({ path }) => path !== "/*")
    .map(({ method, path }) => shapeOf(`${method} ${path.replace(/^\/v1/, "")}`));
  assert.deepEqual(new Set(routes), new Set(operations.map(({ name }) => shapeOf(name))));
});

test("the operations of the published spec are the rows", { skip: specSkip() }, () => {
  const names = new Set(operations.map(({ name }) => name));
  const missing = readSpec(findSpec() ?? "").operations.filter((operation) => !names.has(operation));
  assert.deepEqual(missing, []);
});

test("each operation does what its row says when it is asked", async () => {
  for (const { name, state } of operations) {
    const [method = "", path = ""] = name.split(" ");
    const target = path.replaceAll(/\{(\w+)\}/g, (_, id: string) => idFor(id)).replace("*", "upload_x");
    const verb = method === "ALL" ? "POST" : method;
    const response = await fetch(`${runtime.url}${target}`, {
      method: verb,
      headers: { authorization: `Bearer ${runtime.key}`, "content-type": "application/json" },
      ...(verb === "POST" ? { body: '{"unknown_to_all":1}' } : {}),
    });
    const body = (await response.text()).slice(0, 300);
    if (state.startsWith("no")) assert.equal(response.status, 501, `${name}: ${body}`);
    else {
      assert.ok(response.status < 500, `${name}: ${response.status} ${body}`);
      assert.doesNotMatch(body, /unknown_url|not_implemented/, name);
    }
  }
});

function idFor(parameter: string): string {
  const prefixes: Readonly<Record<string, string>> = {
    assistant_id: "asst_",
    thread_id: "thread_",
    message_id: "msg_",
    run_id: "run_",
    step_id: "step_",
    vector_store_id: "vs_",
    batch_id: "vsfb_",
    file_id: "file-",
    model: "m",
  };
  const prefix = prefixes[parameter];
  assert.ok(prefix !== undefined, parameter);
  return `${prefix}none`;
}

function specSkip(): string | false {
  return findSpec() === undefined ? "the published spec is not here; ASSISTANTS_OPENAPI may name it" : false;
}
