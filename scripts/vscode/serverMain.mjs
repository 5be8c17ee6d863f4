// Runs VS Code's server (the first argument, then its own) with two things of ours around it.
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { Server } from "node:http";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";

process.argv.splice(1, 1);
endWithLauncher();
answerMintKey();
await import(pathToFileURL(process.argv[1]).href);

/** When the launcher is gone, even by SIGKILL, its end of this pipe closes, and all that it started ends too. */
function endWithLauncher() {
  process.stdin.on("error", () => process.exit(1)).on("close", () => process.exit(0));
  process.stdin.resume();
}

/**
 * The workbench encrypts an extension's secrets with a key whose one half it asks for at /mint-key. That is code-server's
 * own front end, which does not run here; without an answer, SecretStorage fails.
 */
function answerMintKey() {
  const options = { "connection-token": { type: "string" }, "server-data-dir": { type: "string" } };
  const { values } = parseArgs({ strict: false, options });
  const keyFile = join(values["server-data-dir"], "secret-key-half");
  const emit = Server.prototype.emit;
  Server.prototype.emit = function (event, request, response, ...rest) {
    if (event !== "request" || request.method !== "POST" || !/^\/+mint-key$/.test(request.url)) {
      return emit.call(this, event, request, response, ...rest);
    }
    const allowed = cookies(request).some((token) => same(token, values["connection-token"]));
    response.writeHead(allowed ? 200 : 403).end(allowed ? keyHalf(keyFile) : "");
    return true;
  };
}

function keyHalf(file) {
  if (!existsSync(file)) writeFileSync(file, randomBytes(32), { mode: 0o600 });
  return readFileSync(file);
}

function cookies(request) {
  return [...(request.headers.cookie ?? "").matchAll(/(?:^|;\s*)vscode-tkn=([^;]*)/g)].map((match) => match[1]);
}

function same(left, right) {
  const digest = (text) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(left), digest(right));
}
