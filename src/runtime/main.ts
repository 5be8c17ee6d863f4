import { helpText } from "./cli/helpText.ts";
import { readCommandLine } from "./cli/options.ts";
import { runtimeVersion } from "./version.ts";

/** `node:sqlite` is there without a flag and with its full-text search from here on. */
const oldestNode: readonly [number, number] = [22, 16];

function log(line: string): void {
  process.stderr.write(`${line}\n`);
}

function nodeIsTooOld(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  return major < oldestNode[0] || (major === oldestNode[0] && minor < oldestNode[1]);
}

async function main(): Promise<number> {
  if (process.argv[2] === "python-packages") {
    const { pythonPackages } = await import("./cli/pythonPackages.ts");
    return pythonPackages(process.argv.slice(3), (line) => process.stdout.write(`${line}\n`), log);
  }
  const command = readCommandLine(process.argv.slice(2), process.env);
  switch (command.kind) {
    case "help":
      process.stdout.write(helpText);
      return 0;
    case "version":
      process.stdout.write(`${runtimeVersion()}\n`);
      return 0;
    case "wrong":
      log(`${command.message} (--help says more)`);
      return 2;
    case "run":
      break;
  }
  if (nodeIsTooOld()) {
    log(`The runtime needs Node ${oldestNode.join(".")} or newer (for node:sqlite); this is ${process.versions.node}.`);
    return 1;
  }
  // Node calls its SQLite experimental on every start; every other warning is worth reading.
  process.removeAllListeners("warning");
  process.on("warning", (warning) => {
    if (warning.name !== "ExperimentalWarning") log(`${warning.name}: ${warning.message}`);
  });
  const { serve } = await import("./serve.ts");
  return serve(command.options, log);
}

// When a parent dies, the pipes to it break. What is said then is lost; the runs that are at work must not be.
for (const pipe of [process.stdout, process.stderr]) pipe.on("error", () => undefined);
const exitCode = await main();
// A standard input that a parent holds open would keep the process; what was printed goes out first.
process.stdout.write("", () => process.exit(exitCode));
