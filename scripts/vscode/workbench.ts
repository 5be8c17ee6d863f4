import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FrameLocator, Page } from "playwright-core";

import { testOut } from "../shared/paths.ts";
import { launchBrowser } from "./browser.ts";
import { installVsix } from "./installVsix.ts";
import { type Server, startServer } from "./server.ts";
import { presetSettings, type Settings, testSettings } from "./userSettings.ts";
import { workbenchUrl } from "./workbenchUrl.ts";

export interface WorkbenchOptions {
  /** The folder of an extension under development. */
  readonly extensionPath?: string;
  /** A packaged extension to install before VS Code starts. */
  readonly vsix?: string;
  /** The folder to open, or a `.code-workspace` file. */
  readonly workspace: string;
  /** Leaves it to VS Code whether the workspace is trusted; otherwise it is. */
  readonly workspaceTrust?: boolean;
  /** Keeps user data in this folder; otherwise in a temporary one, removed by `close()`. */
  readonly userDataDir?: string;
  readonly settings?: Settings;
  /** A colour theme's id: "Light Modern", "Dark Modern", "Light 2026", "Default High Contrast", … */
  readonly theme?: string;
  readonly viewport?: { readonly width: number; readonly height: number };
  /** Variables for the server and so for the extension host. */
  readonly env?: NodeJS.ProcessEnv;
}

export interface Workbench {
  readonly page: Page;
  /** The server that runs now; another one after `restart()`. */
  readonly server: Server;
  /** What the extension host's console and the page printed, for messages about failures. */
  readonly log: readonly string[];
  /** The document of a webview of ours: the one with `title` as its frame's title, or the only one. */
  webview(title?: string): FrameLocator;
  /** Shows a container of the activity bar, by its title. */
  openContainer(title: string): Promise<void>;
  /** Runs a command by its title in the palette. */
  runCommand(title: string): Promise<void>;
  /** Changes the colour theme by its label in the picker, such as "Dark High Contrast". */
  setTheme(label: string): Promise<void>;
  /** As *Reload Window* does. */
  reload(): Promise<void>;
  /** Ends VS Code and starts it again: same data, same port, same browser profile. */
  restart(): Promise<void>;
  /** Writes test/out/NAME.png and gives its path. */
  screenshot(name: string): Promise<string>;
  /** The same, where pictures are asked for by `PICTURES=1`: they take a tenth of the time of the UI tests. */
  picture(name: string): Promise<void>;
  close(): Promise<void>;
}

/** Whoever changes what is seen asks for pictures, and looks at them. */
export const picturesWanted = process.env["PICTURES"] === "1";

/** Opens VS Code in a headless browser with an extension under development; close it in a `finally` or `after`. */
export async function openWorkbench(options: WorkbenchOptions): Promise<Workbench> {
  await using stack = new AsyncDisposableStack();
  const dataDir = options.userDataDir ?? (await mkdtemp(join(tmpdir(), "workbench-")));
  if (!options.userDataDir) stack.defer(() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }));
  const theme = options.theme ? { "workbench.colorTheme": options.theme } : {};
  const settings = { ...testSettings, ...theme, ...options.settings };
  await presetSettings(join(dataDir, "data", "User", "settings.json"), settings);

  if (options.vsix) await installVsix(options.vsix, dataDir);

  const serverOptions = {
    dataDir,
    ...(options.env ? { env: options.env } : {}),
    ...(options.workspaceTrust === undefined ? {} : { workspaceTrust: options.workspaceTrust }),
  };
  let server = await startServer(serverOptions);
  stack.defer(() => server.stop());
  const browser = await launchBrowser();
  stack.defer(() => browser.close());

  const viewport = options.viewport ?? { width: 1440, height: 900 };
  const page = await browser.newPage({ viewport, reducedMotion: "reduce" });
  page.setDefaultTimeout(120_000); // the machine may be busy with other things
  const log: string[] = [];
  page.on("console", (message) => log.push(`${message.type()}: ${message.text()}`));
  await page.exposeFunction("codeAutomationLog", (type: string, args: unknown[]) =>
    log.push(`${type}: ${args.join(" ")}`),
  );
  const developed = options.extensionPath ? { extensionPath: options.extensionPath } : {};
  const url = workbenchUrl({ ...server, folder: options.workspace, ...developed });
  await page.goto(url);
  await shown(page);

  const screenshot = async (name: string): Promise<string> => {
    await mkdir(testOut, { recursive: true });
    const path = join(testOut, `${name}.png`);
    await page.screenshot({ path });
    return path;
  };
  const owned = stack.move();
  return {
    page,
    log,
    get server() {
      return server;
    },
    webview: (title) => {
      const outer = title ? `iframe.webview.ready[title="${title}"]` : "iframe.webview.ready";
      return page.frameLocator(outer).frameLocator("#active-frame");
    },
    openContainer: (title) => openContainer(page, title),
    runCommand: (title) => runCommand(page, title),
    setTheme: (label) => setTheme(page, label),
    reload: async () => {
      await stateSaved(page);
      await page.reload();
      await shown(page);
    },
    restart: async () => {
      await stateSaved(page);
      await page.goto("about:blank");
      await server.stop();
      server = await startServer({ ...serverOptions, port: server.port, token: server.token });
      await page.goto(url);
      await shown(page);
    },
    screenshot,
    picture: async (name) => {
      if (picturesWanted) await screenshot(name);
    },
    close: () => owned.disposeAsync(),
  };
}

