import { globSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { build } from "esbuild";

import { dist, root } from "../shared/paths.ts";

/**
 * Bundles every test/extension/**\/*.test.ts for VS Code's extension host and gives the path of the module with `run()`;
 * undefined when there is no test. `npm test` has built the extension before.
 */
export async function bundleExtensionTests(): Promise<string | undefined> {
  const folder = join(root, "test", "extension");
  const tests = globSync("**/*.test.ts", { cwd: folder }).toSorted();
  if (tests.length === 0) return undefined;
  const outdir = join(dist, "test", "extension");
  await rm(outdir, { recursive: true, force: true });
  await build({
    absWorkingDir: root,
    entryPoints: ["runInHost.ts", ...tests].map((name) => join(folder, name)),
    outbase: folder,
    outdir,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    format: "cjs",
    target: "node22",
    external: ["vscode", "mocha"],
    sourcemap: "inline",
    define: { "import.meta.url": "__importMetaUrl" },
    banner: { js: 'const __importMetaUrl = require("node:url").pathToFileURL(__filename).href;' },
    logLevel: "warning",
  });
  return join(outdir, "runInHost.cjs");
}
