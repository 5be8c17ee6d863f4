import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Locator } from "playwright-core";

import { Gestures, lockEntries, lockName, until } from "./gestures.ts";
import type { LockEntry } from "./gestures.ts";
import { tellStory } from "./story.ts";

/** Definitions are made, pushed, changed on both sides, settled, duplicated and deleted, by clicks in a real VS Code. */

const { workbench, workspace, step, panel, treeRow, openSidebar, chatWith, say } = tellStory("sync");

const file = (name: string): string => join(workspace(), name);
const textOf = (name: string): string => readFileSync(file(name), "utf8");
const entries = (): ReturnType<typeof lockEntries> => lockEntries(workspace());
const hands = new Gestures(workbench);

interface LockFile {
  readonly version: number;
  readonly connections: Readonly<Record<string, { readonly definitions: Readonly<Record<string, LockEntry>> }>>;
}

/** Another person's change: a second definition, linked to the same assistant, is pushed, and the link taken back. */
async function changeThere(name: string, text: string): Promise<void> {
  const before = textOf(lockName);
  const lock = JSON.parse(before) as LockFile;
  const { [name]: linked, ...others } = lock.connections["offline"]!.definitions;
  const other = "colleague.assistant.yaml";
  const connection = { ...lock.connections["offline"], definitions: { ...others, [other]: linked } };
  await writeFile(
    file(lockName),
    JSON.stringify({ ...lock, connections: { ...lock.connections, offline: connection } }),
  );
  await writeFile(file(other), text);
  await hands.openFile(other);
  await hands.push();
  // Told when all is done: the lock is not written any more.
  await hands.message(/Pushed colleague\.assistant\.yaml/);
  await workbench().runCommand("View: Close Editor");
  await rm(file(other));
  await writeFile(file(lockName), before);
  await workbench().runCommand("Assistants: Refresh");
  await hands.clearMessages();
}

step("a definition is pushed from its row", async () => {
  await writeFile(
    file("shop-helper.assistant.yaml"),
    "name: Shop Helper\n# A remark that stays\ninstructions: |\n  You gladly help customers.\nrun: { max_completion_tokens: 500 }\n",
  );
  await openSidebar();
  await hands.rightClick(treeRow("Shop Helper"), "Push");
  await treeRow("Shop Helper").getByText("in sync").waitFor();
  await hands.clearMessages();
});

/** Waits until the merge editor is there and says so: before, it takes no decision. */
async function mergeSays(words: string): Promise<void> {
  const { page } = workbench();
  await page.locator(".tab.active", { hasText: "Merging" }).waitFor();
  await page.locator(".merge-editor", { hasText: words }).first().waitFor();
}

