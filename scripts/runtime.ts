/** `npm run runtime -- ARGS`: the embedded runtime on its own. */
import { runProgram } from "./shared/program.ts";
import { runMain } from "./shared/terminal.ts";

await runMain(() => runProgram("runtime", "runtime.mjs"));
