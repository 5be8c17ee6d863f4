import { strict as assert } from "node:assert";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, afterEach, before, describe, it } from "mocha";
import OpenAI, { toFile } from "openai";
import * as vscode from "vscode";

import type { Provider } from "../../src/core/provider.ts";
import { unknownPlace } from "../../src/core/retrieval/retrieval.ts";
import type { Attributes } from "../../src/core/retrieval/retrieval.ts";
import { offlineConnection } from "../../src/host/connections/connection.ts";
import type { ConnectionStore } from "../../src/host/connections/connectionStore.ts";
import type { Log } from "../../src/host/log.ts";
import { SourceOpener } from "../../src/host/retrieval/sourceOpener.ts";
import type { Passage } from "../../src/host/retrieval/sourceOpener.ts";
import { registerStoredDocuments, storedAddress, storedUri } from "../../src/host/retrieval/storedDocuments.ts";
import { startRuntimeProcess } from "../../src/host/runtime/runtimeProcess.ts";
import type { ProviderPool } from "../../src/host/runtime/providerPool.ts";
import { createAssistantsProvider } from "../../src/provider/assistants/assistantsProvider.ts";
import { pdf } from "../wire/documentFixtures.ts";
import { inWorkspace, write } from "./workspace.ts";

const key = "test-key-of-a-runtime";
const log = { info: () => undefined, error: () => undefined } as unknown as Log;
const { Active } = vscode.ViewColumn;
const testScheme = "assistants-stored-test";

