import { spawn } from "node:child_process";
import { join } from "node:path";

import { Failure } from "../shared/terminal.ts";
import { cleanEnvironment } from "./environment.ts";
import { installServer } from "./serverInstall.ts";

/** Installs a packaged extension for the server that will run on `dataDir`. */
export async function installVsix(vsix: string, dataDir: string): Promise<void> {
  const main = join(await installServer(), "out", "server-main.js");
  const folders = ["--server-data-dir", dataDir, "--extensions-dir", join(dataDir, "extensions")];
  const args = [main, "--accept-server-license-terms", ...folders, "--install-extension", vsix];
  const child = spawn(process.execPath, args, { env: cleanEnvironment(), stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => (printed += chunk.toString()));
  await new Promise((resolve, reject) => child.once("close", resolve).once("error", reject));
  if (!/was successfully installed/.test(printed))
    throw new Failure(`${vsix} was not installed: ${printed.slice(-500)}`);
}
