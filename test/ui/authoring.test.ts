import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

import { Gestures, lockEntries, until } from "./gestures.ts";
import type { LockEntry } from "./gestures.ts";
import { tellStory } from "./story.ts";

/** Definitions are made, and run before and after a change, by clicks in a real VS Code. */

const { workbench, workspace, step, panel, treeRow, composer, openSidebar, chatWith, say } = tellStory("authoring");

const file = (name: string): string => join(workspace(), name);
const textOf = (name: string): string => readFileSync(file(name), "utf8");
const entries = (): ReturnType<typeof lockEntries> => lockEntries(workspace());
const hands = new Gestures(workbench);

step("New Assistant: from a template, with a name", async () => {
  await openSidebar();
  await workbench().runCommand("Assistants: New Assistant");
  await hands.quickPick().getByText("Structured output").first().waitFor();
  await workbench().picture("authoring-1-new-assistant");
  await hands.quickPick().locator(".monaco-list-row", { hasText: "Functions" }).first().click();
  await hands.fill(/New Assistant: Functions/, "Shop Helper");
  await treeRow("Shop Helper").waitFor();
  await workbench().page.locator(".codelens-decoration", { hasText: "Push" }).first().waitFor();
  assert.match(textOf("shop-helper.assistant.yaml"), /^name: Shop Helper\n[^]*request_return/);
  await workbench().picture("authoring-2-template");
});

step("New Assistant: from the program that is selected; what did not come over is said", async () => {
  await writeFile(
    file("program.py"),
    'client.beta.assistants.create(\n    name="From Python",\n    model=MODEL,\n    instructions="Help.",\n    tools=[{"type": "code_interpreter"}],\n)\n',
  );
  await hands.openFile("program.py");
  await workbench().page.locator(".view-line").nth(3).click();
  await workbench().page.keyboard.press("Control+A");
  await workbench()
    .page.locator(".statusbar-item", { hasText: /\d+ selected/ })
    .waitFor();
  await workbench().runCommand("Assistants: New Assistant");
  await hands.quickPick().locator(".monaco-list-row", { hasText: "The selected text" }).first().click();
  await treeRow("From Python").waitFor();
  assert.equal(
    textOf("from-python.assistant.yaml"),
    "# From an SDK object. Not taken over as it was:\n#   model: MODEL\nname: From Python\ninstructions: Help.\ntools:\n  - type: code_interpreter\n",
  );
  await hands.message(/One thing did not come over/);
  await hands.clearMessages();
});

step("New Vector Store: a name, globs with their counts", async () => {
  await workbench().runCommand("Assistants: New Vector Store");
  await hands.fill(/New Vector Store/, "handbook");
  const row = hands.quickPick().locator(".monaco-list-row", { hasText: "**/*.md" }).first();
  await row.waitFor();
  assert.match(await row.innerText(), /\d+ files/);
  await workbench().picture("authoring-3-globs");
  await row.click();
  await hands.quickPick().getByRole("button", { name: "OK" }).click();
  await until(() => existsSync(file("handbook.vectorstore.yaml")));
  assert.match(textOf("handbook.vectorstore.yaml"), /\nname: handbook\ninclude:\n {2}- "\*\*\/\*\.md"\n/);
  await workbench().page.locator(".tab.active", { hasText: "handbook.vectorstore.yaml" }).waitFor();
  await workbench().runCommand("View: Close All Editors");
});

step("a chat on a changed definition asks: run as pushed, diff, push and run", async () => {
  await hands.rightClick(treeRow("Shop Helper"), "Push");
  const remote = await until(() => entries()["shop-helper.assistant.yaml"]?.remote);
  await hands.clearMessages();
  await workbench().runCommand("View: Close All Editors");
  await chatWith("Shop Helper");
  await panel().getByText("in sync").waitFor();
  const changed = textOf("shop-helper.assistant.yaml").replace("You help customers", "You gladly help customers");
  await writeFile(file("shop-helper.assistant.yaml"), changed);
  await panel().getByText("changed here").first().waitFor();

  await say("Good morning");
  const notice = panel().locator(".notice", { hasText: "was changed since its last push" });
  await notice.waitFor();
  assert.equal(await composer().inputValue(), "Good morning", "it waits in the composer");
  await workbench().picture("authoring-4-changed-here");
  // Left off: nothing was sent, and nothing is lost.
  await notice.getByRole("button", { name: "Dismiss" }).click();
  await panel().locator(".composer-error", { hasText: "Nothing was started" }).waitFor();
  assert.equal(await composer().inputValue(), "Good morning");

  await composer().press("Enter");
  await notice.getByRole("button", { name: "Run as Pushed" }).click();
  await panel().locator(".run-facts", { hasText: "completed" }).waitFor();
  assert.equal(await composer().inputValue(), "");
  const entry = (): LockEntry | undefined => entries()["shop-helper.assistant.yaml"];
  assert.doesNotMatch(String(entry()?.base?.["instructions"]), /gladly/);

  await say("And good evening");
  await notice.getByRole("button", { name: "Diff" }).click();
  await workbench()
    .page.locator(".editor-group-container.active .tab.active", {
      hasText: "shop-helper.assistant.yaml (Offline model",
    })
    .waitFor();
  await workbench().runCommand("View: Close Editor");
  await notice.getByRole("button", { name: "Push and Run" }).click();
  await panel().locator(".run-facts", { hasText: "completed" }).nth(1).waitFor();
  assert.match(String(entry()?.base?.["instructions"]), /gladly/);
  assert.equal(entry()?.remote, remote);
  await workbench().runCommand("View: Close All Editors");
});
