import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { endTree, ownTree } from "../shared/processTree.ts";
import { Failure } from "../shared/terminal.ts";
import { cleanEnvironment } from "./environment.ts";
import { installServer } from "./serverInstall.ts";

export interface ServerOptions {
  /** User data, extension storage and logs; kept between starts by whoever gives the same folder again. */
  readonly dataDir: string;
  /** Without one the system chooses a free port. */
  readonly port?: number;
  /** Without one the server makes a new token. */
  readonly token?: string;
  /** Asks about trust of the workspace as VS Code does by itself; otherwise every folder is trusted. */
  readonly workspaceTrust?: boolean;
  /** Variables for the server and so for the extension host. */
  readonly env?: NodeJS.ProcessEnv;
}

export interface Server {
  readonly port: number;
  /** Who knows it may use the editor: a page from elsewhere in the same browser does not. */
  readonly token: string;
  /** What the server printed so far, for messages about failures. */
  output(): string;
  /** Settles when the server is gone, for whatever reason. */
  readonly exited: Promise<void>;
  /** Ends the server, the extension host and all that they started. */
  stop(): Promise<void>;
}

const main = fileURLToPath(new URL("serverMain.mjs", import.meta.url));
const patience = 60_000;

/** Starts VS Code's server on 127.0.0.1 and waits until its workbench can be opened. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const vscode = await installServer();
  const port = options.port ?? (await freePort());
  const token = options.token ?? randomBytes(16).toString("hex");
  await mkdir(join(options.dataDir, "extensions"), { recursive: true });
  const child = spawn(process.execPath, [main, join(vscode, "out", "server-main.js"), ...serverArguments()], {
    ...ownTree,
    env: cleanEnvironment(options.env),
    stdio: ["pipe", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (chunk: string) => (printed = (printed + chunk).slice(-50_000)));
  }
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()).once("error", () => resolve()));
  const stop = async (): Promise<void> => endTree(child);
  try {
    await ready(child, exited, () => printed);
  } catch (error) {
    await stop();
    throw error;
  }
  return { port, token, output: () => printed, exited, stop };

  function serverArguments(): string[] {
    const switches = ["--accept-server-license-terms", "--disable-telemetry", "--enable-smoke-test-driver"];
    if (!options.workspaceTrust) switches.push("--disable-workspace-trust");
    const values = {
      host: "127.0.0.1",
      port: String(port),
      "connection-token": token,
      "server-data-dir": options.dataDir,
      "extensions-dir": join(options.dataDir, "extensions"),
    };
    return [...switches, ...Object.entries(values).flatMap(([name, value]) => [`--${name}`, value])];
  }
}

async function ready(child: ChildProcess, exited: Promise<void>, printed: () => string): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const line = new Promise<void>((resolve) => {
    child.stdout?.on("data", () => printed().includes("Web UI available") && resolve());
  });
  const end = exited.then(() => {
    if (/EADDRINUSE/.test(printed())) throw new Failure("the port is in use: choose another one, or none");
    throw new Failure(`VS Code's server ended at once: ${printed().trim().split("\n").at(-1) ?? "it said nothing"}`);
  });
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Failure("VS Code's server did not become ready within a minute")), patience);
  });
  try {
    await Promise.race([line, end, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** A port that was free a moment ago: the wanted one, or one that the system chooses. */
export function freePort(wanted = 0): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(wanted, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
