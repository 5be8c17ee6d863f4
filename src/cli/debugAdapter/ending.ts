import { constants } from "node:os";

/** What has to be done before the adapter is gone: longer than a handler is given to end by itself. Milliseconds. */
const mostMs = 15_000;

/**
 * Ends this process when nobody can ask anything any more, or when it is told to end: after what was begun has been ended and what
 * was taken has been given back. Who tells it a second time, or a server that does not answer, ends it at once.
 * @param finish resolves when nothing is left to do
 */
export function endWith(input: NodeJS.ReadableStream, finish: () => Promise<void>): void {
  let ending = false;
  const end = (code: number): void => {
    if (ending) process.exit(code);
    ending = true;
    setTimeout(() => process.exit(code), mostMs).unref();
    void finish().finally(() => process.exit(code));
  };
  input.once("close", () => {
    if (!ending) end(0);
  });
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const)
    process.on(signal, () => end(128 + constants.signals[signal]));
}
