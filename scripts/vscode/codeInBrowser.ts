/** Runs extension tests in VS Code's server and a headless browser; the exit code is the tests' own. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { format } from "node:util";

import { Failure, runMain } from "../shared/terminal.ts";
import { launchBrowser } from "./browser.ts";
import { parseDesktopArguments } from "./desktopArguments.ts";
import { isNoise } from "./noise.ts";
import { startServer } from "./server.ts";
import { presetSettings, testSettings } from "./userSettings.ts";
import { workbenchUrl } from "./workbenchUrl.ts";

await runMain(async () => {
  const { folder, extensionPath, extensionTestsPath, workspaceTrust } = parseDesktopArguments(process.argv.slice(2));
  if (!extensionTestsPath) throw new Failure("--extensionTestsPath=FILE is needed");
  await using stack = new AsyncDisposableStack();
  const dataDir = await mkdtemp(join(tmpdir(), "extension-tests-"));
  stack.defer(() => rm(dataDir, { recursive: true, force: true, maxRetries: 5 }));
  await presetSettings(join(dataDir, "data", "User", "settings.json"), testSettings);
  const server = await startServer({ dataDir, workspaceTrust, env: { NODE_ENV: "test" } });
  stack.defer(() => server.stop());
  const browser = await launchBrowser();
  stack.defer(() => browser.close());

  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const ended = Promise.withResolvers<number>();
  ended.promise.catch(() => undefined); // a second reason to end, after the first one was dealt with
  await page.exposeFunction("codeAutomationLog", printConsole);
  await page.exposeFunction("codeAutomationExit", (code: number) => ended.resolve(code));
  page.on("crash", () => ended.reject(new Failure("the browser's page crashed")));
  void server.exited.then(() => ended.reject(new Failure(`VS Code's server ended: ${server.output().slice(-2000)}`)));
  const limit = setTimeout(() => ended.reject(new Failure("the tests did not end within 8 minutes")), 8 * 60_000);
  stack.defer(() => clearTimeout(limit));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => ended.resolve(130));

  const target = { ...(folder ? { folder } : {}), ...(extensionPath ? { extensionPath } : {}), extensionTestsPath };
  await page.goto(workbenchUrl({ ...server, ...target }));
  return await ended.promise;
});

/** The extension host's console, with printf-like arguments as Node's console has them. */
function printConsole(type: string, args: readonly unknown[]): void {
  const text = format(...args);
  if (isNoise(text) && !process.env["VSCODE_VERBOSE"]) return;
  const stream = type === "error" || type === "warn" ? process.stderr : process.stdout;
  stream.write(`${text}\n`);
}