step("the same field on both sides: Keep Mine, Take Theirs, and a merge that is pushed", async () => {
  const name = "shop-helper.assistant.yaml";
  const mine = textOf(name).replace("gladly help", "kindly help");
  const theirs = (word: string): string =>
    textOf(name).replace(/You \w+ help customers/, `Theirs ${word}: you help customers`);
  const instructions = (): string => String(entries()[name]?.base?.["instructions"]);

  await changeThere(name, theirs("one"));
  await writeFile(file(name), mine);
  await treeRow("Shop Helper").getByText("conflict").waitFor();
  await hands.openFile(name);
  await hands.push();
  await hands.message(/was changed here and on Offline model/);
  await workbench().picture("sync-5-conflict");
  await hands.press("Keep Mine", /was changed here and on Offline model/);
  await until(() => instructions().includes("kindly help"));
  assert.equal(textOf(name), mine);
  await treeRow("Shop Helper").getByText("in sync").waitFor();
  await hands.clearMessages();

  await changeThere(name, theirs("two"));
  await writeFile(file(name), mine.replace("kindly", "rarely"));
  await treeRow("Shop Helper").getByText("conflict").waitFor();
  await hands.openFile(name);
  await hands.push();
  await hands.press("Take Theirs", /was changed here and on Offline model/);
  await until(() => textOf(name).includes("Theirs two"));
  await treeRow("Shop Helper").getByText("in sync").waitFor();
  assert.match(textOf(name), /# A remark that stays/, "what was not changed stays");
  await hands.clearMessages();

  await changeThere(name, textOf(name).replace("Theirs two", "Theirs three"));
  await writeFile(file(name), textOf(name).replace("Theirs two", "Ours"));
  await treeRow("Shop Helper").getByText("conflict").waitFor();
  await hands.openFile(name);
  await hands.push();
  await hands.press("Merge…", /was changed here and on Offline model/);
  await mergeSays("1 Conflict Remaining");
  await workbench().picture("sync-6-merge");
  // Left off, the file is as it was.
  await workbench().runCommand("View: Close Editor");
  // It asks to save, or to close, by whether the beginning of the result counts as typed.
  await hands.modal(/(Save|Close) with Conflicts/, /unhandled conflicts/);
  await hands.message(/was left off/);
  assert.match(textOf(name), /Ours/);
  assert.doesNotMatch(textOf(name), /<<<|Theirs/);
  await hands.clearMessages();
  await hands.openFile(name);
  await hands.push();
  await hands.press("Merge…", /was changed here and on Offline model/);
  await mergeSays("1 Conflict Remaining");
  await workbench().runCommand("Merge Editor: Accept All Incoming Changes from Left");
  await mergeSays("0 Conflicts Remaining");
  await workbench().runCommand("File: Save");
  // The result begins with what both had before: nothing of ours is in it.
  await until(() => textOf(name).includes("Theirs three") && !textOf(name).includes("<<<"));
  assert.doesNotMatch(textOf(name), /Ours|Theirs two|<<</);
  await workbench().runCommand("View: Close Editor");
  await hands.press("Push Merged", /is merged\. Push it/);
  await treeRow("Shop Helper").getByText("in sync").waitFor();
  await until(() => instructions().includes("Theirs three"));
  await hands.clearMessages();
  await workbench().runCommand("View: Close All Editors");
});

step("a chat does not run over a change there: it asks, and goes on after a pull", async () => {
  const name = "shop-helper.assistant.yaml";
  await changeThere(name, textOf(name).replace("Theirs three", "Theirs four"));
  await chatWith("Shop Helper");
  await say("Good day");
  const notice = panel().locator(".notice", { hasText: "was changed on Offline model since the last push" });
  await notice.waitFor();
  await workbench().picture("sync-7-changed-there");
  assert.equal(await panel().locator(".run-facts").count(), 0, "no run");
  await notice.getByRole("button", { name: "Pull and Run" }).click();
  await panel().locator(".run-facts", { hasText: "completed" }).waitFor();
  assert.match(textOf(name), /Theirs four/);
  await hands.clearMessages();
  await workbench().runCommand("View: Close All Editors");
});

step("Push All: the plan to choose from; a deletion is ticked by hand and asked for by name", async () => {
  await writeFile(file("from-python.assistant.yaml"), "name: From Python\n");
  await hands.rightClick(treeRow("From Python"), "Push");
  await until(() => entries()["from-python.assistant.yaml"]?.remote);
  await workbench().runCommand("View: Close All Editors");
  await rm(file("from-python.assistant.yaml"));
  await treeRow("From Python").getByText("file deleted").waitFor();
  await hands.clearMessages();
  await workbench().runCommand("Assistants: Push All");
  const rows = hands.quickPick().locator(".monaco-list-row");
  const deletion = rows.filter({ hasText: "delete assistant from-python.assistant.yaml" });
  await deletion.waitFor();
  await rows.filter({ hasText: "create order-support.assistant.yaml" }).waitFor();
  const ticked = (row: Locator): Promise<boolean> =>
    row.evaluate(
      (element) =>
        element.getAttribute("aria-checked") === "true" ||
        element.querySelector('[aria-checked="true"], input:checked, .checked') !== null,
    );
  assert.equal(await ticked(deletion), false);
  assert.equal(await ticked(rows.filter({ hasText: "create order-support.assistant.yaml" })), true);
  await deletion.click();
  await workbench().picture("sync-8-push-all");
  await hands.quickPick().getByRole("button", { name: "OK" }).click();
  await hands.modal("Delete", /Delete the assistant “From Python”\?/);
  await until(
    () => entries()["order-support.assistant.yaml"]?.remote && entries()["from-python.assistant.yaml"] === undefined,
  );
  await hands.message(/\d done/);
  await hands.clearMessages();
});

step("an assistant without a file: Duplicate, Open as YAML, Delete by name, and Pull All", async () => {
  await rm(file("order-support.assistant.yaml"));
  await treeRow("Order Support Agent").getByText("file deleted").waitFor();
  await hands.rightClick(treeRow("Order Support Agent"), "Duplicate");
  await hands.fill(/Duplicate “Order Support Agent”/, "Second Support");
  await treeRow("Second Support").getByText("no file").waitFor();

  await treeRow("Second Support").click();
  await workbench()
    .page.locator(".tab.active", { hasText: /asst_.*\.assistant\.yaml/ })
    .waitFor();
  await workbench().page.locator(".view-lines", { hasText: "Second Support" }).first().waitFor();
  assert.doesNotMatch(await workbench().page.locator(".view-lines").first().innerText(), /assistants_workbench/);
  await workbench().runCommand("View: Close All Editors");

  await workbench().runCommand("Assistants: Pull All");
  const rows = hands.quickPick().locator(".monaco-list-row");
  await rows.filter({ hasText: "write new file second-support.assistant.yaml" }).click();
  await hands.quickPick().getByRole("button", { name: "OK" }).click();
  await until(() => existsSync(file("second-support.assistant.yaml")));
  await treeRow("Second Support").getByText("in sync").waitFor();

  await hands.rightClick(treeRow("Second Support"), "Duplicate");
  await hands.fill(/Duplicate “Second Support”/, "Third Support");
  await treeRow("Third Support").getByText("only here").waitFor();
  assert.match(textOf("third-support.assistant.yaml"), /^name: Third Support$/m);

  await hands.rightClick(treeRow("Order Support Agent"), "Delete Assistant");
  await hands.modal("Delete", /Delete the assistant “Order Support Agent” on Offline model\?/);
  await treeRow("Order Support Agent").waitFor({ state: "detached" });
  await workbench().runCommand("View: Close All Editors");
  await hands.clearMessages();
});

step(
  "a lost lock is rebuilt by what the person says; an assistant that is gone is made anew only when they say so",
  async () => {
    const name = "shop-helper.assistant.yaml";
    const { remote } = entries()[name]!;
    await rm(file(lockName));
    await treeRow("Shop Helper").getByText("only here").waitFor();
    await hands.openFile(name);
    await hands.push();
    await hands.quickPick().getByText("was pushed from this path").waitFor();
    await workbench().picture("sync-9-link");
    assert.match(await hands.quickPick().locator(".monaco-list-row").first().innerText(), new RegExp(remote!));
    await workbench().page.keyboard.press("Enter");
    await until(() => entries()[name]?.remote === remote);
    await treeRow("Shop Helper").getByText("in sync").waitFor();
    await hands.clearMessages();

    const lock = JSON.parse(textOf(lockName)) as {
      connections: { offline: { definitions: Record<string, LockEntry> } };
    };
    lock.connections.offline.definitions[name] = {
      ...lock.connections.offline.definitions[name]!,
      remote: "asst_elsewhere",
    };
    await writeFile(file(lockName), JSON.stringify(lock));
    await workbench().runCommand("View: Close All Editors");
    await treeRow("Shop Helper").first().getByText("gone there").waitFor();
    await chatWith("Shop Helper");
    await say("Still there?");
    const notice = panel().locator(".notice", { hasText: "is not on Offline model any more" });
    await notice.waitFor();
    assert.equal(entries()[name]?.remote, "asst_elsewhere", "nothing was made");
    await workbench().picture("sync-10-gone-there");
    await notice.getByRole("button", { name: "Make It Anew and Run" }).click();
    await panel().locator(".run-facts", { hasText: "completed" }).waitFor();
    assert.match(entries()[name]?.remote ?? "", /^asst_(?!elsewhere)/);
  },
);
