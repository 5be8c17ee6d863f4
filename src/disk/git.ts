import { execFile } from "node:child_process";

/** More than the names of a million files. */
const maxOutput = 512 * 1024 * 1024;

/**
 * Asks git something about a folder. A repository's own configuration must not start programs.
 * @param input names that git reads, each ended by a NUL
 * @param noExits exit codes that mean a no
 * @returns names, of which git ends each with a NUL too. Null where there is no git, no repository, or none that git trusts.
 */
export function gitNames(
  folder: string,
  args: readonly string[],
  signal: AbortSignal | undefined,
  input: string | null = null,
  noExits: readonly number[] = [],
): Promise<readonly string[] | null> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      "git",
      ["-c", "core.fsmonitor=false", ...args],
      { cwd: folder, maxBuffer: maxOutput, encoding: "utf8", signal, env: { ...process.env, GIT_OPTIONAL_LOCKS: "0" } },
      (error, stdout) => {
        if (signal?.aborted === true) return reject(error ?? new Error("stopped"));
        const said = error === null || (typeof error.code === "number" && noExits.includes(error.code));
        resolve(said ? stdout.split("\0").filter((name) => name !== "") : null);
      },
    );
    // It may end before it has read everything; its exit code says why.
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(input ?? "");
  });
}
