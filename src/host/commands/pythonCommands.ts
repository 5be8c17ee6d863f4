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

/** Asks for names or wheels, and has the runtime's program add them. Only what is asked for by its name is downloaded. */
async function addPackages({ bundle, pythonDir, log }: PythonCommandServices): Promise<void> {
  const sources = [
    { verb: "fetch", label: "Download by Name…", detail: "From Pyodide's distribution, or PyPI, with what they need" },
    { verb: "add", label: "Choose Wheels…", detail: "Files (.whl) of pure Python, or for Pyodide" },
  ] as const;
  const source = await vscode.window.showQuickPick(sources, { title: "Add Python Packages" });
  const wanted = source === undefined ? [] : source.verb === "fetch" ? await askNames() : await askFiles();
  if (source === undefined || wanted.length === 0) return;
  const args = [bundle, "python-packages", source.verb, "--python-dir", pythonDir, "--", ...wanted];
  const progress = {
    location: vscode.ProgressLocation.Notification,
    title: "Adding Python packages…",
    cancellable: true,
  };
  const end = await vscode.window.withProgress(progress, (_, cancelled) => {
    const stop = new AbortController();
    cancelled.onCancellationRequested(() => stop.abort());
    return runBundle(args, stop.signal);
  });
  log.info(end.said);
  if (end.cancelled) return;
  if (end.good) void vscode.window.showInformationMessage(end.said.split("\n").join("; "));
  else void vscode.window.showWarningMessage(end.said.split("\n").join("; "));
}

async function askNames(): Promise<readonly string[]> {
  const text = await vscode.window.showInputBox({
    title: "Download Python Packages",
    prompt: "Names, with spaces between. Programs may import them; nothing else is downloaded.",
    placeHolder: "numpy pandas matplotlib",
    validateInput: (typed) =>
      typed.trim() === "" || namesIn(typed).every((name) => /^[A-Za-z0-9][\w.-]*$/.test(name))
        ? null
        : "Names of packages only, without versions.",
  });
  return text === undefined ? [] : namesIn(text);
}

function namesIn(text: string): readonly string[] {
  return text.split(/[\s,]+/).filter((name) => name !== "");
}

async function askFiles(): Promise<readonly string[]> {
  const chosen = await vscode.window.showOpenDialog({
    title: "Python packages: wheels for Pyodide, or pure Python ones",
    openLabel: "Add",
    canSelectMany: true,
    filters: { "Python wheels": ["whl"] },
  });
  return chosen?.map((uri) => uri.fsPath) ?? [];
}

interface BundleEnd {
  readonly good: boolean;
  readonly cancelled: boolean;
  readonly said: string;
}

function runBundle(args: readonly string[], signal: AbortSignal): Promise<BundleEnd> {
  return new Promise((resolve) => {
    const env = { ...process.env, ELECTRON_RUN_AS_NODE: "1" };
    execFile(process.execPath, [...args], { env, signal }, (error, stdout, stderr) =>
      resolve({
        good: error === null && stderr === "",
        cancelled: signal.aborted,
        said: [stdout, stderr]
          .map((text) => text.trim())
          .filter((text) => text !== "")
          .join("\n"),
      }),
    );
  });
}
