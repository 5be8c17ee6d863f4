import { spawn } from "node:child_process";

import { hasDisplay } from "./desktop.ts";

/** Asks the system to show an address; where there is no screen, the person has the address in the terminal. */
export function openInBrowser(url: string): void {
  if (!hasDisplay()) return;
  const [command, ...args] = {
    darwin: ["open", url],
    win32: ["rundll32", "url.dll,FileProtocolHandler", url],
    linux: ["xdg-open", url],
  }[process.platform === "darwin" || process.platform === "win32" ? process.platform : "linux"] as [string, string];
  spawn(command, args, { stdio: "ignore", detached: true })
    .on("error", () => undefined)
    .unref();
}
