import { join } from "node:path";

import { installOnce } from "../shared/install.ts";
import { runNpm } from "../shared/npm.mjs";
import { cache } from "../shared/paths.ts";

/** The npm package code-server 4.139.1 holds the server build of VS Code 1.139.1. */
export const serverVersion: string = process.env["VSCODE_SERVER_VERSION"] ?? "4.139.1";

const folder = join(cache, `server-${serverVersion}`);
const vscode = join("node_modules", "code-server", "lib", "vscode");

/** The folder of VS Code's server; installs it from the npm registry when it is not there. No native builds. */
export async function installServer(): Promise<string> {
  const what = `VS Code for the browser (code-server ${serverVersion}, about 600 MB unpacked)`;
  await installOnce(folder, what, async (partial) => {
    await runNpm(["install", "--ignore-scripts", "--no-save", `code-server@${serverVersion}`], partial);
    const nested = ["install", "--omit=dev", "--ignore-scripts", "--no-save"];
    await runNpm(nested, join(partial, vscode));
    await runNpm(nested, join(partial, vscode, "extensions"));
  });
  return join(folder, vscode);
}
