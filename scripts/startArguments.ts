import { parseArgs } from "node:util";

import { Failure } from "./shared/terminal.ts";

export interface StartArguments {
  readonly browser: boolean;
  readonly open: boolean;
  readonly port: number | undefined;
  /** The folder to open instead of examples/. */
  readonly folder: string | undefined;
}

export const startUsage = "npm start [-- [--browser] [--port N] [--no-open] [FOLDER]]";

/** Reads the command line of `npm start`. */
export function parseStartArguments(args: readonly string[]): StartArguments {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { browser: { type: "boolean" }, "no-open": { type: "boolean" }, port: { type: "string" } },
    });
    if (positionals.length > 1) throw new Failure("one folder at most can be opened");
    return {
      browser: values.browser ?? false,
      open: !(values["no-open"] ?? false),
      port: values.port === undefined ? undefined : parsePort(values.port),
      folder: positionals[0],
    };
  } catch (error) {
    throw new Failure(`${error instanceof Error ? error.message : String(error)}. Usage: ${startUsage}`);
  }
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) throw new Failure(`--port ${text} is not a port`);
  return port;
}
