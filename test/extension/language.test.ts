import { strict as assert } from "node:assert";
import { after, before, describe, it } from "mocha";
import * as vscode from "vscode";

import { eventually, inWorkspace, write } from "./workspace.ts";

const written: vscode.Uri[] = [];

/** Writes a file, opens it, and takes the cursor `|` out of its text. */
async function open(
  name: string,
  marked: string,
): Promise<{ readonly uri: vscode.Uri; readonly document: vscode.TextDocument; readonly position: vscode.Position }> {
  const offset = marked.indexOf("|");
  const uri = await write(name, marked.replace("|", ""));
  written.push(uri);
  const document = await vscode.workspace.openTextDocument(uri);
  return { uri, document, position: document.positionAt(Math.max(0, offset)) };
}

async function complete(name: string, marked: string): Promise<readonly vscode.CompletionItem[]> {
  const { uri, position } = await open(name, marked);
  const list = await vscode.commands.executeCommand<vscode.CompletionList>(
    "vscode.executeCompletionItemProvider",
    uri,
    position,
  );
  return list.items;
}

const labelsOf = (items: readonly vscode.CompletionItem[]): readonly string[] =>
  items.map(({ label }) => (typeof label === "string" ? label : label.label));

/** Takes the first suggestion, as Enter does, and gives the document as it is then. */
async function accept(name: string, marked: string): Promise<vscode.TextDocument> {
  const { document, position } = await open(name, marked);
  const editor = await vscode.window.showTextDocument(document);
  editor.selection = new vscode.Selection(position, position);
  const before = document.getText();
  await eventually(async () => {
    await vscode.commands.executeCommand("editor.action.triggerSuggest");
    await new Promise((resolve) => setTimeout(resolve, 300));
    await vscode.commands.executeCommand("acceptSelectedSuggestion");
    return document.getText() === before ? null : true;
  });
  return document;
}

async function hoverText(name: string, marked: string): Promise<string> {
  const { uri, position } = await open(name, marked);
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>("vscode.executeHoverProvider", uri, position);
  return hovers
    .flatMap(({ contents }) => contents)
    .map((content) => (typeof content === "string" ? content : content.value))
    .join("\n");
}

