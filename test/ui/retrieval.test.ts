import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { FrameLocator, Locator } from "playwright-core";

import { tellStory } from "./story.ts";

/** Documents are asked and cited, in a real VS Code: inspector, citations, search steps, chunks, files. Pictures: test/out/. */

const { workbench, workspace, step, treeRow, openSidebar, chatWith, pictures } = tellStory("retrieval");

const inspector = (): FrameLocator => workbench().webview();
const question = (): Locator => inspector().locator(".question-text textarea");
const results = (): Locator => inspector().locator(".result");

const definition = `name: Desk Lamp Guide
instructions: Answer from the documents.
tools:
  - type: file_search
tool_resources:
  file_search: { vector_store: product-docs }
run:
  max_completion_tokens: 2000
`;

async function ask(text: string): Promise<void> {
  await question().fill(text);
  await question().press("Enter");
  await results().first().waitFor();
}

/** The list of stores comes a moment after the page. */
async function storeShown(name: string): Promise<void> {
  await inspector().locator("#a-store option:checked", { hasText: name }).waitFor({ state: "attached" });
}

/** What is selected in the active editor, as VS Code's status bar tells it. */
function selection(): Locator {
  return workbench().page.locator(".statusbar-item", { hasText: /Ln \d+, Col \d+ \(\d+ selected\)/ });
}

/** Closes the editor in front, by its tab. */
async function closeEditor(name: string): Promise<void> {
  const tab = workbench().page.locator(".tab.active", { hasText: name });
  await tab.locator(".tab-actions .action-label").first().click();
  await tab.waitFor({ state: "detached" });
}

step("the documents of the workspace go into a vector store", async () => {
  await writeFile(join(workspace(), "desk-lamp.assistant.yaml"), definition);
  await workbench().openContainer("Assistants");
  await treeRow("Desk Lamp Guide").waitFor();
  const row = treeRow("product-docs");
  await row.hover();
  await row.locator('[aria-label^="Sync Documents"]').click();
  await workbench().page.locator(".monaco-dialog-box .monaco-button", { hasText: "Sync" }).first().click();
  await treeRow("4 files").waitFor();
});

step("Ask a Store: ranked chunks with their place, the words of the question marked", async () => {
  const row = treeRow("product-docs");
  await row.hover();
  await row.locator('[aria-label^="Ask a Store"]').click();
  await question().waitFor();
  await storeShown("product-docs");
  await ask("When does the money for a returned lamp go back?");
  assert.match(await results().first().innerText(), /returns\.md/);
  await results().first().locator("mark").first().waitFor();
  await results().first().getByRole("button", { name: "kind: guide" }).click();
  assert.equal(await inspector().locator("#a-filter").inputValue(), "kind = guide");
  await workbench().picture("retrieval-1-inspector-dark");
});

step("a result opens its source with the passage selected", async () => {
  await results().first().locator(".result-file").click();
  await workbench().page.locator(".tab.active", { hasText: "returns.md" }).waitFor();
  await selection().waitFor();
  await workbench().picture("retrieval-2-source");
  await closeEditor("returns.md");
  await question().waitFor();
});

step("two settings side by side, kept over Reload Window", async () => {
  await inspector().getByRole("button", { name: "Compare with other settings" }).click();
  await inspector().locator("#b-max").fill("1");
  await ask("How long is the warranty for the hinge?");
  await inspector()
    .getByText(/1 in both · \d only in A · 0 only in B/)
    .waitFor();
  await workbench().picture("retrieval-3-compare-dark");
  await workbench().reload();
  await question().waitFor();
  assert.equal(await question().inputValue(), "How long is the warranty for the hinge?");
  assert.equal(await inspector().locator("#b-max").inputValue(), "1");
  await inspector()
    .getByText(/1 in both/)
    .waitFor();
  await pictures({ light: "retrieval-4-compare-light", contrast: "retrieval-5-compare-high-contrast" });
  await closeEditor("Ask a Store");
});

step("an answer cites its source: the chip names file and line, and opens it there", async () => {
  await openSidebar();
  await chatWith("Desk Lamp Guide");
  const chat = workbench().webview();
  await chat.locator(".composer textarea").fill("Which hex key tightens the arm at its hinge?");
  await chat.locator(".composer textarea").press("Enter");
  await chat.locator(".run-facts", { hasText: "completed" }).waitFor();
  // The line of the paragraph that is quoted, not of the whole chunk.
  const chip = chat.getByRole("link", { name: "Source care.md:15" }).first();
  await chip.waitFor();
  assert.doesNotMatch(await chat.locator(".conversation").innerText(), /【/);
  await workbench().picture("retrieval-6-citation-dark");
  await chip.click();
  await workbench().page.locator(".tab.active", { hasText: "care.md" }).waitFor();
  await selection().waitFor();
  await workbench().picture("retrieval-7-cited-source");
  await closeEditor("care.md");
});

step("the search step tells queries and results, and opens in the inspector as the run found it", async () => {
  const chat = workbench().webview();
  await chat.getByRole("treeitem", { name: /Call file search/ }).click();
  await chat.getByRole("tab", { name: "Queries" }).click();
  await chat.locator(".tab-panel").getByText("hex key").first().waitFor();
  await chat.getByRole("tab", { name: "Results" }).click();
  await chat.locator(".tab-panel").getByRole("button", { name: "care.md", exact: true }).first().waitFor();
  await workbench().picture("retrieval-8-search-step");
  await chat.locator(".tab-panel").getByRole("button", { name: "Open in Inspector" }).click();
  await inspector().getByText("what the run found").waitFor();
  assert.match(await results().first().innerText(), /care\.md/);
  await storeShown("product-docs");
  await pictures({ narrow: "retrieval-9-narrow" });
});

step("a source that has changed or is gone is said so, and the stored text is shown", async () => {
  const source = join(workspace(), "docs", "care.md");
  const text = await readFile(source, "utf8");
  await writeFile(source, "# Care\n\nAll of this is new.\n");
  const first = results().first().locator(".result-file");
  await first.click({ modifiers: ["Control"] });
  await inspector().getByText("care.md has changed since it was indexed").waitFor();
  await selection().waitFor();
  await rm(source);
  await first.click({ modifiers: ["Control"] });
  await inspector().getByText("care.md is not in this workspace").waitFor();
  await workbench().picture("retrieval-10-stored-text");
  await writeFile(source, text);
});

step("the chunks of a file, as indexed", async () => {
  await results().first().getByRole("button", { name: "Show chunks" }).click();
  const editor = workbench().page.locator(".editor-instance .view-lines", { hasText: /as\sindexed/ });
  await editor.waitFor();
  // The editor draws blanks as no-break spaces.
  assert.match(await editor.innerText(), /chunk\s1\s·\slines\s1–15/);
  await workbench().picture("retrieval-11-chunks");
});

step("Files: where each is used, and its content", async () => {
  await workbench().page.locator(".pane-header", { hasText: "Files" }).click();
  const row = treeRow("warranty.md").filter({ hasText: "in product-docs" });
  await row.waitFor();
  await workbench().picture("retrieval-12-files");
  const tab = workbench().page.locator('.tab.active[data-resource-name="warranty.md"]');
  // A click while the rows below are still being filled in may be lost.
  for (let clicks = 0; clicks < 3 && !(await tab.isVisible()); clicks++) {
    await row.click({ timeout: 10_000 }).catch(() => undefined);
    await tab.waitFor({ timeout: 10_000 }).catch(() => undefined);
  }
  await tab.waitFor();
  const shown = workbench().page.locator(".editor-group-container.active .view-lines", { hasText: /warranty/i });
  await shown.first().waitFor();
});
