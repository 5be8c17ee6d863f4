import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { basename, dirname, join } from "node:path";
import type { AddressInfo } from "node:net";
import { build } from "esbuild";
import { themeOf, type ThemeName } from "./themes.ts";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../../..");
/** What was built, by its address: each process has its own. */
const built = new Map<string, Uint8Array>();
/** Allows the one inline style sheet that the control kit probes with, which is empty. */
const emptyStyle = "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='";
const nonce = "harness0nonce";

/** Builds the webview as the extension does, and the page's scripted host. */
export async function buildPage(): Promise<void> {
  const pages = await build({
    entryPoints: { main: join(root, "webview/main.tsx"), inspector: join(root, "webview/inspector/main.tsx") },
    outdir: root,
    write: false,
    assetNames: "[name]",
    bundle: true,
    format: "iife",
    target: "chrome138",
    jsx: "automatic",
    jsxImportSource: "preact",
    loader: { ".ttf": "file" },
    minify: true,
    logLevel: "warning",
  });
  const host = await build({
    entryPoints: [join(here, "fakeHost.ts")],
    outfile: "fakeHost.js",
    write: false,
    bundle: true,
    format: "iife",
    logLevel: "warning",
  });
  for (const { path, contents } of [...pages.outputFiles, ...host.outputFiles])
    built.set(`/${basename(path)}`, contents);
}

export interface PageServer extends AsyncDisposable {
  readonly url: string;
}

/** Serves the pages under the content security policy of the real panels: the chat at `/`, the inspector at `/inspector`. `?theme=dark` picks the theme. */
export async function servePage(): Promise<PageServer> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    if (url.pathname === "/" || url.pathname === "/inspector") {
      response.setHeader("content-type", "text/html");
      const script = url.pathname === "/" ? "main" : "inspector";
      response.end(html((url.searchParams.get("theme") ?? "dark") as ThemeName, script));
    } else if (url.pathname === "/theme.css") {
      response.setHeader("content-type", "text/css");
      response.end(themeOf((url.searchParams.get("theme") ?? "dark") as ThemeName).css);
    } else {
      const types: Readonly<Record<string, string>> = { js: "text/javascript", css: "text/css", ttf: "font/ttf" };
      response.setHeader("content-type", types[url.pathname.split(".").at(-1) ?? ""] ?? "text/plain");
      const body = built.get(url.pathname);
      if (body === undefined) response.writeHead(404);
      response.end(body);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function html(theme: ThemeName, script: string): string {
  const policy = `default-src 'none'; style-src 'self' ${emptyStyle}; script-src 'nonce-${nonce}'; font-src 'self'; img-src 'self' data:`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="icon" href="data:,"><link rel="stylesheet" href="/theme.css?theme=${theme}"><link rel="stylesheet" href="/${script}.css"></head>
<body class="${themeOf(theme).bodyClass}" data-vscode-theme-kind="${themeOf(theme).bodyClass}"><div id="root"></div>
<script nonce="${nonce}" src="/fakeHost.js"></script><script nonce="${nonce}" src="/${script}.js"></script></body></html>`;
}
