import { homedir } from "node:os";
import { join } from "node:path";

export type DocsCommandName = "plan" | "sync" | "clean";

export const docsCommands: readonly string[] = ["plan", "sync", "clean"];

export interface DocsOptions {
  readonly command: DocsCommandName;
  /** Names of stores, their definitions, or folders; none: all. */
  readonly stores: readonly string[];
  readonly root: string;
  readonly connection: { readonly key: string; readonly baseUrl: string };
  readonly apiKey: string;
  readonly json: boolean;
  readonly yes: boolean;
  /** Nothing is taken out. */
  readonly keep: boolean;
  readonly retryFailed: boolean;
  /** Which store a definition is, by its name. */
  readonly links: ReadonlyMap<string, string>;
  /** Where the index of files and the journal of uploads are kept. */
  readonly cacheDir: string;
}

/** Where programs keep what they can make again. */
export function cacheDirOf(env: Readonly<Record<string, string | undefined>>): string {
  const given = env["ASSISTANTS_CACHE_DIR"];
  if (given !== undefined && given !== "") return given;
  const general =
    process.platform === "win32"
      ? (env["LOCALAPPDATA"] ?? join(homedir(), "AppData", "Local"))
      : process.platform === "darwin"
        ? join(homedir(), "Library", "Caches")
        : (env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"));
  return join(general, "assistants-workbench");
}
