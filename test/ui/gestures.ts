import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { errors, type Locator } from "playwright-core";

import type { Workbench } from "../../scripts/vscode/workbench.ts";

/** What the lock has of a definition. */
export interface LockEntry {
  readonly remote: string | null;
  readonly base: Readonly<Record<string, unknown>> | null;
}

interface LockFile {
  readonly connections: Readonly<Record<string, { readonly definitions: Readonly<Record<string, LockEntry>> }>>;
}

export const lockName = "assistants.lock.json";

/** The lock's entries of the offline connection, by path. */
export function lockEntries(workspace: string): Readonly<Record<string, LockEntry>> {
  const path = join(workspace, lockName);
  if (!existsSync(path)) return {};
  return (JSON.parse(readFileSync(path, "utf8")) as LockFile).connections["offline"]?.definitions ?? {};
}

/** The first answer that is one; asks again until there is. The test's own time limit ends the wait. */
export async function until<T>(ask: () => T | null | undefined | false): Promise<T> {
  for (;;) {
    const answer = ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** What people do in VS Code besides typing: menus, lists, messages. */
export class Gestures {
  readonly #workbench: () => Workbench;

  constructor(workbench: () => Workbench) {
    this.#workbench = workbench;
  }

  quickPick(): Locator {
    return this.#workbench().page.locator(".quick-input-widget:visible");
  }

  /** Answers an input box, by its title. */
  async fill(title: RegExp, text: string): Promise<void> {
    await this.#workbench().page.locator(".quick-input-widget:visible", { hasText: title }).waitFor();
    await this.quickPick().locator("input").first().fill(text);
    await this.#workbench().page.keyboard.press("Enter");
  }

  /** A message of VS Code. A toast may have gone by the time that anybody looks; the list keeps it. */
  async message(words: RegExp): Promise<Locator> {
    const { page } = this.#workbench();
    const item = page.locator(".notifications-center .notification-list-item", { hasText: words }).first();
    for (let tries = 1; ; tries++) {
      await this.#workbench().runCommand("Notifications: Show Notifications");
      try {
        await item.waitFor({ timeout: 4000 });
        return item;
      } catch (error) {
        if (tries === 8) throw error;
      }
    }
  }

  /** Presses a button of a message. */
  async press(button: string, words: RegExp): Promise<void> {
    const item = await this.message(words);
    await item.locator(".monaco-button", { hasText: button }).first().click();
  }

  async clearMessages(): Promise<void> {
    await this.#workbench().runCommand("Notifications: Clear All Notifications");
  }

  /** *Go to File*; a list that is still being filled takes no choice. */
  async openFile(name: string): Promise<void> {
    const { page } = this.#workbench();
    const tab = page.locator(".tab.active", { hasText: name });
    for (let tries = 1; ; tries++) {
      await page.keyboard.press("Control+P");
      try {
        await this.quickPick().locator("input").first().fill(name, { timeout: 2000 });
        await this.quickPick().locator(".monaco-list-row", { hasText: name }).first().click({ timeout: 2000 });
        await tab.waitFor({ timeout: 3000 });
        return;
      } catch (error) {
        if (tries === 8) throw error;
        await page.keyboard.press("Escape");
      }
    }
  }

  /** *Push* of the file that is open, and not *Push All*, which the palette lists beside it. */
  async push(): Promise<void> {
    const { page } = this.#workbench();
    const rows = this.quickPick().locator(".monaco-list-row");
    const row = rows.filter({ hasText: "Assistants: Push", hasNotText: "All" }).first();
    for (let tries = 1; ; tries++) {
      await page.keyboard.press("F1");
      try {
        await this.quickPick().locator("input").first().fill(">Assistants: Push", { timeout: 2000 });
        await row.click({ timeout: 2000 });
        // As for any command of the palette: a click that is lost leaves it there.
        await row.waitFor({ state: "hidden", timeout: 10_000 });
        return;
      } catch (error) {
        if (tries === 8) throw error;
        await page.keyboard.press("Escape");
      }
    }
  }

  /** Chooses from a row's context menu; `look` is called while it is open. */
  async rightClick(row: Locator, item: string, look?: () => Promise<unknown>): Promise<void> {
    const { page } = this.#workbench();
    const chosen = page
      .locator(".context-view .monaco-menu .action-item")
      .filter({ hasText: new RegExp(`^${item}…?$`) })
      .first();
    for (let tries = 1; ; tries++) {
      await row.click({ button: "right" });
      try {
        await chosen.waitFor({ timeout: 5000 });
        break;
      } catch (error) {
        // A row that is drawn anew while it is clicked shows no menu.
        if (tries === 8) throw error;
        await page.keyboard.press("Escape");
      }
    }
    await look?.();
    // A menu that has just opened takes no click.
    while (await chosen.isVisible()) {
      try {
        await chosen.click({ timeout: 1000 });
        await chosen.waitFor({ state: "hidden", timeout: 300 });
      } catch (error) {
        if (!(error instanceof errors.TimeoutError)) throw error;
      }
    }
  }

  /** Answers a modal dialog. */
  async modal(button: string | RegExp, words: RegExp): Promise<void> {
    const box = this.#workbench().page.locator(".monaco-dialog-box", { hasText: words });
    await box.waitFor();
    await box.locator(".monaco-button", { hasText: button }).first().click();
    await box.waitFor({ state: "detached" });
  }
}
