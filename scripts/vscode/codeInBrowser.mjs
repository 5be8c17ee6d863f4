#!/usr/bin/env node
// A program that takes desktop VS Code's arguments, for `runTests({ vscodeExecutablePath })` of @vscode/test-electron.
// Whatever Node the shebang finds, the Node of this repository does the work: it runs TypeScript as it is.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const node =
  process.platform === "win32" ? at("../../node_modules/node/bin/node.exe") : at("../../node_modules/node/bin/node");
const quiet = "--disable-warning=ExperimentalWarning";
const child = spawn(node, [quiet, at("codeInBrowser.ts"), ...process.argv.slice(2)], { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code) => process.exit(code ?? 1));
