/** Says one step in one line. */
export function say(line: string): void {
  process.stderr.write(`• ${line}\n`);
}

/** Says what is being done, does it, and says how long it took. */
export async function step<T>(line: string, work: () => Promise<T>): Promise<T> {
  const started = performance.now();
  const result = await work();
  say(`${line} (${seconds(performance.now() - started)})`);
  return result;
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** A failure that the person at the terminal can act on: shown as one line, without a stack. */
export class Failure extends Error {
  override readonly name = "Failure";
}

/** Runs a script's main function; a failure becomes one line and exit code 1. */
export async function runMain(main: () => Promise<number | void>): Promise<void> {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    process.exitCode = 1;
    process.stderr.write(`✗ ${explain(error)}\n`);
  }
}

/** One line for a person; a stack only for what nobody foresaw. */
export function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = "code" in error ? error.code : undefined;
  if (code === "ENOSPC") return "no space left on the disk";
  if (code === "EACCES" || code === "EPERM" || code === "EROFS") return `no permission: ${error.message}`;
  return error instanceof Failure ? error.message : (error.stack ?? error.message);
}
