import { createInterface } from "node:readline/promises";

import { messageLine } from "../core/oneLine.ts";
import { runCommand } from "./commands.ts";
import { InvalidStores, runDocs } from "./documents/docsCommand.ts";
import { helpText } from "./helpText.ts";
import { readCommandLine } from "./options.ts";
import { CliProblem, exits } from "./terminal.ts";
import type { Terminal } from "./terminal.ts";

function terminalOf(signal: AbortSignal): Terminal {
  return {
    out: (text) => void process.stdout.write(text),
    note: (text) => void process.stderr.write(text),
    progress: (line) => {
      if (process.stderr.isTTY) process.stderr.write(`\r\u001B[K${line.slice(0, (process.stderr.columns ?? 80) - 1)}`);
    },
    confirm: async (question) => {
      if (!process.stdin.isTTY || !process.stdout.isTTY) return null;
      const lines = createInterface({ input: process.stdin, output: process.stdout });
      try {
        return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `, { signal })).trim());
      } finally {
        lines.close();
      }
    },
    signal,
  };
}

/** Ctrl-C: the step that is under way ends, and is recorded; nothing more begins. A second one ends at once. */
const interrupt = new AbortController();

async function main(): Promise<number> {
  const line = readCommandLine(process.argv.slice(2), process.env);
  switch (line.kind) {
    case "help":
      process.stdout.write(helpText);
      return exits.ok;
    case "wrong":
      process.stderr.write(`assistants: ${messageLine(line.message)} (--help says more)\n`);
      return exits.error;
    case "run":
    case "docs":
      break;
  }
  process.once("SIGINT", () => interrupt.abort());
  try {
    const terminal = terminalOf(interrupt.signal);
    return await (line.kind === "docs" ? runDocs(line.options, terminal) : runCommand(line.options, terminal));
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    const where =
      error instanceof CliProblem || process.env["ASSISTANTS_DEBUG"] === undefined
        ? ""
        : `\n${error instanceof Error ? error.stack : ""}`;
    process.stderr.write(`assistants: ${messageLine(words)}${where}\n`);
    return error instanceof InvalidStores ? exits.invalid : exits.error;
  }
}

process.exitCode = await main();
// A request that nobody waits for any more would keep the process.
if (interrupt.signal.aborted) process.exit();
