import { strict as assert } from "node:assert";
import { chmod, lstat, mkdir, readFile, readlink, rename, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, describe, it } from "mocha";
import * as vscode from "vscode";

import { exclusively } from "../../src/disk/exclusive.ts";
import { lockWork } from "../../src/disk/folderWork.ts";
import { Person } from "./person.ts";
import { eventually, inWorkspace, write } from "./workspace.ts";

const folder = "together";

interface LockFile {
  readonly connections: Readonly<
    Record<string, { readonly definitions: Readonly<Record<string, { readonly remote: string | null }>> }>
  >;
}

async function linked(path: string): Promise<string | null> {
  const text = await readFile(inWorkspace("assistants.lock.json").fsPath, "utf8");
  return (JSON.parse(text) as LockFile).connections["offline"]?.definitions[path]?.remote ?? null;
}

describe("sync beside another window, and of files as they are on disk", function () {
  this.timeout(60_000);

  after(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    for (const path of [folder, "node_modules", "assistants.lock.json"])
      await rm(inWorkspace(path).fsPath, { recursive: true, force: true });
  });

  it("waits while somebody else is at work in the folder, and then does its part", async () => {
    const uri = await write(`${folder}/a.assistant.yaml`, "name: A together\nmodel: offline\n");
    const release = Promise.withResolvers<void>();
    const holding = Promise.withResolvers<void>();
    const other = exclusively(inWorkspace("").fsPath, lockWork, { who: "another window" }, () => {
      holding.resolve();
      return release.promise;
    });
    await holding.promise;
    const window = vscode.window as unknown as Record<string, unknown>;
    const real = vscode.window.withProgress;
    const waits = Promise.withResolvers<string>();
    window["withProgress"] = (options: vscode.ProgressOptions, task: Parameters<typeof real>[1]) => {
      if (options.title?.startsWith("Waiting: ") === true) waits.resolve(options.title);
      return real.call(vscode.window, options, task);
    };
    try {
      const pushed = vscode.commands.executeCommand("assistants.push", uri);
      assert.match(
        await waits.promise,
        /^Waiting: another window \(process \d+ on .*\) is at work in this folder since /,
      );
      await assert.rejects(stat(inWorkspace("assistants.lock.json").fsPath), { code: "ENOENT" });
      release.resolve();
      await Promise.all([pushed, other]);
    } finally {
      release.resolve();
      window["withProgress"] = real;
    }
    assert.match((await linked(`${folder}/a.assistant.yaml`)) ?? "", /^asst_/);
  });

  it("never offers to delete the assistant of a definition that is still there", async () => {
    // Where VS Code's search does not look.
    await mkdir(inWorkspace("node_modules").fsPath, { recursive: true });
    await rename(inWorkspace(folder).fsPath, inWorkspace(`node_modules/${folder}`).fsPath);
    const lock = inWorkspace("assistants.lock.json").fsPath;
    await writeFile(lock, (await readFile(lock, "utf8")).replaceAll(`"${folder}/`, `"node_modules/${folder}/`));
    await vscode.commands.executeCommand("assistants.showPlan");
    const plan = vscode.window.activeTextEditor?.document.getText() ?? "";
    assert.doesNotMatch(plan, /delete assistant|a\.assistant\.yaml/);
    await rename(inWorkspace(`node_modules/${folder}`).fsPath, inWorkspace(folder).fsPath);
    await writeFile(lock, (await readFile(lock, "utf8")).replaceAll(`"node_modules/${folder}/`, `"${folder}/`));
  });

  it("neither sends nor shows as read what is not UTF-8, on disk and open", async () => {
    const uri = inWorkspace(`${folder}/latin.assistant.yaml`);
    const bytes = Buffer.from("# café\nname: Latin\nmodel: offline\n", "latin1");
    await writeFile(uri.fsPath, bytes);
    const person = new Person();
    try {
      for (const isOpen of [false, true]) {
        if (isOpen) await vscode.window.showTextDocument(uri);
        await vscode.commands.executeCommand("assistants.push", uri);
        assert.match(person.heard.at(-1) ?? "", /it is not in UTF-8\. Save it with that encoding\./);
      }
      await eventually(() =>
        vscode.languages.getDiagnostics(uri).some(({ message }) => message.includes("not in UTF-8")) ? true : null,
      );
    } finally {
      person.leave();
    }
    assert.deepEqual(await readFile(uri.fsPath), bytes);
    assert.equal(await linked(`${folder}/latin.assistant.yaml`), null);
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await rm(uri.fsPath);
  });

  it("pulls into the file that a link leads to, with its mode", async function () {
    if (process.platform === "win32") return this.skip();
    const path = inWorkspace(`${folder}/a.assistant.yaml`).fsPath;
    const target = join(path, "..", "target.yaml");
    const id = await linked(`${folder}/a.assistant.yaml`);
    await rename(path, target);
    await writeFile(target, "name: Other\nmodel: offline\n");
    await chmod(target, 0o764);
    await symlink("target.yaml", path);
    const person = new Person();
    try {
      // Both sides have the name of the base, or one of them another: "Take Theirs" writes it here.
      const lock = inWorkspace("assistants.lock.json").fsPath;
      await writeFile(lock, (await readFile(lock, "utf8")).replace('"A together"', '"A base"'));
      person.presses = ["Take Theirs"];
      await vscode.commands.executeCommand("assistants.pull", vscode.Uri.file(path));
    } finally {
      person.leave();
    }
    assert.equal(await readFile(target, "utf8"), "name: A together\nmodel: offline\n");
    assert.equal((await lstat(path)).isSymbolicLink(), true);
    assert.equal(await readlink(path), "target.yaml");
    assert.equal((await stat(target)).mode & 0o777, 0o764);
    assert.equal(await linked(`${folder}/a.assistant.yaml`), id);
  });
});
