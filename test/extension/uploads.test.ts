import { strict as assert } from "node:assert";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "mocha";
import * as vscode from "vscode";

import { Person } from "./person.ts";
import { eventually, inWorkspace, write } from "./workspace.ts";

/** Looks like a key of OpenAI; put together here, so that no scanner takes this file for a leak. */
const key = ["sk-", "proj-", "x9Kq2LmZ7vB4nC8dE1fG5hJ0pR3sT6uW9yA2bD5k"].join("");
const folder = "uploads";

/** The problem of this code, once it is shown. */
function problemOf(uri: vscode.Uri, code: string): Promise<vscode.Diagnostic> {
  return eventually(() => vscode.languages.getDiagnostics(uri).find((one) => one.code === code) ?? null);
}

async function lockText(): Promise<string> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(inWorkspace("assistants.lock.json")));
  } catch (error) {
    if (error instanceof vscode.FileSystemError && error.code === "FileNotFound") return "";
    throw error;
  }
}

describe("what a definition sends, in VS Code", function () {
  this.timeout(60_000);
  let outside: string;

  before(() => {
    outside = mkdtempSync(join(tmpdir(), "outside-"));
    writeFileSync(join(outside, "help.md"), "Outside of the folder.\n");
  });
  after(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await vscode.workspace.fs.delete(inWorkspace(folder), { recursive: true });
    rmSync(outside, { recursive: true, force: true });
  });

  /** Shows a definition whose problem this is, and pushes it: the words of the refusal. */
  const refused = async (name: string, text: string, code: string, at: string): Promise<string> => {
    const path = `${folder}/${name}.assistant.yaml`;
    const uri = await write(path, text);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    const problem = await problemOf(uri, code);
    assert.equal(document.getText(problem.range), at);
    assert.equal(problem.severity, vscode.DiagnosticSeverity.Error);
    const person = new Person();
    try {
      await vscode.commands.executeCommand("assistants.push", uri);
      assert.equal((await lockText()).includes(path), false, "nothing of it was pushed");
      const words = person.heard.find((one) => one.includes(problem.message));
      assert.ok(words !== undefined, JSON.stringify(person.heard));
      return words;
    } finally {
      person.leave();
    }
  };

  it("a secret in the instructions file is a problem of the definition, and is not pushed", async () => {
    await write(`${folder}/secret.md`, `Help.\nUse ${key}.\n`);
    const words = await refused(
      "instructions",
      "name: Instructions\ninstructions: { file: ./secret.md }\n",
      "secret",
      "./secret.md",
    );
    assert.match(words, /holds what looks like an API key \(sk-…\), in line 2/);
    assert.equal(words.includes(key), false);
    // Once it is out of there, it is fine.
    const uri = inWorkspace(`${folder}/instructions.assistant.yaml`);
    await write(`${folder}/secret.md`, "Help.\n");
    await eventually(() => (vscode.languages.getDiagnostics(uri).some((one) => one.code === "secret") ? null : true));
  });

  it("a file to upload with a secret in it, or with the name of one, is refused", async () => {
    await write(`${folder}/notes.txt`, `The key is ${key}.\n`);
    const withFile = (name: string): string =>
      `name: Files\ntools: [{ type: code_interpreter }]\ntool_resources: { code_interpreter: { files: [${name}] } }\n`;
    assert.match(await refused("content", withFile("./notes.txt"), "secret-file", "./notes.txt"), /is not uploaded/);
    await write(`${folder}/.env`, "COLOUR=blue\n");
    assert.match(await refused("named", withFile("./.env"), "secret-file", "./.env"), /files called \.env/);
  });

  it("a link out of the workspace folder is not read; one that stays inside is", async () => {
    const link = inWorkspace(`${folder}/link.md`).fsPath;
    symlinkSync(join(outside, "help.md"), link);
    const text = "name: Linked\nmodel: offline\ninstructions: { file: ./link.md }\n";
    assert.match(await refused("linked", text, "instructions-file", "./link.md"), /leads out of the folder/);
    rmSync(link);
    await write(`${folder}/help.md`, "Inside of the folder.\n");
    symlinkSync(inWorkspace(`${folder}/help.md`).fsPath, link);
    const uri = inWorkspace(`${folder}/linked.assistant.yaml`);
    await eventually(() =>
      vscode.languages.getDiagnostics(uri).some((one) => one.code === "instructions-file") ? null : true,
    );
  });

  it("an id that looks like a path is no file: it is refused as an id", async () => {
    const text = `name: Made up\ntools: [{ type: code_interpreter }]\ntool_resources: { code_interpreter: { file_ids: ["upload:../x"] } }\n`;
    assert.match(await refused("made-up", text, "resource-id", '"upload:../x"'), /is no id/);
  });
});
