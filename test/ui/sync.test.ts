import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Locator } from "playwright-core";

import { tellStory } from "./story.ts";

/** Definitions are made, pushed, changed on both sides, settled, duplicated and deleted, by clicks in a real VS Code. */

const { workbench, workspace, step, panel, treeRow, composer, openSidebar, chatWith, say } = tellStory("sync");

const file = (name: string): string => join(workspace(), name);
const textOf = (name: string): string => readFileSync(file(name), "utf8");
const lockName = "assistants.lock.json";

interface Entry {
  readonly remote: string | null;
  readonly base: Readonly<Record<string, unknown>> | null;
}
interface LockFile {
  readonly connections: Readonly<Record<string, { readonly definitions: Readonly<Record<string, Entry>> }>>;
}

function entries(): Readonly<Record<string, Entry>> {
  if (!existsSync(file(lockName))) return {};
  return (JSON.parse(textOf(lockName)) as LockFile).connections["offline"]?.definitions ?? {};
}

async function until<T>(ask: () => T | null | undefined | false): Promise<T> {
  for (;;) {
    const answer = ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const quickPick = (): Locator => workbench().page.locator(".quick-input-widget:visible");

async function pick(text: string): Promise<void> {
  await quickPick().locator(".monaco-list-row", { hasText: text }).first().click();
}

async function fill(title: RegExp, text: string): Promise<void> {
  await workbench().page.locator(".quick-input-widget:visible", { hasText: title }).waitFor();
  await quickPick().locator("input").first().fill(text);
  await workbench().page.keyboard.press("Enter");
}

/** A message of VS Code. A toast may have gone by the time that anybody looks; the list keeps it. */
async function message(words: RegExp): Promise<Locator> {
  const { page } = workbench();
  const item = page.locator(".notifications-center .notification-list-item", { hasText: words }).first();
  for (let tries = 1; ; tries++) {
    await workbench().runCommand("Notifications: Show Notifications");
    try {
      await item.waitFor({ timeout: 4000 });
      return item;
    } catch (error) {
      if (tries === 8) throw error;
    }
  }
}

async function press(button: string, words: RegExp): Promise<void> {
  const item = await message(words);
  await item.locator(".monaco-button", { hasText: button }).first().click();
}

const quiet = (): Promise<void> => workbench().runCommand("Notifications: Clear All Notifications");

/** *Go to File*; a list that is still being filled takes no choice. */
async function openFile(name: string): Promise<void> {
  const { page } = workbench();
  const tab = page.locator(".tab.active", { hasText: name });
  for (let tries = 1; ; tries++) {
    await page.keyboard.press("Control+P");
    try {
      await quickPick().locator("input").first().fill(name, { timeout: 2000 });
      await quickPick().locator(".monaco-list-row", { hasText: name }).first().click({ timeout: 2000 });
      await tab.waitFor({ timeout: 3000 });
      return;
    } catch (error) {
      if (tries === 8) throw error;
      await page.keyboard.press("Escape");
    }
  }
}

/** *Push* of the file that is open, and not *Push All*, which the palette lists beside it. */
async function push(): Promise<void> {
  const { page } = workbench();
  await page.keyboard.press("F1");
  await quickPick().locator("input").first().fill(">Assistants: Push");
  await quickPick()
    .locator(".monaco-list-row")
    .filter({ hasText: "Assistants: Push", hasNotText: "All" })
    .first()
    .click();
}

/** Another person's change: a second definition, linked to the same assistant, is pushed, and the link taken back. */
async function changeThere(name: string, text: string): Promise<void> {
  const before = textOf(lockName);
  const lock = JSON.parse(before) as LockFile & { readonly version: number };
  const { [name]: linked, ...others } = lock.connections["offline"]!.definitions;
  const other = "colleague.assistant.yaml";
  const connection = { ...lock.connections["offline"], definitions: { ...others, [other]: linked } };
  await writeFile(
    file(lockName),
    JSON.stringify({ ...lock, connections: { ...lock.connections, offline: connection } }),
  );
  await writeFile(file(other), text);
  await openFile(other);
  await push();
  const word = /Theirs \w+/.exec(text)?.[0] ?? "";
  await until(() => JSON.stringify(entries()[other]?.base).includes(word));
  await workbench().runCommand("View: Close Editor");
  await rm(file(other));
  await writeFile(file(lockName), before);
  await workbench().runCommand("Assistants: Refresh");
  await quiet();
}

async function rightClick(row: Locator, item: string): Promise<void> {
  const menu = workbench().page.locator(".context-view .monaco-menu .action-item");
  await row.click({ button: "right" });
  await menu
    .filter({ hasText: new RegExp(`^${item}…?$`) })
    .first()
    .click();
}

async function modal(button: string, words: RegExp): Promise<void> {
  const box = workbench().page.locator(".monaco-dialog-box", { hasText: words });
  await box.waitFor();
  await box.locator(".monaco-button", { hasText: button }).first().click();
  await box.waitFor({ state: "detached" });
}

step("New Assistant: from a template, with a name", async () => {
  await openSidebar();
  await workbench().runCommand("Assistants: New Assistant");
  await quickPick().getByText("Structured output").first().waitFor();
  await workbench().screenshot("sync-1-new-assistant");
  await pick("Functions");
  await fill(/New Assistant: Functions/, "Shop Helper");
  await treeRow("Shop Helper").waitFor();
  await workbench().page.locator(".codelens-decoration", { hasText: "Push" }).first().waitFor();
  assert.match(textOf("shop-helper.assistant.yaml"), /^name: Shop Helper\n[^]*request_return/);
  await workbench().screenshot("sync-2-template");
});

step("New Assistant: from the program that is selected; what did not come over is said", async () => {
  await writeFile(
    file("program.py"),
    'client.beta.assistants.create(\n    name="From Python",\n    model=MODEL,\n    instructions="Help.",\n    tools=[{"type": "code_interpreter"}],\n)\n',
  );
  await openFile("program.py");
  await workbench().page.locator(".view-line").nth(3).click();
  await workbench().page.keyboard.press("Control+A");
  await workbench()
    .page.locator(".statusbar-item", { hasText: /\d+ selected/ })
    .waitFor();
  await workbench().runCommand("Assistants: New Assistant");
  await pick("The selected text");
  await treeRow("From Python").waitFor();
  assert.equal(
    textOf("from-python.assistant.yaml"),
    "# From an SDK object. Not taken over as it was:\n#   model: MODEL\nname: From Python\ninstructions: Help.\ntools:\n  - type: code_interpreter\n",
  );
  await message(/One thing did not come over/);
  await quiet();
});

step("New Vector Store: a name, globs with their counts", async () => {
  await workbench().runCommand("Assistants: New Vector Store");
  await fill(/New Vector Store/, "handbook");
  const row = quickPick().locator(".monaco-list-row", { hasText: "**/*.md" }).first();
  await row.waitFor();
  assert.match(await row.innerText(), /\d+ files/);
  await workbench().screenshot("sync-3-globs");
  await row.click();
  await quickPick().getByRole("button", { name: "OK" }).click();
  await until(() => existsSync(file("handbook.vectorstore.yaml")));
  assert.match(textOf("handbook.vectorstore.yaml"), /\nname: handbook\ninclude:\n {2}- "\*\*\/\*\.md"\n/);
  await workbench().page.locator(".tab.active", { hasText: "handbook.vectorstore.yaml" }).waitFor();
  await workbench().runCommand("View: Close All Editors");
});

step("a chat on a changed definition asks: run as pushed, diff, push and run", async () => {
  await rightClick(treeRow("Shop Helper"), "Push");
  const remote = await until(() => entries()["shop-helper.assistant.yaml"]?.remote);
  await quiet();
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
  await workbench().screenshot("sync-4-changed-here");
  // Left off: nothing was sent, and nothing is lost.
  await notice.getByRole("button", { name: "Dismiss" }).click();
  await panel().locator(".composer-error", { hasText: "Nothing was started" }).waitFor();
  assert.equal(await composer().inputValue(), "Good morning");

  await composer().press("Enter");
  await notice.getByRole("button", { name: "Run as Pushed" }).click();
  await panel().locator(".run-facts", { hasText: "completed" }).waitFor();
  assert.equal(await composer().inputValue(), "");
  const entry = (): Entry | undefined => entries()["shop-helper.assistant.yaml"];
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

step("the same field on both sides: Keep Mine, Take Theirs, and a merge that is pushed", async () => {
  const name = "shop-helper.assistant.yaml";
  const mine = textOf(name).replace("gladly help", "kindly help");
  const theirs = (word: string): string =>
    textOf(name).replace(/You \w+ help customers/, `Theirs ${word}: you help customers`);
  const instructions = (): string => String(entries()[name]?.base?.["instructions"]);

  await changeThere(name, theirs("one"));
  await writeFile(file(name), mine);
  await treeRow("Shop Helper").getByText("conflict").waitFor();
  await openFile(name);
  await push();
  await message(/was changed here and on Offline model/);
  await workbench().screenshot("sync-5-conflict");
  await press("Keep Mine", /was changed here and on Offline model/);
  await until(() => instructions().includes("kindly help"));
  assert.equal(textOf(name), mine);
  await treeRow("Shop Helper").getByText("in sync").waitFor();
  await quiet();

  await changeThere(name, theirs("two"));
  await writeFile(file(name), mine.replace("kindly", "rarely"));
  await treeRow("Shop Helper").getByText("conflict").waitFor();
  await openFile(name);
  await push();
  await press("Take Theirs", /was changed here and on Offline model/);
  await until(() => textOf(name).includes("Theirs two"));
  await treeRow("Shop Helper").getByText("in sync").waitFor();
  assert.match(textOf(name), /# No model is named/, "what was not changed stays");
  await quiet();

  await changeThere(name, textOf(name).replace("Theirs two", "Theirs three"));
  await writeFile(file(name), textOf(name).replace("Theirs two", "Ours"));
  await treeRow("Shop Helper").getByText("conflict").waitFor();
  await openFile(name);
  await push();
  await press("Merge…", /was changed here and on Offline model/);
  await workbench().page.locator(".tab.active", { hasText: "Merging" }).waitFor();
  await workbench().screenshot("sync-6-merge");
  await workbench().runCommand("Merge Editor: Accept All Incoming Changes from Left");
  await workbench().runCommand("File: Save");
  await until(() => textOf(name).includes("Theirs three"));
  await press("Push Merged", /Complete the merge/);
  await treeRow("Shop Helper").getByText("in sync").waitFor();
  assert.match(instructions(), /Theirs three/);
  await quiet();
  await workbench().runCommand("View: Close All Editors");
});

step("a chat does not run over a change there: it asks, and goes on after a pull", async () => {
  const name = "shop-helper.assistant.yaml";
  await changeThere(name, textOf(name).replace("Theirs three", "Theirs four"));
  await chatWith("Shop Helper");
  await say("Good day");
  const notice = panel().locator(".notice", { hasText: "was changed on Offline model since the last push" });
  await notice.waitFor();
  await workbench().screenshot("sync-7-changed-there");
  assert.equal(await panel().locator(".run-facts").count(), 0, "no run");
  await notice.getByRole("button", { name: "Pull and Run" }).click();
  await panel().locator(".run-facts", { hasText: "completed" }).waitFor();
  assert.match(textOf(name), /Theirs four/);
  await quiet();
  await workbench().runCommand("View: Close All Editors");
});

step("Push All: the plan to choose from; a deletion is ticked by hand and asked for by name", async () => {
  await rightClick(treeRow("From Python"), "Push");
  await until(() => entries()["from-python.assistant.yaml"]?.remote);
  await workbench().runCommand("View: Close All Editors");
  await rm(file("from-python.assistant.yaml"));
  await treeRow("From Python").getByText("file deleted").waitFor();
  await quiet();
  await workbench().runCommand("Assistants: Push All");
  const rows = quickPick().locator(".monaco-list-row");
  const deletion = rows.filter({ hasText: "delete assistant from-python.assistant.yaml" });
  await deletion.waitFor();
  await rows.filter({ hasText: "create order-support.assistant.yaml" }).waitFor();
  const ticked = (row: Locator): Promise<boolean> =>
    row
      .locator("input[type=checkbox], .monaco-checkbox")
      .first()
      .evaluate((box) => box.getAttribute("aria-checked") === "true" || (box as HTMLInputElement).checked);
  assert.equal(await ticked(deletion), false);
  assert.equal(await ticked(rows.filter({ hasText: "create order-support.assistant.yaml" })), true);
  await deletion.click();
  await workbench().screenshot("sync-8-push-all");
  await quickPick().getByRole("button", { name: "OK" }).click();
  await modal("Delete", /Delete the assistant “From Python”\?/);
  await until(
    () => entries()["order-support.assistant.yaml"]?.remote && entries()["from-python.assistant.yaml"] === undefined,
  );
  await message(/3 done/);
  await quiet();
});

step("an assistant without a file: Duplicate, Open as YAML, Delete by name, and Pull All", async () => {
  await rm(file("order-support.assistant.yaml"));
  await treeRow("Order Support Agent").getByText("file deleted").waitFor();
  await rightClick(treeRow("Order Support Agent"), "Duplicate");
  await fill(/Duplicate “Order Support Agent”/, "Second Support");
  await treeRow("Second Support").getByText("no file").waitFor();

  await treeRow("Second Support").click();
  await workbench()
    .page.locator(".tab.active", { hasText: /asst_.*\.assistant\.yaml/ })
    .waitFor();
  await workbench().page.locator(".view-lines", { hasText: "Second Support" }).first().waitFor();
  assert.doesNotMatch(await workbench().page.locator(".view-lines").first().innerText(), /assistants_workbench/);
  await workbench().runCommand("View: Close All Editors");

  await workbench().runCommand("Assistants: Pull All");
  const rows = quickPick().locator(".monaco-list-row");
  await rows.filter({ hasText: "write new file second-support.assistant.yaml" }).click();
  await quickPick().getByRole("button", { name: "OK" }).click();
  await until(() => existsSync(file("second-support.assistant.yaml")));
  await treeRow("Second Support").getByText("in sync").waitFor();

  await rightClick(treeRow("Second Support"), "Duplicate");
  await fill(/Duplicate “Second Support”/, "Third Support");
  await treeRow("Third Support").getByText("only here").waitFor();
  assert.match(textOf("third-support.assistant.yaml"), /^name: Third Support$/m);

  await rightClick(treeRow("Order Support Agent"), "Delete Assistant");
  await modal("Delete", /Delete the assistant “Order Support Agent” on Offline model\?/);
  await treeRow("Order Support Agent").waitFor({ state: "detached" });
  await workbench().runCommand("View: Close All Editors");
  await quiet();
});

step(
  "a lost lock is rebuilt by what the person says; an assistant that is gone is made anew only when they say so",
  async () => {
    const name = "shop-helper.assistant.yaml";
    const { remote } = entries()[name]!;
    await rm(file(lockName));
    await treeRow("Shop Helper").getByText("only here").waitFor();
    await openFile(name);
    await push();
    await quickPick().getByText("was pushed from this path").waitFor();
    await workbench().screenshot("sync-9-link");
    await quickPick().locator(".monaco-list-row", { hasText: remote! }).click();
    await until(() => entries()[name]?.remote === remote);
    await treeRow("Shop Helper").getByText("in sync").waitFor();
    await quiet();

    const lock = JSON.parse(textOf(lockName)) as { connections: { offline: { definitions: Record<string, Entry> } } };
    lock.connections.offline.definitions[name] = {
      ...lock.connections.offline.definitions[name]!,
      remote: "asst_elsewhere",
    };
    await writeFile(file(lockName), JSON.stringify(lock));
    await workbench().runCommand("View: Close All Editors");
    await chatWith("Shop Helper");
    await say("Still there?");
    const notice = panel().locator(".notice", { hasText: "is not on Offline model any more" });
    await notice.waitFor();
    assert.equal(entries()[name]?.remote, "asst_elsewhere", "nothing was made");
    await workbench().screenshot("sync-10-gone-there");
    await notice.getByRole("button", { name: "Make It Anew and Run" }).click();
    await panel().locator(".run-facts", { hasText: "completed" }).waitFor();
    assert.match(entries()[name]?.remote ?? "", /^asst_(?!elsewhere)/);
  },
);