/** Passages of files in a store of a real runtime, looked up in a real workspace. */
describe("the sources of passages in VS Code", function () {
  this.timeout(120_000);
  let dataDir: string;
  let stop: () => void;
  let client: OpenAI;
  let storeId: string;
  let provider: Provider;
  let sources: SourceOpener;
  let stored: vscode.Disposable;

  before(async () => {
    dataDir = await mkdtemp(join(tmpdir(), "sources-"));
    const start = await startRuntimeProcess({
      bundle: fileURLToPath(new URL("../../runtime.mjs", import.meta.url)),
      dataDir,
      args: ["--pace", "0"],
      env: { ASSISTANTS_RUNTIME_KEY: key, OPENAI_API_KEY: undefined },
      onLog: () => undefined,
      onExit: () => undefined,
    });
    assert.ok(start.kind === "started");
    stop = start.stop;
    client = new OpenAI({ baseURL: start.address.url, apiKey: key });
    provider = createAssistantsProvider({ baseUrl: start.address.url, apiKey: key, label: "it" });
    const providers = {
      with: (_connection: unknown, task: (one: Provider) => Promise<unknown>) => task(provider),
    } as unknown as ProviderPool;
    sources = new SourceOpener(providers, log, testScheme);
    // The extension's own provider of these documents asks its own runtime; these are asked of this one.
    stored = registerStoredDocuments(
      { find: () => offlineConnection } as unknown as ConnectionStore,
      providers,
      log,
      testScheme,
    );
    storeId = (await client.vectorStores.create({ name: "sources" })).id;
  });
  after(async () => {
    stored.dispose();
    stop();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 5 });
  });
  afterEach(async () => {
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
  });

  async function passageOf(
    filename: string,
    content: string,
    text: string,
    attributes: Attributes = {},
  ): Promise<Passage> {
    const file = await client.files.create({
      file: await toFile(Buffer.from(content), filename),
      purpose: "assistants",
    });
    await client.vectorStores.files.createAndPoll(storeId, { file_id: file.id, attributes: { ...attributes } });
    return {
      connection: offlineConnection,
      storeIds: [storeId],
      fileId: file.id,
      filename,
      attributes: null,
      text,
      place: unknownPlace,
    };
  }

  function selected(): string {
    const editor = vscode.window.activeTextEditor;
    return editor === undefined ? "" : editor.document.getText(editor.selection);
  }

  it("by the path that the sync has noted, whatever line breaks the file has, and as it stands in its editor", async () => {
    const uri = await write("deep/here/notes.md", "\uFEFF# Notes\r\n\r\nOne thing.\r\nAnother thing.\r\n");
    await write("notes.md", "One thing.\nAnother thing.\n");
    const passage = await passageOf(
      "notes.md",
      "# Notes\n\nOne thing.\nAnother thing.\n",
      "One thing.\nAnother thing.",
      {
        awb_path: "deep/here/notes.md",
      },
    );
    assert.equal(await sources.open(passage, Active), null);
    assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), uri.toString());
    assert.equal(selected().replaceAll("\r", ""), "One thing.\nAnother thing.");
    const editor = vscode.window.activeTextEditor;
    assert.ok(editor !== undefined);
    // Unsaved text above moves the passage.
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), "New first line\n"));
    assert.equal(await sources.open(passage, Active), null);
    assert.equal(selected().replaceAll("\r", ""), "One thing.\nAnother thing.");
    assert.equal(vscode.window.activeTextEditor?.selection.start.line, 3);
    await vscode.commands.executeCommand("workbench.action.files.revert");
  });

  it("by its name, where the passage is in one of several files of that name", async () => {
    await write("a/twin.txt", "first twin");
    const uri = await write("b/twin.txt", "second twin, with the words");
    const passage = await passageOf("twin.txt", "second twin, with the words", "with the words");
    assert.equal(await sources.open(passage, Active), null);
    assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), uri.toString());
    assert.equal(selected(), "with the words");
  });

  it("a path that leads out of the workspace is not followed", async () => {
    const passage = await passageOf("passwd", "root:x:0", "root:x:0", { awb_path: "../../../../../../etc/passwd" });
    assert.deepEqual(await sources.find({ ...passage, filename: "passwd.txt" }), { kind: "absent" });
  });

  it("what has changed or is gone is told, and the stored text is shown", async () => {
    await write("moved.md", "nothing of it is left");
    const passage = await passageOf("moved.md", "Before.\n\nThe old words.\n", "The old words.");
    assert.match((await sources.open(passage, Active)) ?? "", /moved\.md has changed since it was indexed/);
    assert.equal(vscode.window.activeTextEditor?.document.uri.scheme, testScheme);
    await vscode.workspace.fs.delete(inWorkspace("moved.md"));
    assert.match(
      (await sources.open(passage, Active)) ?? "",
      /moved\.md is not in this workspace\. This is the text that the store has/,
    );
    await client.files.delete(passage.fileId);
    assert.match((await sources.open(passage, Active)) ?? "", /the passage as it was found/);
    // Its text is held by this bundle, and shown by that of the extension.
    assert.match(vscode.window.activeTextEditor?.document.uri.path ?? "", /moved\.md \(passage\)\.txt$/);
    await assert.rejects(sources.open({ ...passage, text: "" }, Active), /Neither the workspace nor the store/);
  });

  it("a file that has just changed on disk is read from there, not from a document that is behind it", async () => {
    const uri = await write("behind.md", "The words as indexed.");
    const words = "The words as indexed.";
    const attributes = { awb_path: "behind.md" };
    const passage = { ...(await passageOf("behind.md", words, words, attributes)), attributes };
    assert.equal(await sources.open(passage, Active), null);
    await writeFile(uri.fsPath, "All of this is new.");
    assert.match((await sources.open(passage, Active)) ?? "", /behind\.md has changed since it was indexed/);
  });

  it("a PDF without a viewer: the page is named, and its text is shown", async () => {
    const content = pdf(["The first page is about the cable.", "The second page is about the switch."]);
    await vscode.workspace.fs.writeFile(inWorkspace("manual.pdf"), content);
    const file = await client.files.create({ file: await toFile(content, "manual.pdf"), purpose: "assistants" });
    await client.vectorStores.files.createAndPoll(storeId, {
      file_id: file.id,
      attributes: { awb_path: "manual.pdf" },
      chunking_strategy: { type: "static", static: { max_chunk_size_tokens: 100, chunk_overlap_tokens: 0 } },
    });
    const { results } = await provider.retrieval.searchVectorStore(storeId, {
      query: "switch",
      rewrite_query: false,
      max_num_results: 1,
      filters: null,
      ranking_options: { ranker: "auto", score_threshold: 0 },
    });
    const [found] = results;
    assert.ok(found?.place.page != null);
    const note = await sources.open(
      {
        connection: offlineConnection,
        storeIds: [storeId],
        fileId: file.id,
        filename: found.filename,
        attributes: found.attributes,
        text: found.text,
        place: found.place,
      },
      Active,
    );
    assert.match(note ?? "", /^manual\.pdf, page \d: this is its text as it was indexed/);
    assert.match(vscode.window.activeTextEditor?.document.uri.path ?? "", /manual\.pdf\.txt$/);
    assert.match(selected(), /second page is about the switch/);
  });

  it("a stored text is read again from its address alone", async () => {
    const passage = await passageOf("kept name.md", "Kept words.\n", "");
    const address = { connectionId: "offline", storeId, fileId: passage.fileId, filename: "kept name.md" };
    const uri = storedUri(address, testScheme);
    assert.deepEqual(storedAddress(vscode.Uri.parse(uri.toString(), true)), address);
    assert.equal((await vscode.workspace.openTextDocument(uri)).getText(), "Kept words.\n");
    assert.equal(storedAddress(vscode.Uri.parse("assistants-stored:/x?nonsense")), null);
  });
});
