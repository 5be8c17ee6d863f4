import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { BuildOptions } from "esbuild";

import { root } from "../shared/paths.ts";

/** One output of the build: a name for the terminal and what esbuild is told. */
export interface Bundle {
  readonly name: string;
  readonly entry: string;
  readonly outfile: string;
  readonly options: BuildOptions;
}

/** Some dependencies call `require` for Node's own modules, which an ES module does not have. */
const requireBanner =
  'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);';

/** A program that the shell can start by its name. */
const programBanner = `#!/usr/bin/env node\n${requireBanner}`;

const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { readonly version: string };

export const bundles: readonly Bundle[] = [
  {
    name: "extension",
    entry: "src/extension.ts",
    outfile: "dist/extension.cjs",
    options: { platform: "node", format: "cjs", target: "node22", external: ["vscode"] },
  },
  {
    name: "runtime",
    entry: "src/runtime/main.ts",
    outfile: "dist/runtime.mjs",
    options: {
      platform: "node",
      format: "esm",
      target: "node22",
      banner: { js: programBanner },
      define: { RUNTIME_VERSION: JSON.stringify(version) },
    },
  },
  // Programs of the runtime's threads; `workerEntry.ts` finds them beside the runtime.
  runtimeThread("ingestThread", "src/runtime/ingest/ingestThread.ts"),
  runtimeThread("searchThread", "src/runtime/retrieval/searchThread.ts"),
  {
    name: "cli",
    entry: "src/cli/main.ts",
    outfile: "dist/assistants.mjs",
    options: { platform: "node", format: "esm", target: "node22", banner: { js: programBanner } },
  },
  {
    name: "webview",
    entry: "webview/main.tsx",
    outfile: "dist/webview/main.js",
    options: {
      platform: "browser",
      format: "iife",
      target: "chrome130",
      jsx: "automatic",
      jsxImportSource: "preact",
      tsconfig: "webview/tsconfig.json",
      loader: { ".ttf": "file", ".woff2": "file", ".svg": "dataurl" },
      assetNames: "[name]",
    },
  },
];

function runtimeThread(name: string, entry: string): Bundle {
  const options: BuildOptions = { platform: "node", format: "esm", target: "node22", banner: { js: requireBanner } };
  return { name, entry, outfile: `dist/${name}.mjs`, options };
}
