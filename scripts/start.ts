/** `npm start`: builds, then opens VS Code with the extension on examples/, on the desktop or in a browser. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

import { buildAll } from "./build.ts";
import { cache, root } from "./shared/paths.ts";
import { endTree, ownTree } from "./shared/processTree.ts";
import { Failure, runMain, say, step } from "./shared/terminal.ts";
import { parseStartArguments, type StartArguments } from "./startArguments.ts";
import { findDesktop } from "./vscode/desktop.ts";
import { cleanEnvironment } from "./vscode/environment.ts";
import { openInBrowser } from "./vscode/openInBrowser.ts";
import { freePort, startServer } from "./vscode/server.ts";
import { installServer } from "./vscode/serverInstall.ts";
import { calmSettings, presetSettings } from "./vscode/userSettings.ts";
import { workbenchUrl } from "./vscode/workbenchUrl.ts";

await runMain(async () => {
  const args = parseStartArguments(process.argv.slice(2));
  const folder = resolve(args.folder ?? join(root, "examples"));
  if (!existsSync(folder)) throw new Failure(`there is no folder ${folder}`);
  const desktop = args.browser ? undefined : findDesktop();
  await buildAll("development");
  return desktop ? startOnDesktop(desktop, folder) : startInBrowser(args, folder);
});

/** User data stays between starts, so threads and settings are there again. */
async function prepareUserData(kind: string, settingsPath: readonly string[]): Promise<string> {
  const userData = join(cache, `user-${kind}`);
  await presetSettings(join(userData, ...settingsPath), calmSettings);
  return userData;
}

async function startOnDesktop(program: string, folder: string): Promise<number> {
  const userData = await prepareUserData("desktop", ["User", "settings.json"]);
  say(`Opening desktop VS Code (${program}); Ctrl-C ends it`);
  const own = [`--user-data-dir=${userData}`, `--extensions-dir=${join(userData, "extensions")}`];
  const args = [folder, `--extensionDevelopmentPath=${root}`, ...own, "--disable-workspace-trust", "--skip-welcome"];
  const stop = stopRequested();
  const child = spawn(program, args, { ...ownTree, env: cleanEnvironment(), stdio: "ignore" });
  const ended = new Promise<number>((settle, reject) => {
    child.once("exit", (code) => settle(code ?? 0));
    child.once("error", (error) => reject(new Failure(`VS Code could not be started: ${error.message}`)));
  });
  const code = await Promise.race([ended, stop.then(() => 0)]);
  await endTree(child);
  return code;
}

async function startInBrowser(args: StartArguments, folder: string): Promise<number> {
  const dataDir = await prepareUserData("browser", ["data", "User", "settings.json"]);
  await installServer();
  const address = await rememberedAddress(dataDir, args.port);
  const stop = stopRequested();
  const server = await step("VS Code's server started", () => startServer({ dataDir, ...address }));
  try {
    const url = workbenchUrl({ ...server, folder, extensionPath: root });
    say("VS Code with Assistants Workbench is ready. Open this address in a browser; Ctrl-C here ends it:");
    process.stdout.write(`\n  ${url}\n\n`);
    if (args.open) openInBrowser(url);
    const ended = server.exited.then(() => {
      throw new Failure(`VS Code's server ended by itself: ${server.output().trim().split("\n").at(-1) ?? ""}`);
    });
    await Promise.race([ended, stop]);
    say("Ending VS Code …");
    return 0;
  } finally {
    await server.stop();
  }
}

/** Same port and token as last time where that port is free: the browser keeps its layout, and an open page reconnects. */
async function rememberedAddress(dataDir: string, wanted?: number): Promise<{ port: number; token: string }> {
  const file = join(dataDir, "address.json");
  const last: { port?: number; token?: string } = await readFile(file, "utf8").then(JSON.parse, () => ({}));
  const token = typeof last.token === "string" ? last.token : randomBytes(16).toString("hex");
  const port = wanted ?? (await freePort(last.port).catch(() => freePort()));
  if (wanted)
    await freePort(wanted).catch(() => Promise.reject(new Failure(`port ${wanted} is in use: choose another one`)));
  await mkdir(dataDir, { recursive: true });
  await writeFile(file, JSON.stringify({ port, token }), { mode: 0o600 });
  return { port, token };
}

/** From here on a signal is an orderly end; before, it simply ends this process, which has started nothing yet. */
function stopRequested(): Promise<void> {
  return new Promise((settle) => {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => settle());
  });
}
