export interface WorkbenchTarget {
  readonly port: number;
  readonly token: string;
  /** Absolute path of the folder to open, or of a `.code-workspace` file; without it, an empty window. */
  readonly folder?: string;
  /** Absolute path of the extension under development. */
  readonly extensionPath?: string;
  /** Absolute path of a module with `run()`. */
  readonly extensionTestsPath?: string;
}

/** The address that opens the workbench of a server in a browser, with an extension under development or test. */
export function workbenchUrl(target: WorkbenchTarget): string {
  const authority = `127.0.0.1:${target.port}`;
  const remote = (path: string): string => `vscode-remote://${authority}${encodeURI(asUriPath(path))}`;
  const payload: [string, string][] = [["skipWelcome", "true"]];
  if (target.extensionPath) payload.push(["extensionDevelopmentPath", remote(target.extensionPath)]);
  if (target.extensionTestsPath) payload.push(["extensionTestsPath", remote(target.extensionTestsPath)]);
  const query = new URLSearchParams({ tkn: target.token });
  const kind = target.folder?.endsWith(".code-workspace") === true ? "workspace" : "folder";
  if (target.folder) query.set(kind, asUriPath(target.folder));
  else query.set("ew", "true");
  query.set("payload", JSON.stringify(payload));
  return `http://${authority}/?${query.toString().replaceAll("+", "%20")}`;
}

/** Windows paths become `/c:/folder`. */
function asUriPath(path: string): string {
  const slashes = path.replaceAll("\\", "/");
  return slashes.startsWith("/") ? slashes : `/${slashes}`;
}
