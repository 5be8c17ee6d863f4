import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const holder = fileURLToPath(new URL("pythonHolder.ts", import.meta.url));

/** What nothing in the sandbox's own process could interrupt: the interpreter's loop, native code, a sleep. */
const programs = {
  "a loop": "print('on')\nwhile True: pass",
  "a loop in native code": "import re\nprint('on')\nre.match(r'(a+)+$', 'a' * 60 + 'b')",
  "nothing at all": "print('on')",
};

describe("A killed runtime leaves no sandbox behind:", { skip: !existsSync("/bin/sh") && "there is no shell" }, () => {
  for (const [name, code] of Object.entries(programs)) {
    test(name, async () => {
      const child = spawn(process.execPath, [holder, code], { stdio: ["ignore", "pipe", "inherit"] });
      const [line] = (await once(child.stdout.setEncoding("utf8"), "data")) as [string];
      const pid = Number(line);
      assert.ok(pid > 0 && exists(pid));
      child.kill("SIGKILL");
      await once(child, "exit");
      // The test's own time is the bound.
      while (exists(pid)) await pause(20);
    });
  }
});

/** A process that ended and that nobody has asked about yet (its parent is gone) exists no more. */
function exists(pid: number): boolean {
  try {
    if (process.platform === "linux") return !/^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
