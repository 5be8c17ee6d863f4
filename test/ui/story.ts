import assert from "node:assert/strict";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { FrameLocator, Locator } from "playwright-core";

import { openWorkbench } from "../../scripts/vscode/workbench.ts";
import type { Workbench, WorkbenchOptions } from "../../scripts/vscode/workbench.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** A story told in a real VS Code, step by step, on a copy of `examples/`. */
export interface Story {
  /** Known from the first step on. */
  readonly workbench: () => Workbench;
  readonly workspace: () => string;
  /** Where this VS Code keeps its data, the extension's storage among it. */
  readonly userData: () => string;
  /** After a failed step the rest is not waited for. The picture `NAME-failed` shows where it stopped. */
  readonly step: (name: string, run: () => Promise<void>) => void;
  readonly panel: () => FrameLocator;
  readonly treeRow: (text: string) => Locator;
  readonly composer: () => Locator;
  readonly outputs: () => Locator;
  readonly openSidebar: () => Promise<void>;
  /** Opens a chat by the inline action of an assistant's row. */
  readonly chatWith: (assistant: string) => Promise<void>;
  readonly say: (text: string) => Promise<void>;
}

/** Begins a story; call it at the top level of a test file. */
export function tellStory(
  name: string,
  env: Readonly<Record<string, string>> = {},
  more: Pick<WorkbenchOptions, "workspaceTrust"> = {},
): Story {
  let stopped = false;
  let workspace = "";
  let userData = "";
  let workbench: Workbench | null = null;
  const open = (): Workbench => {
    if (workbench === null) throw new Error("VS Code is not open");
    return workbench;
  };

  before(async () => {
    workspace = await mkdtemp(join(tmpdir(), `${name}-`));
    await cp(join(root, "examples"), workspace, { recursive: true });
    userData = await mkdtemp(join(tmpdir(), `${name}-user-`));
    const viewport = { width: 1440, height: 860 };
    const theme = "Dark Modern";
    const own = { extensionPath: root, workspace, userDataDir: userData };
    workbench = await openWorkbench({ ...own, env, viewport, theme, ...more });
  });
  after(async () => {
    await workbench?.close();
    for (const folder of [workspace, userData]) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  const panel = (): FrameLocator => open().webview();
  const treeRow = (text: string): Locator =>
    open().page.locator(".pane-body .monaco-list-row", { hasText: text }).first();
  const composer = (): Locator => panel().locator(".composer textarea");
  return {
    workbench: open,
    workspace: () => workspace,
    userData: () => userData,
    step: (title, run) => {
      test(title, async () => {
        assert.equal(stopped, false, "an earlier step failed");
        stopped = true;
        try {
          await run();
        } catch (error) {
          await workbench?.page.keyboard.press("Escape");
          await workbench?.screenshot(`${name}-failed`);
          await workbench?.runCommand("Notifications: Show Notifications").catch(() => undefined);
          await workbench?.screenshot(`${name}-failed-messages`);
          throw error;
        }
        stopped = false;
      });
    },
    panel,
    treeRow,
    composer,
    outputs: () => panel().locator(".tool-card textarea"),
    openSidebar: async () => {
      await open().openContainer("Assistants");
      await treeRow("Order Support Agent").waitFor();
      await settled(open().page.locator(".part.sidebar"));
    },
    chatWith: async (assistant) => {
      await treeRow(assistant).hover();
      await treeRow(assistant).locator('[aria-label^="Chat"]').click();
    },
    say: async (text) => {
      await composer().fill(text);
      await composer().press("Enter");
    },
  };
}

/** Waits until a part of the window is not drawn anew any more: a row that is replaced under the pointer loses its click. */
async function settled(part: Locator): Promise<void> {
  let [text, since] = ["", Date.now()];
  while (Date.now() - since < 700) {
    await part.page().waitForTimeout(100);
    const now = await part.innerText();
    if (now !== text) [text, since] = [now, Date.now()];
  }
}
