import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";

import { Failure } from "../shared/terminal.ts";
import { canInstallChromium, installPackagedChromium } from "./chromiumPackage.ts";

export interface Chromium {
  readonly executablePath: string;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * A browser for tests: `CHROMIUM` if set, else one of the system, else a headless one from the npm registry (Linux x64).
 * `CHROMIUM=package` skips the search and takes the last.
 */
export async function findChromium(): Promise<Chromium> {
  const named = process.env["CHROMIUM"];
  if (named && named !== "package") {
    if (!existsSync(named)) throw new Failure(`CHROMIUM names a file that does not exist: ${named}`);
    return { executablePath: named, env: {} };
  }
  const found = named === "package" ? undefined : candidates().find(starts);
  if (found) return { executablePath: found, env: {} };
  if (canInstallChromium()) return installPackagedChromium();
  throw new Failure("no Chrome, Chromium or Edge was found: install one, or set CHROMIUM to its program file");
}

/** On some Linux systems the program is a stub that asks for a snap. Elsewhere it is what it seems, or opens a window. */
function starts(path: string): boolean {
  if (!existsSync(path)) return false;
  return process.platform !== "linux" || spawnSync(path, ["--version"], { timeout: 10_000 }).status === 0;
}

function candidates(): string[] {
  if (process.platform === "darwin") {
    const roots = ["/Applications", join(process.env["HOME"] ?? "", "Applications")];
    const apps = ["Google Chrome", "Chromium", "Microsoft Edge"];
    return roots.flatMap((folder) => apps.map((app) => join(folder, `${app}.app`, "Contents", "MacOS", app)));
  }
  if (process.platform === "win32") {
    const roots = ["ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"].flatMap((name) => process.env[name] ?? []);
    const programs = ["Google\\Chrome\\Application\\chrome.exe", "Microsoft\\Edge\\Application\\msedge.exe"];
    return programs.flatMap((program) => roots.map((folder) => join(folder, program)));
  }
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"];
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter(Boolean);
  return names.flatMap((name) => folders.map((folder) => join(folder, name)));
}
