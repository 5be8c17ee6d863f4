import { strict as assert } from "node:assert";
import { afterEach, describe, it } from "mocha";
import * as vscode from "vscode";

import { DefinitionStore } from "../../src/host/definitions/definitionStore.ts";
import { fileText } from "../../src/host/definitions/definitionText.ts";
import { Log } from "../../src/host/log.ts";
import { LocalDefinitions } from "../../src/host/sync/localDefinitions.ts";
import { eventually, inWorkspace, write } from "./workspace.ts";

const made: vscode.Uri[] = [];

async function make(name: string, text: string): Promise<vscode.Uri> {
  const uri = await write(name, text);
  made.push(uri);
  return uri;
}

const codes = (uri: vscode.Uri): readonly unknown[] => vscode.languages.getDiagnostics(uri).map(({ code }) => code);

const has = (uri: vscode.Uri, code: string): Promise<true> =>
  eventually(() => (codes(uri).includes(code) ? true : null));
const hasNot = (uri: vscode.Uri, code: string): Promise<true> =>
  eventually(() => (codes(uri).includes(code) ? null : true));

async function actionsAt(uri: vscode.Uri, code: string): Promise<vscode.CodeAction[]> {
  const diagnostic = await eventually(
    () => vscode.languages.getDiagnostics(uri).find((one) => one.code === code) ?? null,
  );
  return vscode.commands.executeCommand<vscode.CodeAction[]>("vscode.executeCodeActionProvider", uri, diagnostic.range);
}

async function titlesAt(uri: vscode.Uri, code: string): Promise<readonly string[]> {
  return (await actionsAt(uri, code)).map(({ title }) => title);
}

