// The first thing that every npm script runs: plain JavaScript for Node 20 with nothing installed. It installs what
// is missing and hands over to the Node 24 of the devDependency `node`, which runs TypeScript as it is.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { runNpm } from "./shared/npm.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/** Task → script and its first arguments. */
const tasks = {
  start: ["start.ts"],
  build: ["build.ts"],
  check: ["check.ts"],
  format: ["format.ts"],
  runtime: ["runtime.ts"],
  assistants: ["assistants.ts"],
  bench: ["bench.ts"],
  package: ["package.ts"],
  test: ["test.ts"],
  unit: ["test.ts", "unit"],
  wire: ["test.ts", "wire"],
  page: ["test.ts", "page"],
  extension: ["test.ts", "extension"],
  ui: ["test.ts", "ui"],
};

const [task = "", ...rest] = process.argv.slice(2);
const script = new Map(Object.entries(tasks)).get(task);
const major = Number(process.versions.node.split(".")[0]);

if (!(major >= 20)) {
  fail(`Node ${process.versions.node} is too old: Node 20 or newer is needed (https://nodejs.org).`);
} else if (!script) {
  fail(`unknown task "${task}": one of ${Object.keys(tasks).join(", ")}.`);
} else {
  try {
    await installWhatIsMissing();
    handOver([join(root, "scripts", script[0]), ...script.slice(1), ...rest]);
  } catch (error) {
    fail(error.message);
  }
}

function nodePath() {
  const bin = join(root, "node_modules", "node", "bin");
  const posix = join(bin, "node");
  return process.platform === "win32" && existsSync(join(bin, "node.exe")) ? join(bin, "node.exe") : posix;
}

async function installWhatIsMissing() {
  if (isInstalled()) return;
  const started = Date.now();
  process.stderr.write("• Installing development packages (npm ci) …\n");
  await runNpm(["ci", "--include=dev"], root);
  if (!existsSync(nodePath()))
    throw new Error("npm ci ended, but node_modules holds no Node 24: are install scripts blocked?");
  process.stderr.write(`• Installed in ${Math.round((Date.now() - started) / 1000)} s\n`);
}

/** npm writes node_modules/.package-lock.json last of all: what it lists is what a finished install left there. */
function isInstalled() {
  if (!existsSync(nodePath())) return false;
  const wanted = packagesOf(join(root, "package-lock.json"));
  const there = packagesOf(join(root, "node_modules", ".package-lock.json"));
  return Object.entries(wanted).every(
    ([path, entry]) => path === "" || (there[path] ? there[path].version === entry.version : entry.optional === true),
  );
}

function packagesOf(lockFile) {
  return existsSync(lockFile) ? (JSON.parse(readFileSync(lockFile, "utf8")).packages ?? {}) : {};
}

/** Runs a script under Node 24 in the terminal that this process has; signals and the exit code pass through. */
function handOver(args) {
  const quietNode = ["--disable-warning=ExperimentalWarning"];
  const child = spawn(nodePath(), [...quietNode, ...args], { cwd: root, stdio: "inherit" });
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => fail(`could not run Node 24 of node_modules: ${error.message}`));
  child.on("exit", (code, signal) => process.exit(signal ? 128 + constants.signals[signal] : (code ?? 1)));
}

function fail(line) {
  process.stderr.write(`✗ ${line}\n`);
  process.exitCode = 1;
}
