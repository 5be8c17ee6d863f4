import { Failure } from "../shared/terminal.ts";

export interface Choice {
  readonly suites: readonly string[];
  /** Words that a test file's path must contain. */
  readonly files: readonly string[];
}

/** `npm test [SUITE…] [FILE…]`: the words that name no suite choose files. */
export function parseChoice(args: readonly string[], known: readonly string[]): Choice {
  const flag = args.find((arg) => arg.startsWith("-"));
  if (flag)
    throw new Failure(`${flag} is no option. Usage: npm test [-- [${known.join(" ")}] [part of a file's path]]`);
  return {
    suites: args.filter((arg) => known.includes(arg)),
    files: args.filter((arg) => !known.includes(arg)).map((arg) => arg.replaceAll("\\", "/").replace(/^\.\//, "")),
  };
}
