/** Holds a folder, says so, and leaves it when its input ends; a log of the folder has who was in when. */
import { appendFileSync } from "node:fs";
import { join } from "node:path";

import { exclusively } from "../../../src/disk/exclusive.ts";

const [folder = "", mode = ""] = process.argv.slice(2);
const log = (text: string): void => appendFileSync(join(folder, "log"), `${text}\n`);

await exclusively(folder, "work", { who: "a test" }, async () => {
  log(`in ${process.pid}`);
  process.stdout.write("held\n");
  if (mode === "until told") await new Promise((resolve) => process.stdin.once("end", resolve).resume());
  else await new Promise((resolve) => setImmediate(resolve));
  log(`out ${process.pid}`);
});
