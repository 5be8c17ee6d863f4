// Plain JavaScript without dependencies: scripts/bootstrap.mjs needs it before anything is installed.
import { spawn } from "node:child_process";

const quiet = ["--no-audit", "--no-fund", "--loglevel=error", "--no-progress"];

/** Runs npm quietly in `cwd`; rejects with an error whose message is one line that a person can act on. */
export function runNpm(args, cwd) {
  const { command, before, shell } = npmCommand();
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...before, ...args, ...quiet], {
      cwd,
      shell,
      env: npmEnvironment(),
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    const collect = (chunk) => (output = (output + chunk).slice(-20_000));
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.on("error", (error) =>
      reject(new Error(error.code === "ENOENT" ? "npm was not found: install Node.js with npm" : error.message)),
    );
    child.on("close", (code) => (code === 0 ? resolve() : reject(new Error(explainNpmFailure(output)))));
  });
}

/** What went wrong, in one line, from what npm printed. */
export function explainNpmFailure(output) {
  if (/ENOSPC/.test(output)) return "npm could not write: no space left on the disk";
  if (/EACCES|EPERM|EROFS/.test(output)) return "npm could not write: no permission for this folder or for npm's cache";
  if (/ENOTCACHED|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT/.test(output)) {
    return "npm could not reach its registry: check the network, the proxy, or `npm config get registry`";
  }
  if (/npm ci.*in sync|EUSAGE/.test(output))
    return "package-lock.json is not in step with package.json: run `npm install`";
  const said = output.split("\n").find((line) => /^npm (error|ERR!)/.test(line) && !/ code /.test(line));
  return `npm failed: ${(said ?? output.trim().split("\n").at(-1) ?? "").replace(/^npm (error|ERR!)\s*/, "") || "no reason given"}`;
}

/** The npm that started this script if there is one, else the one on PATH. */
function npmCommand() {
  const running = process.env.npm_execpath;
  if (running?.endsWith("npm-cli.js")) return { command: process.execPath, before: [running], shell: false };
  return { command: "npm", before: [], shell: process.platform === "win32" };
}

/** The environment without what `npm run` added for this package: it would steer an install in another folder. */
function npmEnvironment() {
  const drop =
    /^(npm_package_|npm_lifecycle_|npm_command$|npm_config_(local_prefix|global_prefix|prefix|omit|include)$|NODE_ENV$)/;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !drop.test(name)));
}
