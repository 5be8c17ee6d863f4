/**
 * `npm run package`: assistants-workbench-VERSION.vsix, from a production build; `npm run package -- --npm`: the command lines as an
 * npm package, a .tgz beside it. Needs no network and no git remote.
 */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import { buildAll } from "./build.ts";
import { bundles } from "./build/bundles.ts";
import { writeNotices } from "./build/notices.ts";
import { root } from "./shared/paths.ts";
import { runNpm } from "./shared/npm.mjs";
import { run } from "./shared/run.ts";
import { Failure, runMain, say } from "./shared/terminal.ts";

const vsce = join(root, "node_modules", "@vscode", "vsce", "vsce");

await runMain(async () => {
  await buildAll("production");
  await writeNotices(bundles);
  const { name, version } = JSON.parse(await readFile(join(root, "package.json"), "utf8")) as Record<string, string>;
  if (process.argv.includes("--npm")) {
    await runNpm(["pack", "--ignore-scripts"], root);
    say(`${join(root, `${name}-${version}.tgz`)}: npm install --global takes it`);
    return;
  }
  const vsix = join(root, `${name}-${version}.vsix`);
  const options = ["--no-dependencies", "--allow-missing-repository", "--no-rewrite-relative-links"];
  const code = await run(process.execPath, [vsce, "package", ...options, "--out", vsix]);
  if (code !== 0) throw new Failure("vsce could not make the package");
  say(`${vsix}: ${Math.round((await stat(vsix)).size / 1024)} KB`);
});
