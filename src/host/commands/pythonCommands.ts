import { execFile } from "node:child_process";

import * as vscode from "vscode";

import { Command } from "../../manifest.ts";
import type { Log } from "../log.ts";
import { registerCommand } from "./register.ts";

export interface PythonCommandServices {
  /** The runtime's program. */
  readonly bundle: string;
  /** Where all runtimes of this installation have their packages. */
  readonly pythonDir: string;
  readonly log: Log;
}

export function registerPythonCommands(services: PythonCommandServices): vscode.Disposable {
  return registerCommand(Command.addPythonPackages, services.log, () => addPackages(services));
}

/** Asks for wheels and gives them to the sandbox. Nothing is downloaded. */
async function addPackages({ bundle, pythonDir, log }: PythonCommandServices): Promise<void> {
  const chosen = await vscode.window.showOpenDialog({
    title: "Python packages: wheels for Pyodide, or pure Python ones",
    openLabel: "Add",
    canSelectMany: true,
    filters: { "Python wheels": ["whl"] },
  });
  if (chosen === undefined || chosen.length === 0) return;
  const args = [bundle, "python-packages", "add", ...chosen.map((uri) => uri.fsPath)];
  const { good, said } = await runBundle([...args, "--python-dir", pythonDir]);
  log.info(said);
  if (good) void vscode.window.showInformationMessage(said.split("\n").join("; "));
  else void vscode.window.showWarningMessage(said.split("\n").join("; "));
}

function runBundle(args: readonly string[]): Promise<{ readonly good: boolean; readonly said: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, ELECTRON_RUN_AS_NODE: "1" };
    execFile(process.execPath, [...args], { env }, (error, stdout, stderr) =>
      resolve({
        good: error === null && stderr === "",
        said: [stdout, stderr]
          .map((text) => text.trim())
          .filter((text) => text !== "")
          .join("\n"),
      }),
    );
  });
}
