import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";

import { failureOf, handlerFolder, node, outputOf } from "./handlerFixture.ts";
import type { HandlerFolder } from "./handlerFixture.ts";

/** Writes back what it read, as JSON of its bytes' text. */
const echo = `const chunks = []; for await (const chunk of process.stdin) chunks.push(chunk); process.stdout.write(Buffer.concat(chunks));`;

let folder: HandlerFolder;
before(async () => {
  folder = await handlerFolder({ key: "s3cret-value", "env:TOKEN": "t0ken-value" });
  await folder.write("tools/echo.mjs", echo);
});
after(() => folder.remove());

const script = (code: string, ...args: readonly string[]) => ({
  command: [node, "--input-type=module", "-e", code, ...args],
});

describe("a command", () => {
  it("gets the arguments on its standard input as they are, and answers with its standard output", async () => {
    const hostile = [
      '{"id":"a\\"b\'c`d$(touch pwned)"}',
      '{"id":"; rm -rf ~ && echo \\n\\r\\n | cat > /tmp/x"}',
      '{"id":"%PATH% ^& !x! \\u0000 \\ud800"}',
      "not JSON: \0 \n \u2028 \u{1F642} '\"",
      "",
    ];
    for (const args of hostile)
      assert.equal(outputOf(await folder.run({ command: [node, "./tools/echo.mjs"] }, args)), args);
    await assert.rejects(readFile(join(folder.path, "pwned")));
  });

  it("takes 10 MB, and gives it back where that is allowed", async () => {
    const args = JSON.stringify({ text: "é\\n".repeat(2_500_000) });
    const raw = { command: [node, "./tools/echo.mjs"], max_output_bytes: 16_000_000 };
    assert.equal(outputOf(await folder.run(raw, args)), args);
  });

  it("that does not read its input, or ends at once, is none the worse", async () => {
    const args = JSON.stringify({ text: "x".repeat(3_000_000) });
    assert.equal(outputOf(await folder.run(script("console.log('done')"), args)), "done");
    assert.equal(outputOf(await folder.run(script("process.stdin.destroy(); console.log('closed')"), args)), "closed");
  });

  it("runs beside the definition or where it says; the last line break is no part of the output", async () => {
    await folder.write("deep/here.txt", "");
    const code = "import fs from 'node:fs'; console.log(fs.readdirSync('.').join() + '\\n')";
    assert.match(outputOf(await folder.run(script(code))), /deep,tools\n$/);
    assert.equal(outputOf(await folder.run({ ...script(code), cwd: "./deep" })), "here.txt\n");
  });

  it("gets no shell: words are words", async () => {
    const words = ["$HOME", "a b", "`id`", '"', "*", ""];
    const said = outputOf(await folder.run(script("console.log(JSON.stringify(process.argv.slice(1)))", ...words)));
    assert.deepEqual(JSON.parse(said), words);
  });

  it("gets an environment of its own: no variable of ours but what names files and language", async () => {
    process.env["ORDERS_SECRET_KEY"] = "leak";
    try {
      const raw = {
        ...script("console.log(JSON.stringify(process.env))"),
        env: { A: "1", B: "x ${secret:key} ${env:TOKEN}" },
      };
      const env = JSON.parse(outputOf(await folder.run(raw))) as Record<string, string>;
      assert.equal(env["ORDERS_SECRET_KEY"], undefined);
      assert.equal(env["PATH"], process.env["PATH"]);
      assert.deepEqual(
        [env["A"], env["B"], env["ASSISTANTS_FUNCTION"]],
        ["1", "x s3cret-value t0ken-value", "get_order"],
      );
      const known = new Set(["A", "B", "ASSISTANTS_FUNCTION", "ASSISTANTS_CALL_ID", "ASSISTANTS_HANDLER_ID"]);
      for (const name of Object.keys(env))
        assert.ok(
          known.has(name) ||
            /^(PATH|HOME|USER|LOGNAME|SHELL|LANG|LANGUAGE|LC_\w+|TZ|TMPDIR|TMP|TEMP|__CF\w+)$/.test(name),
          name,
        );
    } finally {
      delete process.env["ORDERS_SECRET_KEY"];
    }
  });

  it("whose secret is not set does not run; a secret is told to no one", async () => {
    assert.match(
      failureOf(await folder.run({ ...script("1"), env: { A: "${secret:none}" } })).message,
      /secret none, which is not set/,
    );
    folder.log = "";
    const raw = { ...script("console.error('key', process.env.A); process.exit(3)"), env: { A: "${secret:key}" } };
    const { code, message } = failureOf(await folder.run(raw));
    assert.deepEqual([code, message], ["failed", "Exit code 3: key •••"]);
    assert.equal(folder.log.trim(), "key •••");
  });

  it("that fails says so in words", async () => {
    const cases: readonly (readonly [command: readonly string[], code: string, words: RegExp])[] = [
      [["no-such-program-here"], "start", /no program no-such-program-here/],
      [["./tools/echo.mjs"], "start", /not executable|could not be started|no program/],
      [script("console.error('one\\ntwo'); process.exit(7)").command, "failed", /^Exit code 7: two$/],
      [script("process.exit(2)").command, "failed", /^Exit code 2\.$/],
      [script("process.kill(process.pid, 'SIGKILL')").command, "failed", /ended by SIGKILL|Exit code/],
      [script("process.stdout.write(Buffer.from([0x61, 0xff, 0xfe]))").command, "output", /no UTF-8/],
    ];
    for (const [command, code, words] of cases) {
      const failure = failureOf(await folder.run({ command }));
      assert.equal(failure.code, code, failure.message);
      assert.match(failure.message, words);
    }
    assert.match(failureOf(await folder.run({ ...script("1"), cwd: "./gone" })).message, /no folder/);
  });

  it("that writes more than allowed is ended", async () => {
    const raw = { ...script("for (;;) process.stdout.write('x'.repeat(65536))"), max_output_bytes: 100_000 };
    const failure = failureOf(await folder.run(raw));
    assert.deepEqual(
      [failure.code, failure.message],
      ["output", "The output is larger than 100,000 bytes (max_output_bytes)."],
    );
  });

  it("exactly as much as allowed is taken", async () => {
    const raw = { ...script("process.stdout.write('x'.repeat(100000))"), max_output_bytes: 100_000 };
    assert.equal(outputOf(await folder.run(raw)).length, 100_000);
  });
});