/** The window is drawn before VS Code knows its extensions; a theme out of one of them shows that it knows them. */
async function shown(page: Page): Promise<void> {
  await page.locator(".monaco-workbench .part.statusbar .statusbar-item").first().waitFor();
  await page.locator('.monaco-workbench[class*="vscode-theme-"]').first().waitFor();
}

/**
 * VS Code in a browser writes its state (open editors, an extension's memory of its views) every few seconds and when
 * its window loses the focus, not when the page goes away: so it is told that the focus is gone, and given a moment.
 */
async function stateSaved(page: Page): Promise<void> {
  await page.evaluate(`document.hasFocus = () => false; document.dispatchEvent(new Event("visibilitychange"));`);
  await page.waitForTimeout(1500);
}

/** A click on the container that is shown would hide it. */
async function openContainer(page: Page, title: string): Promise<void> {
  const item = page
    .locator(".activitybar .action-item", { has: page.locator(`.action-label[aria-label^="${title}"]`) })
    .first();
  const shown = page.locator(".part.sidebar .composite.title", { hasText: title });
  await item.waitFor();
  // A click on the container that is shown hides it, and VS Code may be bringing it back from the last time just now.
  for (let tries = 1; !(await shown.isVisible()); tries++) {
    await item.click();
    await shown.waitFor({ timeout: 2000 }).catch((error: unknown) => {
      if (tries === 5) throw error;
    });
  }
}

/** The palette lists what is known when it opens, and extensions are known a little after the window is drawn. */
async function runCommand(page: Page, title: string): Promise<void> {
  const row = page.locator(".quick-input-list .monaco-list-row", { hasText: title }).first();
  for (let tries = 1; ; tries++) {
    await page.keyboard.press("F1");
    try {
      // An earlier palette may still be on its way out, and takes no text then.
      await page.locator(".quick-input-widget:visible input").fill(`>${title}`, { timeout: 2000 });
      await row.click({ timeout: 2000 });
      // What is chosen is gone at once; a click that met the list while it was drawn anew is lost, and leaves it there.
      await row.waitFor({ state: "hidden", timeout: 10_000 });
      return;
    } catch (error) {
      if (tries === 10) throw error;
      await page.keyboard.press("Escape");
    }
  }
}

async function setTheme(page: Page, label: string): Promise<void> {
  const file = themeFiles.get(label) ?? label.toLowerCase().replaceAll(" ", "_");
  const workbench = page.locator(`.monaco-workbench[class*="${file}"]`);
  // The picker tries each theme on that its focus passes, and a click can meet the list while it is being filtered.
  for (let tries = 1; ; tries++) {
    await runCommand(page, "Preferences: Color Theme");
    const picker = page.locator('.quick-input-widget:visible input[placeholder*="Theme" i]');
    await picker.fill(label);
    await page.locator(`.quick-input-list .monaco-list-row.focused[aria-label^="${label}"]`).first().waitFor();
    await picker.press("Enter");
    await picker.waitFor({ state: "detached" }).catch(() => picker.waitFor({ state: "hidden" }));
    try {
      await workbench.waitFor({ timeout: 3000 });
      break;
    } catch (error) {
      if (tries === 5) throw error;
    }
  }
  await page.waitForTimeout(500); // the webviews are painted again
}

/** Themes whose file is not called as they are. */
const themeFiles: ReadonlyMap<string, string> = new Map([
  ["Dark High Contrast", "hc_black"],
  ["Light High Contrast", "hc_light"],
]);
