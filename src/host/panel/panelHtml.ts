import { randomBytes } from "node:crypto";

import * as vscode from "vscode";

/** Which of the built pages a panel shows. */
export interface PanelPage {
  /** Name of its script and style sheet in `dist/webview`. */
  readonly script: "main" | "inspector";
  readonly title: string;
}

/** The panel's page. Nothing inline runs, nothing is fetched: the policy says so, whatever a model writes. */
export function panelHtml(
  webview: vscode.Webview,
  extensionUri: vscode.Uri,
  page: PanelPage = { script: "main", title: "Assistant chat" },
): string {
  const nonce = randomBytes(16).toString("base64");
  const asset = (name: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, "dist", "webview", name)).toString();
  const policy = [
    "default-src 'none'",
    // The hash is of the empty text: the toolkit tests for :focus-visible with an empty style element.
    `style-src ${webview.cspSource} 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='`,
    `font-src ${webview.cspSource}`,
    `img-src ${webview.cspSource} data:`,
    `script-src 'nonce-${nonce}'`,
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${asset(`${page.script}.css`)}">
<title>${page.title}</title>
</head>
<body>
<div id="root"></div>
<script nonce="${nonce}" src="${asset(`${page.script}.js`)}"></script>
</body>
</html>`;
}

/** What the page may load. */
export function panelResourceRoots(extensionUri: vscode.Uri): readonly vscode.Uri[] {
  return [vscode.Uri.joinPath(extensionUri, "dist", "webview")];
}
