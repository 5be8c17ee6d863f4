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
  /** Files that lie beside the bundle as they are: from where, and their folder. */
  readonly copies?: readonly { readonly from: string; readonly to: string }[];
  /** The program that the bundle is a part of, where it is not one of its own. */
  readonly partOf?: string;
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
      define: { RUNTIME_VERSION: JSON.stringify(version), SANDBOX_FOLDER: JSON.stringify("python") },
    },
  },
  // Programs of the runtime's threads; `workerEntry.ts` finds them beside the runtime.
  runtimeThread("ingestThread", "src/runtime/ingest/ingestThread.ts"),
  runtimeThread("searchThread", "src/runtime/retrieval/searchThread.ts"),
  {
    name: "sandbox",
    partOf: "runtime",
    entry: "src/runtime/python/sandbox/main.ts",
    outfile: "dist/python/sandbox.mjs",
    options: { platform: "node", format: "esm", target: "node22" },
    copies: [
      { from: "src/runtime/python/sandbox/harness.py", to: "dist/python" },
      ...["pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json"].map(
        (file) => ({ from: `node_modules/pyodide/${file}`, to: "dist/python" }),
      ),
    ],
  },
  {
    name: "cli",
    entry: "src/cli/main.ts",
    outfile: "dist/assistants.mjs",
    options: {
      platform: "node",
      format: "esm",
      target: "node22",
      banner: { js: programBanner },
      define: { CLI_VERSION: JSON.stringify(version) },
    },
  },
  {
    name: "debugAdapter",
    entry: "src/cli/debugAdapter/main.ts",
    outfile: "dist/debugAdapter.mjs",
    options: { platform: "node", format: "esm", target: "node22", banner: { js: programBanner } },
  },
  webviewBundle("webview", "webview/main.tsx", "main"),
  webviewBundle("inspector", "webview/inspector/main.tsx", "inspector"),
];

/** A page for a panel: its script and its style sheet. */
function webviewBundle(name: string, entry: string, output: string): Bundle {
  return {
    name,
    entry,
    outfile: `dist/webview/${output}.js`,
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
  };
}

function runtimeThread(name: string, entry: string): Bundle {
  const options: BuildOptions = { platform: "node", format: "esm", target: "node22", banner: { js: requireBanner } };
  return { name, partOf: "runtime", entry, outfile: `dist/${name}.mjs`, options };
}