describe("authoring in VS Code", function () {
  this.timeout(25_000);

  afterEach(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    for (const uri of made.splice(0)) await vscode.workspace.fs.delete(uri, { recursive: true, useTrash: false });
    const configuration = vscode.workspace.getConfiguration("assistants");
    await configuration.update("diagnostics.disabled", undefined, vscode.ConfigurationTarget.Workspace);
  });

  it("a store definition: problems at their ranges, fixes, completion and hover", async () => {
    const text =
      "name: pages\ninclude: ['pages/**/*.md']\nsize: 3\nchunking_strategy: { type: static, static: { max_chunk_size_tokens: 800, chunk_overlap_tokens: 500 } }\n";
    const uri = await make("pages.vectorstore.yaml", text);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document);
    await has(uri, "store-overlap");
    await has(uri, "store-no-match");
    await has(uri, "store-unknown-field");
    const overlap = vscode.languages.getDiagnostics(uri).find(({ code }) => code === "store-overlap")!;
    assert.equal(document.getText(overlap.range), "500");
    const fix = (await actionsAt(uri, "store-overlap")).find(({ title }) => title === "Change to 400");
    assert.ok(fix?.edit && (await vscode.workspace.applyEdit(fix.edit)));
    await hasNot(uri, "store-overlap");
    assert.ok((await titlesAt(uri, "store-no-match")).includes("Remove this glob"));

    const position = document.positionAt(document.getText().indexOf("chunk_overlap") + 3);
    const hovers = await vscode.commands.executeCommand<vscode.Hover[]>("vscode.executeHoverProvider", uri, position);
    const words = hovers.flatMap(({ contents }) => contents).map((one) => (typeof one === "string" ? one : one.value));
    assert.match(words.join(" "), /half of/);
    const last = document.lineAt(document.lineCount - 1).range.end;
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      "vscode.executeCompletionItemProvider",
      uri,
      last,
    );
    const labels = list.items.map(({ label }) => (typeof label === "string" ? label : label.label));
    assert.ok(labels.includes("expires_after") && labels.includes("exclude"));
    await document.save();
  });

  it("a glob matches once a file is there, whoever makes it; two stores of one name are told", async () => {
    const uri = await make("notes.vectorstore.yaml", "name: notes\ninclude: ['notes/*.txt']\n");
    await vscode.workspace.openTextDocument(uri);
    await has(uri, "store-no-match");
    // Behind VS Code's back, as another program does.
    const { mkdir, writeFile } = await import("node:fs/promises");
    await mkdir(inWorkspace("notes").fsPath);
    await writeFile(inWorkspace("notes/a.txt").fsPath, "a");
    made.push(inWorkspace("notes"));
    await hasNot(uri, "store-no-match");
    const other = await make("other.vectorstore.yaml", "name: notes\ninclude: ['notes/*.txt']\n");
    await has(uri, "store-duplicate");
    await has(other, "store-duplicate");
  });

  it("every rule is turned off by a quick fix, in the workspace; what keeps a text from being read is not", async () => {
    const uri = await make("loose.assistant.yaml", "name: Loose\n");
    await vscode.workspace.openTextDocument(uri);
    const off = (await actionsAt(uri, "completion-budget")).find(({ title }) => title.startsWith("Turn this rule off"));
    assert.equal(off?.title, "Turn this rule off: completion-budget");
    await vscode.commands.executeCommand(off.command!.command, ...(off.command!.arguments ?? []));
    await hasNot(uri, "completion-budget");
    const setting = vscode.workspace.getConfiguration("assistants").inspect<readonly string[]>("diagnostics.disabled");
    assert.deepEqual(setting?.workspaceValue, ["completion-budget"]);
    const broken = await make("twice.assistant.yaml", "name: A\nname: B\n");
    await vscode.workspace.openTextDocument(broken);
    assert.deepEqual(
      (await titlesAt(broken, "yaml-duplicate-key")).filter((title) => title.startsWith("Turn")),
      [],
    );
  });

  it("a function without a description: the fix asks for it, and writes nothing by itself", async () => {
    const text =
      "name: A\ntools:\n  - type: function\n    function: { name: look_up }\nrun: { max_completion_tokens: 500 }\n";
    const uri = await make("mute.assistant.yaml", text);
    const document = await vscode.workspace.openTextDocument(uri);
    const fix = (await actionsAt(uri, "function-description")).find(({ title }) => title === "Describe it…");
    assert.equal(fix?.edit, undefined);
    assert.equal(fix?.command?.command, "assistants.fixByAnswer");
    assert.equal(document.getText(), text);
  });

  it("an instructions file that changes outside VS Code is noticed: problems and states follow", async () => {
    await make("long.md", "Short.\n");
    const uri = await make("long.assistant.yaml", "name: Long\ninstructions: { file: ./long.md }\n");
    await vscode.window.showTextDocument(uri);
    await vscode.commands.executeCommand("assistants.push", uri);
    made.push(inWorkspace("assistants.lock.json"));
    const lens = async (): Promise<string> => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", uri, 10);
      return lenses.map((one) => one.command?.title ?? "").find((title) => title.includes("Push")) ?? "";
    };
    await eventually(async () => ((await lens()).includes("in sync") ? true : null));
    const { rm, writeFile } = await import("node:fs/promises");
    await writeFile(inWorkspace("long.md").fsPath, "Longer.\n");
    await eventually(async () => ((await lens()).includes("changed here") ? true : null));
    await writeFile(inWorkspace("long.md").fsPath, "x".repeat(256_001));
    await has(uri, "instructions-length");
    await rm(inWorkspace("long.md").fsPath);
    await has(uri, "instructions-file");
    await writeFile(inWorkspace("long.md").fsPath, "Short.\n");
    await hasNot(uri, "instructions-file");
    await eventually(async () => ((await lens()).includes("in sync") ? true : null));
  });

  it("files of code_interpreter are uploaded from the workspace, once for each content", async () => {
    await make("numbers.csv", "a,b\n1,2\n");
    const text =
      "name: Counting\ntools: [{ type: code_interpreter }]\ntool_resources: { code_interpreter: { files: [./numbers.csv] } }\n";
    const uri = await make("counting.assistant.yaml", text);
    made.push(inWorkspace("assistants.lock.json"));
    const files = async (): Promise<Readonly<Record<string, { readonly id: string; readonly sha256: string }>>> => {
      const bytes = await vscode.workspace.fs.readFile(inWorkspace("assistants.lock.json"));
      const lock = JSON.parse(new TextDecoder().decode(bytes)) as {
        readonly connections: Readonly<Record<string, { readonly files: Awaited<ReturnType<typeof files>> }>>;
      };
      return lock.connections["offline"]!.files;
    };
    await vscode.commands.executeCommand("assistants.push", uri);
    const first = (await files())["numbers.csv"];
    assert.match(first?.id ?? "", /^file-/);
    assert.match(first?.sha256 ?? "", /^[\da-f]{64}$/);
    await write("counting.assistant.yaml", `${text}description: Again\n`);
    await vscode.commands.executeCommand("assistants.push", uri);
    assert.deepEqual((await files())["numbers.csv"], first, "not uploaded again");
    await write("numbers.csv", "a,b\n3,4\n");
    await vscode.commands.executeCommand("assistants.push", uri);
    assert.notEqual((await files())["numbers.csv"]?.id, first?.id);
  });

  it("after an edit, one of a thousand definitions is read", async function () {
    this.timeout(120_000);
    const folder = inWorkspace("many");
    made.push(folder);
    const { mkdir, writeFile } = await import("node:fs/promises");
    await mkdir(folder.fsPath);
    const uris = Array.from({ length: 1000 }, (_, index) => vscode.Uri.joinPath(folder, `a${index}.assistant.yaml`));
    await Promise.all(uris.map((uri, index) => writeFile(uri.fsPath, `name: A${index}\nmodel: offline\n`)));
    const log = new Log();
    const definitions = new DefinitionStore(log);
    try {
      assert.ok((await definitions.all()).length >= 1000);
      let reads = 0;
      const locals = new LocalDefinitions((uri, mark) => {
        reads += 1;
        return fileText(uri, mark);
      });
      const changed: string[] = [];
      definitions.onChange((uri) => {
        if (uri === null) return;
        locals.forget(uri);
        changed.push(uri.path);
      });
      const read = async (fresh: boolean): Promise<number> => {
        const before = reads;
        const context = { storeNames: new Set<string>(), disabled: new Set<string>() };
        const found = await locals.read(inWorkspace(""), uris, context, fresh);
        assert.equal(found.length, 1000);
        return reads - before;
      };
      assert.equal(await read(false), 1000);
      const document = await vscode.workspace.openTextDocument(uris[500]!);
      // The watcher tells of the new files when it likes, and each that it names is read again, rightly: once that is over, one is.
      await eventually(async () => {
        await eventually(async () => ((await read(false)) === 0 ? true : null));
        changed.length = 0;
        const edit = new vscode.WorkspaceEdit();
        edit.insert(uris[500]!, new vscode.Position(2, 0), "# edited\n");
        await vscode.workspace.applyEdit(edit);
        await eventually(() => (changed.some((path) => path.endsWith("/a500.assistant.yaml")) ? true : null));
        return (await read(false)) === 1 ? true : null;
      });
      // Before anything is pushed, nothing is taken on trust.
      assert.equal(await read(true), 1000);
      await document.save();
    } finally {
      definitions.dispose();
      log.dispose();
    }
  });
});