describe("the language of definitions in VS Code", () => {
  before(async () => {
    written.push(await write("data/orders.csv", "id\n1\n"));
    written.push(await write("language.md", "Help.\n"));
    written.push(await write("handbook.vectorstore.yaml", "# The handbook\nname: handbook\ninclude: [docs/**/*.md]\n"));
  });

  after(async () => {
    // Nothing is to be asked about files that were typed into.
    for (const document of vscode.workspace.textDocuments) if (document.isDirty) await document.save();
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    for (const uri of written) await vscode.workspace.fs.delete(uri);
  });

  it("completes keys, and not those that are there", async () => {
    const labels = labelsOf(await complete("language-1.assistant.yaml", "name: Language\nto|\n"));
    assert.ok(labels.includes("tools"), labels.join(", "));
    assert.ok(labels.includes("tool_resources"));
    assert.ok(!labels.includes("name"));
  });

  it("completes in JSON what VS Code's own JSON support cannot know", async () => {
    const items = await complete("language-2.assistant.json", '{ "name": "Language", "model": "|" }\n');
    assert.ok(labelsOf(items).includes("offline"), labelsOf(items).join(", "));
  });

  it("completes the connection's models", async () => {
    const labels = labelsOf(await complete("language-3.assistant.yaml", "name: Language\nmodel: |\n"));
    assert.ok(labels.includes("offline"), labels.join(", "));
  });

  it("completes stores of the workspace, and files", async () => {
    const stores = await complete(
      "language-4.assistant.yaml",
      "name: Language\ntool_resources:\n  file_search:\n    vector_store: |\n",
    );
    assert.ok(labelsOf(stores).includes("handbook"), labelsOf(stores).join(", "));
    const files = await complete(
      "language-5.assistant.yaml",
      "name: Language\ntool_resources:\n  code_interpreter:\n    files:\n      - ./data/|\n",
    );
    const file = files.find(({ label }) => label === "orders.csv");
    assert.ok(file !== undefined, labelsOf(files).join(", "));
    assert.equal((file.insertText as vscode.SnippetString).value, "./data/orders.csv");
  });

  it("inserts a scaffold that is a good definition", async () => {
    const document = await accept("language-6.assistant.yaml", "name: Language\ntools:\n  fun|\n");
    assert.match(document.getText(), /\n {2}- type: function\n {4}function:\n {6}name: get_something\n/);
    await eventually(() => (vscode.languages.getDiagnostics(document.uri).every(isNoError) ? true : null));
  });

  it("inserts below a key what is chosen behind its colon", async () => {
    const document = await accept("language-14.assistant.yaml", "name: Language\nrun: max_p|\n");
    assert.equal(document.getText(), "name: Language\nrun:\n  max_prompt_tokens: \n");
  });

  it("replaces the whole word that the cursor is in", async () => {
    const document = await accept("language-15.assistant.yaml", "name: Language\ntools:\n  - type: file_s|earx\n");
    assert.equal(document.getText(), "name: Language\ntools:\n  - type: file_search\n");
  });

  it("tells limits and wire names on hover", async () => {
    assert.match(await hoverText("language-7.assistant.yaml", "na|me: Language\n"), /256[^]*On the wire: assistant/);
    assert.match(await hoverText("language-8.assistant.yaml", "name: Language\nr|un: {}\n"), /never sent/);
    const tool = "name: Language\ntools:\n  - type: function\n    function:\n      na|me: find_order\n";
    assert.match(await hoverText("language-9.assistant.yaml", tool), /find_order\(\)/);
  });

  it("links files that are there, and goes to them and to a store's definition", async () => {
    const text =
      "name: Language\ninstructions: { file: ./language.md }\ntool_resources:\n  file_search: { vector_store: hand|book }\n" +
      "  code_interpreter: { files: [./data/orders.csv, ./data/missing.csv] }\n";
    const { uri, document, position } = await open("language-10.assistant.yaml", text);
    const links = await vscode.commands.executeCommand<vscode.DocumentLink[]>("vscode.executeLinkProvider", uri);
    assert.deepEqual(links.map(({ range }) => document.getText(range)).toSorted(), [
      "./data/orders.csv",
      "./language.md",
      "handbook",
    ]);
    const definitionAt = (at: vscode.Position): Thenable<vscode.LocationLink[]> =>
      vscode.commands.executeCommand("vscode.executeDefinitionProvider", uri, at);
    const [store] = await definitionAt(position);
    assert.equal(store?.targetUri.toString(), inWorkspace("handbook.vectorstore.yaml").toString());
    assert.equal(store?.targetRange.start.line, 1);
    const [file] = await definitionAt(document.positionAt(text.indexOf("language.md")));
    assert.equal(file?.targetUri.toString(), inWorkspace("language.md").toString());
  });

  it("a definition links nothing outside the workspace", async () => {
    const { uri } = await open(
      "language-11.assistant.yaml",
      "name: a\ninstructions: { file: ../../../../etc/passwd }\n",
    );
    assert.deepEqual(await vscode.commands.executeCommand("vscode.executeLinkProvider", uri), []);
  });

  it("outlines tools by their names", async () => {
    const text = "name: Language\ntools:\n  - type: function\n    function: { name: find_order }\n";
    const { uri } = await open("language-12.assistant.yaml", text);
    const symbols = await vscode.commands.executeCommand<vscode.DocumentSymbol[]>(
      "vscode.executeDocumentSymbolProvider",
      uri,
    );
    assert.deepEqual(
      symbols.map(({ name, children }) => [name, ...children.map((child) => child.name)]),
      [["name"], ["tools", "find_order"]],
    );
  });

  it("follows what is typed, before it is saved", async () => {
    const { document } = await open("language-13.assistant.yaml", "name: Language\n");
    const editor = await vscode.window.showTextDocument(document);
    await editor.edit((edit) => edit.insert(new vscode.Position(1, 0), "run:\n  "));
    const list = await vscode.commands.executeCommand<vscode.CompletionList>(
      "vscode.executeCompletionItemProvider",
      document.uri,
      new vscode.Position(2, 2),
    );
    assert.ok(labelsOf(list.items).includes("max_prompt_tokens"));
  });

  it("leaves other YAML files alone", async () => {
    // VS Code itself suggests words of other open files.
    const items = await complete("language-other.yaml", "name: Language\nto|\n");
    assert.ok(!items.some(({ kind }) => kind === vscode.CompletionItemKind.Property));
  });
});

function isNoError({ severity }: vscode.Diagnostic): boolean {
  return severity !== vscode.DiagnosticSeverity.Error;
}
