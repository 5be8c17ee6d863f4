import assert from "node:assert/strict";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { FrameLocator, Locator } from "playwright-core";

import { openWorkbench, picturesWanted } from "../../scripts/vscode/workbench.ts";
import type { Workbench, WorkbenchOptions } from "../../scripts/vscode/workbench.ts";

const wide = { width: 1440, height: 860 };
const dark = "Dark Modern";
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
  /** Pictures of what is seen now in other themes and narrow (`PICTURES=1`), by their names; then all is as before. */
  readonly pictures: (names: PictureNames) => Promise<void>;
}

/** Names of pictures; `width` is that of the narrow one, in pixels. */
export interface PictureNames {
  readonly light?: string;
  readonly contrast?: string;
  readonly narrow?: string;
  readonly width?: number;
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
    const own = { extensionPath: root, workspace, userDataDir: userData };
    workbench = await openWorkbench({ ...own, env, viewport: wide, theme: dark, ...more });
    // VS Code may begin with a theme of its own, whatever the settings say.
    if (picturesWanted) await workbench.setTheme(dark);
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
    pictures: async ({ light, contrast, narrow, width = 900 }) => {
      if (!picturesWanted) return;
      for (const [theme, picture] of [
        ["Light Modern", light],
        ["Dark High Contrast", contrast],
      ] as const) {
        if (picture === undefined) continue;
        await open().setTheme(theme);
        await open().picture(picture);
      }
      await open().setTheme(dark);
      if (narrow === undefined) return;
      await open().page.setViewportSize({ ...wide, width });
      await open().picture(narrow);
      await open().page.setViewportSize(wide);
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
