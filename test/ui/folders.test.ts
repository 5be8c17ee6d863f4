import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Locator } from "playwright-core";

import { openWorkbench } from "../../scripts/vscode/workbench.ts";
import type { Workbench } from "../../scripts/vscode/workbench.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Two folders in one workspace, which is not trusted. */
let home = "";
let workbench: Workbench;

interface Lock {
  readonly connections: Readonly<
    Record<
      string,
      { readonly definitions: object; readonly files: Readonly<Record<string, { readonly id: string | null }>> }
    >
  >;
}

const lockOf = (folder: string): Lock | null => {
  const path = join(home, folder, "assistants.lock.json");
  return existsSync(path) ? (JSON.parse(readFileSync(path, "utf8")) as Lock) : null;
};
const row = (text: string): Locator => workbench.page.locator(".pane-body .monaco-list-row", { hasText: text }).first();

async function push(name: string): Promise<void> {
  await row(name).hover();
  await row(name).locator('[aria-label^="Push"]').click();
}

async function message(words: RegExp): Promise<void> {
  const item = workbench.page.locator(".notifications-center .notification-list-item", { hasText: words }).first();
  for (let tries = 1; ; tries++) {
    await workbench.runCommand("Notifications: Show Notifications");
    try {
      await item.waitFor({ timeout: 4000 });
      break;
    } catch (error) {
      if (tries === 8) throw error;
    }
  }
  await workbench.runCommand("Notifications: Clear All Notifications");
}

before(async () => {
  home = await mkdtemp(join(tmpdir(), "folders-"));
  for (const folder of ["one", "two"]) await mkdir(join(home, folder));
  await writeFile(join(home, "one", "shared.assistant.yaml"), "name: First\n");
  await writeFile(join(home, "two", "shared.assistant.yaml"), "name: Second\n");
  await writeFile(join(home, "two", "data.csv"), "a,b\n");
  await writeFile(
    join(home, "two", "counting.assistant.yaml"),
    "name: Counting\ntools: [{ type: code_interpreter }]\ntool_resources: { code_interpreter: { files: [./data.csv] } }\n",
  );
  const file = join(home, "both.code-workspace");
  await writeFile(file, JSON.stringify({ folders: [{ path: "one" }, { path: "two" }] }));
  workbench = await openWorkbench({
    extensionPath: root,
    workspace: file,
    workspaceTrust: true,
    settings: { "security.workspace.trust.startupPrompt": "never" },
  });
});

after(async () => {
  await workbench?.close();
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
});

test("two folders, not trusted: each has its own lock; a file is not uploaded, and nothing is made of its assistant", async () => {
  try {
    await story();
  } catch (error) {
    await workbench.screenshot("folders-failed");
    throw error;
  }
});

async function story(): Promise<void> {
  await workbench.openContainer("Assistants");
  await row("First").waitFor();
  await row("Second").waitFor();
  await workbench.page.locator(".statusbar-item", { hasText: "Restricted Mode" }).waitFor();

  await push("First");
  await row("First").getByText("in sync").waitFor();
  assert.deepEqual(Object.keys(lockOf("one")?.connections["offline"]?.definitions ?? {}), ["shared.assistant.yaml"]);
  assert.equal(lockOf("two"), null);
  // The second folder knows nothing of the first one's assistant, and does not take it for its own.
  await push("Second");
  await row("Second").getByText("in sync").waitFor();
  assert.deepEqual(Object.keys(lockOf("two")?.connections["offline"]?.definitions ?? {}), ["shared.assistant.yaml"]);
  await row("First").getByText("in sync").waitFor();

  await workbench.runCommand("Notifications: Clear All Notifications");
  await push("Counting");
  await message(/data\.csv is not uploaded: this workspace is not trusted/);
  assert.equal(lockOf("two")?.connections["offline"]?.files["data.csv"]?.id ?? null, null);
  await row("Counting").getByText("only here").waitFor();
  await workbench.picture("folders");

  await workbench.runCommand("Assistants: Show Plan");
  const plan = workbench.page.locator(".editor-instance .view-lines").first();
  await plan
    .getByText(/·\stwo$/)
    .first()
    .waitFor();
  const text = await plan.innerText();
  assert.match(text.replaceAll("\u00a0", " "), /create {2}counting\.assistant\.yaml/);
}
