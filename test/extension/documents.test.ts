import { strict as assert } from "node:assert";
import { after, afterEach, before, describe, it } from "mocha";
import * as vscode from "vscode";

import { eventually, inWorkspace, write } from "./workspace.ts";

const definition = "manual.vectorstore.yaml";

type Ask = (message: string, ...rest: readonly unknown[]) => Thenable<string | undefined>;

interface LockFile {
  readonly connections: Readonly<
    Record<string, { readonly stores?: Readonly<Record<string, { readonly id: string | null }>> }>
  >;
}

/** The store's id in the lock; null while there is none. */
async function storeId(name: string): Promise<string | null> {
  try {
    const bytes = await vscode.workspace.fs.readFile(inWorkspace("assistants.lock.json"));
    const lock = JSON.parse(new TextDecoder().decode(bytes)) as LockFile;
    return lock.connections["offline"]?.stores?.[name]?.id ?? null;
  } catch (error) {
    if (error instanceof vscode.FileSystemError) return null;
    throw error;
  }
}

/** Shows the plan until it says so: a document that was shown before takes its new text a moment later. */
async function planSays(...patterns: readonly RegExp[]): Promise<void> {
  await eventually(async () => {
    await vscode.commands.executeCommand("assistants.docs.plan", inWorkspace(definition));
    const document = vscode.window.activeTextEditor?.document;
    const shown = document?.uri.path.endsWith("manual.plan.txt") === true ? document.getText() : "";
    return patterns.every((pattern) => pattern.test(shown)) ? true : null;
  });
}

