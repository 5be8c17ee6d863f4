/** `npm run assistants -- ARGS`: the command line of the sync. */
import { runProgram } from "./shared/program.ts";
import { runMain } from "./shared/terminal.ts";

await runMain(() => runProgram("cli", "assistants.mjs"));
