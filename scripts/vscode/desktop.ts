import { existsSync, realpathSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

import { Failure } from "../shared/terminal.ts";

/** The program file of a desktop VS Code that can show a window here: `VSCODE_EXECUTABLE`, or the one behind `code` on PATH. */
export function findDesktop(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const named = env["VSCODE_EXECUTABLE"];
  if (named) {
    if (!existsSync(named)) throw new Failure(`VSCODE_EXECUTABLE names a file that does not exist: ${named}`);
    return named;
  }
  if (!hasDisplay(env)) return undefined;
  const names = process.platform === "win32" ? ["code.cmd"] : ["code"];
  const folders = (env["PATH"] ?? "").split(delimiter).filter(Boolean);
  const command = folders.flatMap((folder) => names.map((name) => join(folder, name))).find((path) => existsSync(path));
  return command ? programBehind(realpathSync(command)) : undefined;
}

/** Linux without a display cannot show a window, nor can a container or a shell over SSH. */
export function hasDisplay(env: NodeJS.ProcessEnv = process.env): boolean {
  if (process.platform !== "linux") return !env["SSH_CONNECTION"];
  return Boolean(env["DISPLAY"] ?? env["WAYLAND_DISPLAY"]);
}

/** `code` is a script beside the program; in the terminal of a remote window it is no desktop VS Code at all. */
function programBehind(command: string): string | undefined {
  if (/remote-cli|\.vscode-server|code-server/.test(command)) return undefined;
  const up = dirname(dirname(command));
  const programs = {
    win32: [join(up, "Code.exe")],
    darwin: ["Code", "Electron"].map((name) => join(dirname(dirname(up)), "MacOS", name)),
    linux: [join(up, "code")],
  };
  const here = process.platform === "win32" || process.platform === "darwin" ? process.platform : "linux";
  return programs[here].find((path) => existsSync(path)) ?? (here === "win32" ? undefined : command);
}