describe("documents in VS Code", function () {
  this.timeout(25_000);
  const said: string[] = [];
  let answers: readonly string[] = [];
  const real = {
    info: vscode.window.showInformationMessage,
    warn: vscode.window.showWarningMessage,
    error: vscode.window.showErrorMessage,
    pick: vscode.window.showQuickPick,
    input: vscode.window.showInputBox,
  };
  const window = vscode.window as unknown as Record<string, unknown>;

  before(async () => {
    // Somebody who reads what is asked, and answers with the first of the offered answers that is wanted.
    const answer: Ask = (message, ...rest) => {
      const [options] = rest;
      const detail =
        typeof options === "object" && options !== null && "detail" in options ? ` ${String(options.detail)}` : "";
      said.push(message + detail);
      return Promise.resolve(rest.find((one): one is string => typeof one === "string" && answers.includes(one)));
    };
    for (const name of ["showInformationMessage", "showWarningMessage", "showErrorMessage"]) window[name] = answer;
    await write(definition, "name: manual\ninclude:\n  - manual # the pages\nattributes: { product: lamp }\n");
    await write("manual/one.md", "# One\nHow the lamp is switched on.");
    await write("manual/two.md", "# Two\nHow the lamp is switched off.");
    await write("manual/sheet.xlsx", "x");
    await write("elsewhere/three (3) [x].md", "# Three\nHow the lamp is sold.");
  });
  afterEach(() => {
    said.length = 0;
    answers = [];
  });
  after(async () => {
    window["showInformationMessage"] = real.info;
    window["showWarningMessage"] = real.warn;
    window["showErrorMessage"] = real.error;
    window["showQuickPick"] = real.pick;
    window["showInputBox"] = real.input;
    await vscode.workspace
      .getConfiguration()
      .update("assistants.documents.watch", undefined, vscode.ConfigurationTarget.Workspace);
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    for (const path of [definition, "manual", "elsewhere", "assistants.lock.json"])
      await vscode.workspace.fs.delete(inWorkspace(path), { recursive: true });
  });

  it("a store definition has lenses, and a plan that is shown and does nothing", async () => {
    const uri = inWorkspace(definition);
    await vscode.window.showTextDocument(uri);
    const titles = await eventually(async () => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", uri, 10);
      const all = lenses.map(({ command }) => command?.title ?? "");
      return all.some((title) => title.includes("Sync Documents")) ? all : null;
    });
    assert.ok(titles.some((title) => title.includes("Plan")));
    await planSays(/^\+ new {7}manual\/one\.md/m, /^! skipped {3}manual\/sheet\.xlsx: file search does not read/m);
    assert.equal(await storeId("manual"), null);
  });

  it("a sync that is not confirmed does nothing; a confirmed one fills the store", async () => {
    await vscode.commands.executeCommand("assistants.docs.sync", inWorkspace(definition));
    assert.match(said.join(), /Sync manual with .*A vector store is made\.\n2 new, 1 skipped\./s);
    assert.equal(await storeId("manual"), null);
    answers = ["Sync"];
    await vscode.commands.executeCommand("assistants.docs.sync", inWorkspace(definition));
    assert.match((await storeId("manual")) ?? "", /^vs_/);
    assert.match(said.join(), /manual: 2 changes done\./);
    said.length = 0;
    await vscode.commands.executeCommand("assistants.docs.sync", inWorkspace(definition));
    assert.deepEqual(said, ["manual is in sync: 2 unchanged, 1 skipped."]);
  });

  it("files from the Explorer become globs of the definition, keeping its comments, and are synced", async () => {
    answers = ["Sync"];
    let offered: readonly string[] = [];
    window["showQuickPick"] = (items: readonly { readonly label: string }[]) => {
      offered = items.map(({ label }) => label);
      return Promise.resolve(items.find(({ label }) => label.includes("manual")));
    };
    const file = inWorkspace("elsewhere/three (3) [x].md");
    await vscode.commands.executeCommand("assistants.docs.add", file, [file, inWorkspace("manual")]);
    assert.ok(offered.some((label) => label.includes("New vector store")));
    const text = (await vscode.workspace.openTextDocument(inWorkspace(definition))).getText();
    assert.match(text, /- manual # the pages\n {2}- .*three \[\(\]3\[\)\] \[\[\]x\[\]\]\.md/);
    assert.match(said.join(), /1 change done/);
    await planSays(/^3 unchanged, 1 skipped\./m);
  });

  it("says why a file that lies elsewhere cannot be added", async () => {
    await write("manual/inner.vectorstore.yaml", "name: inner\ninclude: ['*.md']\n");
    window["showQuickPick"] = (items: readonly { readonly label: string }[]) =>
      Promise.resolve(items.find(({ label }) => label.includes("inner")));
    await eventually(async () => {
      said.length = 0;
      await vscode.commands.executeCommand("assistants.docs.add", inWorkspace("elsewhere/three (3) [x].md"));
      return said.join().includes("is not below") ? true : null;
    });
    await vscode.workspace.fs.delete(inWorkspace("manual/inner.vectorstore.yaml"));
  });

  it("a deleted and a renamed file are told, and synced", async () => {
    await vscode.workspace.fs.rename(inWorkspace("manual/one.md"), inWorkspace("manual/first.md"));
    await vscode.workspace.fs.delete(inWorkspace("manual/two.md"));
    await planSays(/^> renamed {3}manual\/first\.md {2}from manual\/one\.md$/m, /^- removed {3}manual\/two\.md$/m);
    answers = ["Sync"];
    await vscode.commands.executeCommand("assistants.docs.sync", inWorkspace(definition));
    assert.match(said.join(), /2 changes done/);
  });

  it("a saved file is synced by itself where the setting says so", async () => {
    const configuration = vscode.workspace.getConfiguration();
    await configuration.update("assistants.documents.watch", true, vscode.ConfigurationTarget.Workspace);
    const document = await vscode.workspace.openTextDocument(inWorkspace("manual/first.md"));
    const edit = new vscode.WorkspaceEdit();
    edit.insert(document.uri, new vscode.Position(0, 0), "Changed. ");
    await vscode.workspace.applyEdit(edit);
    await document.save();
    await planSays(/^2 unchanged, 1 skipped\./m);
  });

  it("a store that cannot be synced is told once, and keeps no other from what is saved; nor is what git ignores", async () => {
    // One stands before the other definition, one after it.
    for (const name of ["a-twin", "z-twin"]) await write(`${name}.vectorstore.yaml`, "name: twin\ninclude: [manual]\n");
    await write(".gitignore", "manual/private.md\n");
    await write("manual/private.md", "Not for others.");
    const save = async (path: string, text: string): Promise<void> => {
      const document = await vscode.workspace.openTextDocument(inWorkspace(path));
      const edit = new vscode.WorkspaceEdit();
      edit.insert(document.uri, new vscode.Position(0, 0), text);
      await vscode.workspace.applyEdit(edit);
      await document.save();
    };
    await save("manual/private.md", "Still ");
    await save("manual/first.md", "Once more. ");
    await planSays(/^2 unchanged, 1 skipped\./m);
    const told = (): readonly string[] => said.filter((message) => message.includes("have the same name"));
    await eventually(() => (told().length >= 2 ? true : null));
    assert.match(told().join("\n"), /^What you saved was not synced to twin: a-twin\.vectorstore\.yaml and z-twin/m);
    await save("manual/first.md", "And again. ");
    await planSays(/^2 unchanged, 1 skipped\./m);
    assert.equal(told().length, 2);
    for (const path of ["a-twin.vectorstore.yaml", "z-twin.vectorstore.yaml", ".gitignore", "manual/private.md"])
      await vscode.workspace.fs.delete(inWorkspace(path));
  });

  it("a store without a name is deleted when its id is typed, not by Enter alone", async () => {
    const { offlineConnection } = await import("../../src/host/connections/connection.ts");
    const node = {
      kind: "store",
      store: { id: "vs_nobody", name: "", file_counts: { total: 3 } },
      connection: offlineConnection,
      definition: null,
    };
    const asked: (vscode.InputBoxOptions | undefined)[] = [];
    for (const typed of ["", "vs_nobody"]) {
      window["showInputBox"] = (options?: vscode.InputBoxOptions) => {
        asked.push(options);
        return Promise.resolve(typed);
      };
      await vscode.commands.executeCommand("assistants.vectorStore.delete", node);
      if (typed === "") assert.deepEqual(said, []);
    }
    window["showInputBox"] = real.input;
    assert.equal(asked[0]?.placeHolder, "vs_nobody");
    assert.match(asked[0]?.prompt ?? "", /Type its id to delete it\.$/);
    // There is none of this id: the request was made.
    assert.match(said.join(), /vs_nobody/);
  });

  it("an upload that left its store is cleaned up, unless the code interpreter of an assistant has it", async () => {
    answers = ["Sync"];
    for (const text of ["Another page.", "The page after it."]) {
      await write("manual/first.md", text);
      await vscode.commands.executeCommand("assistants.docs.sync", inWorkspace(definition));
    }
    const orphans = async (): Promise<readonly string[]> => {
      said.length = 0;
      await vscode.commands.executeCommand("assistants.docs.clean");
      return said.join().match(/file-[\w-]+/g) ?? [];
    };
    const [id = "", ...others] = await orphans();
    assert.match(said.join(), /that nothing uses any more\?/);
    const user = await write(
      "user.assistant.yaml",
      `name: User\ntools: [{ type: code_interpreter }]\ntool_resources: { code_interpreter: { file_ids: [${id}] } }\n`,
    );
    await vscode.commands.executeCommand("assistants.push", user);
    // Its definition is here, so the states of the workspace do not list it as one that is there only.
    assert.deepEqual(await orphans(), others);
    answers = ["Delete"];
    await vscode.commands.executeCommand("assistants.docs.clean");
    assert.deepEqual(await orphans(), []);
    await planSays(/^2 unchanged, 1 skipped\./m);
    await vscode.workspace.fs.delete(user);
  });

  it("a new store is offered globs of what a sync takes, and told of a glob what file search reads", async () => {
    await write("manual/prices.csv", "a,b");
    await write("manual/terms.rst", "Terms");
    const globs: string[] = [];
    window["showQuickPick"] = (items: readonly vscode.QuickPickItem[]) => {
      globs.push(...items.map(({ label, description }) => `${label} ${description}`));
      return Promise.resolve(items.filter(({ label }) => label.includes("Another glob")));
    };
    const messages: unknown[] = [];
    window["showInputBox"] = async (options: vscode.InputBoxOptions) => {
      if (options.prompt?.includes("glob") !== true) return "made";
      for (const glob of ["manual/*.csv", "manual/*", "nowhere/**"]) {
        const said = await options.validateInput?.(glob);
        messages.push(typeof said === "object" ? said?.message : said);
      }
      return undefined;
    };
    await vscode.commands.executeCommand("assistants.newVectorStore");
    window["showInputBox"] = real.input;
    assert.ok(globs.includes("manual/**/*.md 1 file"), globs.join("\n"));
    assert.ok(!globs.some((glob) => /\.(?:csv|rst|xlsx|yaml) /.test(glob)), globs.join("\n"));
    assert.deepEqual(messages, [
      "1 file matches it, and file search reads none of them.",
      "4 files match it; file search reads 1 of them.",
      "No file matches it now.",
    ]);
  });

  it("a store is attached to an assistant: its definition says so, the tool included", async () => {
    const uri = await write("searcher.assistant.yaml", "name: Searcher\ninstructions: Look it up. # kept\n");
    await vscode.window.showTextDocument(uri);
    await eventually(async () => {
      const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>("vscode.executeCodeLensProvider", uri, 10);
      return lenses.length > 0 ? true : null;
    });
    window["showQuickPick"] = (items: readonly { readonly label: string }[]) =>
      Promise.resolve(items.find(({ label }) => label === "Searcher"));
    await eventually(async () => {
      await vscode.commands.executeCommand("assistants.vectorStore.attach", {
        kind: "storeDefinition",
        definition: inWorkspace(definition),
      });
      const text = (await vscode.workspace.openTextDocument(uri)).getText();
      return text.includes("vector_store: manual") ? true : null;
    });
    const text = (await vscode.workspace.openTextDocument(uri)).getText();
    assert.match(text, /# kept\n[^]*type: file_search[^]*vector_store: manual/);
    await (await vscode.workspace.openTextDocument(uri)).save();
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await vscode.workspace.fs.delete(uri);
  });
});
