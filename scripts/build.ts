/** `npm run build [-- --production] [-- --watch]`: the extension, the runtime and the webview, into dist/. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { context } from "esbuild";

import { buildBundle, esbuildOptions, type BuildMode } from "./build/buildBundle.ts";
import { bundles } from "./build/bundles.ts";
import { root } from "./shared/paths.ts";
import { runMain, say, seconds } from "./shared/terminal.ts";

/** Builds what changed and says so. */
export async function buildAll(mode: BuildMode): Promise<void> {
  const started = performance.now();
  const outcomes = await Promise.all(
    bundles.map(async (bundle) => `${bundle.name} ${await buildBundle(bundle, mode)}`),
  );
  say(`Build (${mode}): ${outcomes.join(", ")} (${seconds(performance.now() - started)})`);
}

async function watch(): Promise<void> {
  const present = bundles.filter((bundle) => existsSync(join(root, bundle.entry)));
  const contexts = await Promise.all(
    present.map((bundle) => context({ ...esbuildOptions(bundle, "development"), logLevel: "info" })),
  );
  await Promise.all(contexts.map((one) => one.watch()));
  say(`Watching ${present.map(({ name }) => name).join(", ")}; Ctrl-C ends`);
  await new Promise((resolve) => process.once("SIGINT", resolve).once("SIGTERM", resolve));
  await Promise.all(contexts.map((one) => one.dispose()));
}

if (import.meta.main) {
  const args = process.argv.slice(2);
  await runMain(() =>
    args.includes("--watch") ? watch() : buildAll(args.includes("--production") ? "production" : "development"),
  );
}
