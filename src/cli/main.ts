import { createInterface } from "node:readline/promises";

import { CliProblem, exits, runCommand } from "./commands.ts";
import type { Terminal } from "./commands.ts";
import { helpText } from "./helpText.ts";
import { readCommandLine } from "./options.ts";

function terminalOf(signal: AbortSignal): Terminal {
  return {
    out: (text) => void process.stdout.write(text),
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

async function main(): Promise<number> {
  const line = readCommandLine(process.argv.slice(2), process.env);
  switch (line.kind) {
    case "help":
      process.stdout.write(helpText);
      return exits.ok;
    case "wrong":
      process.stderr.write(`assistants: ${line.message} (--help says more)\n`);
      return exits.error;
    case "run":
      break;
  }
  // The step that is under way ends, and is recorded; nothing more begins. A second Ctrl-C ends at once.
  const interrupt = new AbortController();
  process.once("SIGINT", () => interrupt.abort());
  try {
    return await runCommand(line.options, terminalOf(interrupt.signal));
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    const where =
      error instanceof CliProblem || process.env["ASSISTANTS_DEBUG"] === undefined
        ? ""
        : `\n${error instanceof Error ? error.stack : ""}`;
    process.stderr.write(`assistants: ${words.split("\n")[0]}${where}\n`);
    return exits.error;
  }
}

process.exitCode = await main();
