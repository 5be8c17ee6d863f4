import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, afterEach, before, beforeEach, describe, it } from "node:test";

import { HeldElsewhere, exclusively } from "../../../src/disk/exclusive.ts";
import { exclusivePlaces } from "../../../src/disk/exclusivePlace.ts";
import { isGoneHolder, thisProcess } from "../../../src/disk/holder.ts";

const program = join(import.meta.dirname, "holdingProcess.ts");

describe("a folder that one process at a time works in", () => {
  const homes = { HOME: process.env["HOME"], USERPROFILE: process.env["USERPROFILE"] };
  let home: string;
  let folder: string;
  const children: ChildProcess[] = [];

  before(() => {
    home = mkdtempSync(join(tmpdir(), "home-"));
    Object.assign(process.env, { HOME: home, USERPROFILE: home });
  });
  after(() => {
    for (const [name, value] of Object.entries(homes)) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
    rmSync(home, { recursive: true, force: true });
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "exclusive-"));
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  });

  const withGit = (): void => {
    mkdirSync(join(folder, ".git"));
    writeFileSync(join(folder, ".git", "HEAD"), "ref: refs/heads/main\n");
  };
  const place = (): string => exclusivePlaces(folder, "work")[0]?.path ?? assert.fail();
  const holding = (mode: string): ChildProcess => {
    const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", program, folder, mode], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    children.push(child);
    return child;
  };
  const held = async (child: ChildProcess): Promise<void> => {
    await once(child.stdout ?? assert.fail(), "data");
  };
  const run = (options: { readonly waitMs?: number } = {}): Promise<string> =>
    exclusively(folder, "work", { who: "me", ...options }, () => Promise.resolve("done"));

  it("keeps tasks of one process apart, and leaves nothing behind", async () => {
    withGit();
    const log: string[] = [];
    await Promise.all(
      ["a", "b", "c"].map((name) =>
        exclusively(folder, "work", { who: name }, async () => {
          log.push(`in ${name}`);
          await new Promise((resolve) => setImmediate(resolve));
          log.push(`out ${name}`);
        }),
      ),
    );
    for (let index = 0; index < log.length; index += 2)
      assert.equal(log[index]?.replace("in", "out"), log[index + 1], log.join());
    assert.equal(log.length, 6);
    assert.deepEqual(readdirSync(join(folder, ".git", "assistants-workbench")), []);
  });

  it("has its file in git's folder where there is one, else in the user's state, whatever the way to the folder", () => {
    assert.ok(place().startsWith(join(home, "")), place());
    withGit();
    mkdirSync(join(folder, "sub"));
    const below = exclusivePlaces(join(folder, "sub"), "work")[0]?.path ?? "";
    assert.ok(below.includes(join(".git", "assistants-workbench")), below);
    assert.notEqual(below, place());
    assert.equal(exclusivePlaces(join(folder, "sub", "..", "sub"), "work")[0]?.path, below);
    assert.notEqual(exclusivePlaces(folder, "other work")[0]?.path, place());
    // A linked work tree: .git is a file.
    const linked = join(folder, "linked");
    mkdirSync(linked);
    mkdirSync(join(folder, ".git", "worktrees", "linked"), { recursive: true });
    writeFileSync(join(folder, ".git", "worktrees", "linked", "HEAD"), "ref: refs/heads/other\n");
    writeFileSync(join(linked, ".git"), "gitdir: ../.git/worktrees/linked\n");
    assert.ok(exclusivePlaces(linked, "work")[0]?.path.includes(join("worktrees", "linked", "assistants-workbench")));
  });

  it("takes the next place where the best cannot be written", async () => {
    withGit();
    writeFileSync(join(folder, ".git", "assistants-workbench"), "in the way");
    await exclusively(folder, "work", { who: "me" }, () => {
      assert.equal(existsSync(exclusivePlaces(folder, "work")[1]?.path ?? ""), true);
      return Promise.resolve();
    });
  });

  it("says who is at work, waits for it, and goes on when it has ended", async () => {
    withGit();
    const child = holding("until told");
    await held(child);
    const words = `a test (process ${child.pid} on ${hostname()}) is at work in this folder since `;
    await assert.rejects(run({ waitMs: 0 }), (error: unknown) => {
      assert.ok(error instanceof HeldElsewhere && error.message.startsWith(words), String(error));
      assert.ok(error.message.includes(place()));
      return true;
    });
    const told: string[] = [];
    let waitedFor: boolean | null = null;
    const onWait = (text: string): void => {
      told.push(text);
      child.stdin?.end();
    };
    await exclusively(folder, "work", { who: "me", onWait }, (waited) => {
      waitedFor = waited;
      return Promise.resolve();
    });
    assert.equal(waitedFor, true);
    assert.equal(told.length, 1);
    assert.ok(told[0]?.startsWith(words));
  });

  it("stops waiting when told to", async () => {
    withGit();
    const child = holding("until told");
    await held(child);
    const controller = new AbortController();
    const onWait = (): void => controller.abort();
    await assert.rejects(
      exclusively(folder, "work", { who: "me", signal: controller.signal, onWait }, () => Promise.resolve()),
      { name: "AbortError" },
    );
  });

  it("takes over from a process that was killed, without waiting", async () => {
    withGit();
    const child = holding("until told");
    await held(child);
    child.kill("SIGKILL");
    await once(child, "exit");
    assert.equal(existsSync(place()), true);
    assert.equal(await run({ waitMs: 0 }), "done");
    assert.equal(existsSync(place()), false);
  });

  it("knows a gone process by its number, by its beginning where the system tells, and by its silence elsewhere", () => {
    const me = thisProcess("me");
    assert.equal(isGoneHolder(me, 0), false);
    if (process.platform === "linux") {
      assert.equal(isGoneHolder(me, 1e9), false);
      assert.equal(isGoneHolder({ ...me, started: "an earlier one" }, 0), true);
    }
    const elsewhere = { ...me, machine: "another" };
    assert.deepEqual([isGoneHolder(elsewhere, 1000), isGoneHolder(elsewhere, 60_000)], [false, true]);
    assert.deepEqual([isGoneHolder(null, 1000), isGoneHolder(null, 60_000)], [false, true]);
  });

  it("takes a damaged file for somebody's, and says so", async () => {
    withGit();
    for (const text of ["", "{", "[]", '{"pid":"1"}']) {
      mkdirSync(dirname(place()), { recursive: true });
      writeFileSync(place(), text);
      await assert.rejects(run({ waitMs: 0 }), /Something is at work in this folder already/);
    }
  });

  it("lets eight processes in one after the other, with a gone one's file in the way", async () => {
    withGit();
    mkdirSync(dirname(place()), { recursive: true });
    writeFileSync(place(), JSON.stringify({ ...thisProcess("gone"), pid: 2 ** 22 + 1 }));
    const started = Array.from({ length: 8 }, () => holding("at once"));
    const codes = await Promise.all(started.map(async (child) => (await once(child, "exit"))[0] as number));
    assert.deepEqual(
      codes,
      codes.map(() => 0),
    );
    const log = readFileSync(join(folder, "log"), "utf8").trimEnd().split("\n");
    assert.equal(log.length, 16);
    for (let index = 0; index < log.length; index += 2)
      assert.equal(log[index]?.replace("in", "out"), log[index + 1], log.join());
  });
});
