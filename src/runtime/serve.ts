import type { RuntimeOptions } from "./cli/options.ts";
import { ownDataDir, type OwnedDataDir } from "./dataDir.ts";
import { reasonOf, type Log } from "./log.ts";
import { startServer, type RunningServer } from "./server.ts";

/** How long runs at work may go on after standard input closed, in milliseconds. */
const parentGoneGraceMs = 30_000;

/** Runs the server until it is told to stop. Resolves to the exit code. */
export async function serve(options: RuntimeOptions, log: Log): Promise<number> {
  let directory;
  try {
    directory = await ownDataDir(options.dataDir);
  } catch (error) {
    log(`Cannot use the data directory ${options.dataDir}: ${reasonOf(error)}`);
    return 1;
  }
  if (directory.kind === "taken") {
    if (directory.by === undefined) {
      log(`Another runtime has the data directory ${options.dataDir}, but does not say where it listens.`);
      return 1;
    }
    process.stdout.write(`${JSON.stringify({ alreadyRunning: directory.by.listening, pid: directory.by.pid })}\n`);
    return 3;
  }
  let server;
  try {
    server = await startServer(options, directory, log);
    directory.announce({ listening: server.url, pid: process.pid });
  } catch (error) {
    log(`Cannot start: ${startFailure(error, options)}`);
    directory.release();
    return 1;
  }
  const stopped = untilStopped(server, directory, options.exitWithParent, log);
  process.stdout.write(`${JSON.stringify({ listening: server.url, key: server.key })}\n`);
  return stopped;
}

function untilStopped(
  server: RunningServer,
  directory: OwnedDataDir,
  exitWithParent: boolean,
  log: Log,
): Promise<number> {
  return new Promise((resolve) => {
    let stopping = false;
    const stop = (why: string, graceMs: number): void => {
      // Asked a second time, somebody is in a hurry.
      if (stopping) return resolve(1);
      stopping = true;
      log(`stopping: ${why}`);
      server.stop(graceMs).then(
        () => {
          directory.release();
          resolve(0);
        },
        (error: unknown) => {
          log(`could not stop cleanly: ${reasonOf(error)}`);
          resolve(1);
        },
      );
    };
    process.on("SIGINT", () => stop("SIGINT", 0));
    process.on("SIGTERM", () => stop("SIGTERM", 0));
    if (!exitWithParent) return;
    const parentGone = (): void => {
      if (!stopping) stop("standard input closed", parentGoneGraceMs);
    };
    process.stdin.on("end", parentGone).on("close", parentGone).on("error", parentGone).resume();
  });
}

function startFailure(error: unknown, options: RuntimeOptions): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "EADDRINUSE")
    return `port ${options.port} is taken by another program; choose another --port or leave it out.`;
  if (code === "EACCES") return `port ${options.port} may not be used; choose another --port or leave it out.`;
  return `${reasonOf(error)} (data directory ${options.dataDir})`;
}
