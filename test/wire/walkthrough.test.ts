/** The guide's walkthrough as a program of its own, which knows nothing of the runtime but its address and key. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { after, before, test } from "node:test";
import { startRuntime, type RuntimeProcess } from "./runtimeProcess.ts";

const script = (name: string): string => fileURLToPath(new URL(`../../examples/walkthrough/${name}`, import.meta.url));

let runtime: RuntimeProcess;

before(async () => {
  runtime = await startRuntime();
});
after(() => runtime.stop());

test("the Node walkthrough streams an answer, answers a function call, and prints the thread", async () => {
  const { code, stdout, stderr } = await runProgram(process.execPath, [script("walkthrough.mjs")]);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /^assistant: asst_[A-Za-z0-9]{24}$/m);
  assert.match(stdout, /^assistant > The files [^]*?offline model/m);
  assert.match(stdout, /^call: get_order_status\(\{"order_id":"ORD-12345"\}\)$/m);
  assert.match(stdout, /^run: completed$/m);
  assert.match(stdout, /^assistant: [^]*1Z999AA10123/m, "the answer is made from the tool output");
  assert.match(stdout, /^user: Explain the trade-offs/m);
});

test("both programs name the server in one line only", () => {
  for (const name of ["walkthrough.py", "walkthrough.mjs"]) {
    const naming = readFileSync(script(name), "utf8")
      .split("\n")
      .filter((line) => /base_?url|api_?key|127\.0\.0\.1|localhost/i.test(line));
    assert.equal(naming.length, 1, name);
    assert.match(naming[0] ?? "", /^(const )?client = (new )?OpenAI\(/);
  }
});

function runProgram(
  command: string,
  args: readonly string[],
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const env = { ...process.env, ASSISTANTS_BASE_URL: runtime.url, ASSISTANTS_API_KEY: runtime.key };
  const child = spawn(command, args, { env, stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => (stderr += chunk));
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, stdout, stderr }));
  });
}
