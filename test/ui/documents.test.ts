import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Locator } from "playwright-core";

import { Gestures } from "./gestures.ts";
import { tellStory } from "./story.ts";

/** Documents in a real VS Code: from the Explorer and a definition into a vector store, and what the view shows of it. */

const { workbench, workspace, step, treeRow, openSidebar, pictures } = tellStory("documents");
const gestures = new Gestures(workbench);

const dialog = (): Locator => workbench().page.locator(".monaco-dialog-box");
const storeRow = (): Locator =>
  workbench().page.locator(".pane-body .monaco-list-row", { hasText: "product-docs" }).first();

async function confirmSync(): Promise<string> {
  try {
    await dialog().getByRole("button", { name: "Sync", exact: true }).waitFor();
  } catch (error) {
    // For the picture of what went wrong.
    await workbench().runCommand("Notifications: Show Notifications");
    throw error;
  }
  const words = await dialog().innerText();
  await dialog().getByRole("button", { name: "Sync", exact: true }).click();
  return words;
}

step("a store definition waits in the view; its inline action plans, asks and fills the store", async () => {
  await openSidebar();
  await storeRow().filter({ hasText: "not synced yet" }).waitFor();
  await storeRow().hover();
  await storeRow().locator('[aria-label^="Sync Documents"]').click();
  const words = await confirmSync();
  assert.match(words, /Sync product-docs/);
  assert.match(words, /4 new/);
  await storeRow().filter({ hasText: "4 files" }).waitFor();
  const lock = await readFile(join(workspace(), "assistants.lock.json"), "utf8");
  assert.match(lock, /"product-docs": \{"id":"vs_/);
});

step("its files are listed by their paths; one opens its source", async () => {
  await workbench().runCommand("Notifications: Clear All Notifications");
  await storeRow().locator(".monaco-tl-twistie").click();
  await treeRow("docs/returns.md").waitFor();
  await workbench().picture("documents-store-dark");
  await treeRow("docs/returns.md").click();
  await workbench().page.locator(".tab", { hasText: "returns.md" }).waitFor();
});

step("the plan is shown before anything is done; a file that cannot be uploaded says why", async () => {
  await mkdir(join(workspace(), "docs", "drafts"), { recursive: true });
  await writeFile(join(workspace(), "docs", "drafts", "ideas.md"), "Not yet.");
  await writeFile(join(workspace(), "docs", "empty.md"), "");
  await writeFile(join(workspace(), "docs", "glossary.md"), "# Glossary\nShade: what is around the bulb.");
  await gestures.rightClick(storeRow(), "Plan Documents");
  const editor = workbench().page.locator(".editor-instance .view-lines");
  await editor.filter({ hasText: "glossary.md" }).waitFor();
  const text = (await editor.innerText()).replaceAll("\u00a0", " ");
  assert.match(text, /\+ new\s+docs\/glossary\.md/);
  assert.match(text, /! skipped\s+docs\/empty\.md: the file is empty/);
  assert.doesNotMatch(text, /ideas/);
  await workbench().picture("documents-plan-dark");
  await gestures.press("Sync", /1 new/);
  await storeRow().filter({ hasText: "5 files" }).waitFor();
});

step("a file of the Explorer is added by its menu, into the definition that stands for the store", async () => {
  const { page } = workbench();
  await workbench().runCommand("Notifications: Clear All Notifications");
  await writeFile(join(workspace(), "faq.md"), "# Questions\nDoes the lamp dim? It does not.");
  await workbench().runCommand("View: Show Explorer");
  const row = page.locator(".explorer-folders-view .monaco-list-row", { hasText: "faq.md" });
  await row.waitFor();
  await gestures.rightClick(row, "Add to Vector Store", () => workbench().picture("documents-explorer-menu"));
  await page.locator(".quick-input-list .monaco-list-row", { hasText: "product-docs" }).first().click();
  assert.match(await confirmSync(), /1 new/);
  await openSidebar();
  await storeRow().filter({ hasText: "6 files" }).waitFor();
  assert.match(
    await readFile(join(workspace(), "product-docs.vectorstore.yaml"), "utf8"),
    /attributes: \{ kind: guide \} \}\n {2}- faq\.md\n/,
  );
});

step("a file is dragged from the Explorer onto the store", async () => {
  const { page } = workbench();
  await workbench().runCommand("Notifications: Clear All Notifications");
  await writeFile(join(workspace(), "news.md"), "# News\nThe lamp comes in green.");
  // The view goes below the Explorer, so that both are seen.
  await workbench().runCommand("Explorer: Focus on Folders View");
  const row = page.locator(".explorer-folders-view .monaco-list-row", { hasText: "news.md" });
  await row.waitFor();
  const transfer = await page.evaluateHandle(() => new DataTransfer());
  await row.dispatchEvent("dragstart", { dataTransfer: transfer });
  await openSidebar();
  const target = storeRow();
  await target.dispatchEvent("dragenter", { dataTransfer: transfer });
  await target.dispatchEvent("dragover", { dataTransfer: transfer });
  await target.dispatchEvent("drop", { dataTransfer: transfer });
  assert.match(await confirmSync(), /1 new/);
  await storeRow().filter({ hasText: "7 files" }).waitFor();
  await workbench().picture("documents-dropped");
  await workbench().runCommand("Notifications: Clear All Notifications");
  await pictures({ light: "documents-store-light", contrast: "documents-store-high-contrast" });
});

step("a file's attributes are edited, what is wrong with them is told; files leave by their menus", async () => {
  const { page } = workbench();
  const box = gestures.quickPick();
  await gestures.rightClick(treeRow("docs/returns.md"), "Edit Attributes");
  await gestures.fill(/Attributes of docs\/returns\.md/, '{ "colour": ["green"] }');
  await box.filter({ hasText: "The value of “colour” is no string, number or boolean." }).waitFor();
  await gestures.fill(/Attributes of docs\/returns\.md/, '{ "colour": "green" }');
  await page.locator('.monaco-list-row[aria-label*="Attributes: colour: green"]').waitFor();
  await gestures.rightClick(treeRow("docs/returns.md"), "Edit Attributes");
  await box.filter({ hasText: /Attributes of docs\/returns\.md/ }).waitFor();
  assert.equal(await box.locator("input").first().inputValue(), '{"colour":"green"}');
  await page.keyboard.press("Escape");
  await gestures.rightClick(treeRow("docs/returns.md"), "Take Out of the Store");
  await gestures.modal(
    "Take Out",
    /The next sync puts it in again, unless .*product-docs\.vectorstore\.yaml leaves it out/,
  );
  await storeRow().filter({ hasText: "6 files" }).waitFor();
  await gestures.rightClick(treeRow("docs/shipping.md"), "Delete Upload");
  await gestures.modal("Delete", /Delete the upload of docs\/shipping\.md on .*It leaves every vector store/s);
  await storeRow().filter({ hasText: "5 files" }).waitFor();
});

step("a store is deleted when its name is typed; its definition stays", async () => {
  await gestures.rightClick(storeRow(), "Delete Vector Store");
  await gestures.fill(/Delete the vector store “product-docs”/, "product");
  await gestures.quickPick().filter({ hasText: "Its name is product-docs." }).waitFor();
  await gestures.fill(/Delete the vector store “product-docs”/, "product-docs");
  await storeRow().filter({ hasText: "not synced yet" }).waitFor();
});
