import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The repository's root folder. */
export const root: string = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

export const dist: string = join(root, "dist");

/** Everything fetched or kept for VS Code: its server, a browser, user data. Not in git, not in the VSIX. */
export const cache: string = join(root, ".vscode-test");

/** Pictures and reports that tests leave behind. */
export const testOut: string = join(root, "test", "out");

/** A program of node_modules/.bin, by the file that Node runs or the binary itself. */
export function bin(name: string): string {
  return join(root, "node_modules", ".bin", process.platform === "win32" ? `${name}.cmd` : name);
}
