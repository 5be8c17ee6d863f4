/** `npm run format [-- PATHS]`: formats everything, or what is named. */
import { bin } from "./shared/paths.ts";
import { run } from "./shared/run.ts";
import { runMain } from "./shared/terminal.ts";

await runMain(() => {
  const paths = process.argv.slice(2);
  return run(bin("oxfmt"), paths.length > 0 ? paths : ["."]);
});
