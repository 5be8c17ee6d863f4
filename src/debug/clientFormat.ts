import { fileURLToPath, pathToFileURL } from "node:url";

import type { DebugProtocol } from "@vscode/debugprotocol";

import { DapProblem } from "./dapServer.ts";

/** How the client counts lines and spells paths. Inside, lines count from 1 and paths are native ones, or URIs of other schemes. */
export class ClientFormat {
  #firstLine = 1;
  #firstColumn = 1;
  #uris = false;

  /** @throws DapProblem when the client wants a format that is not known */
  read(args: DebugProtocol.InitializeRequestArguments): void {
    const { linesStartAt1 = true, columnsStartAt1 = true, pathFormat = "path" } = args;
    if (pathFormat !== "path" && pathFormat !== "uri")
      throw new DapProblem(`Paths are given as path or as uri; ${pathFormat} is not known.`);
    this.#firstLine = linesStartAt1 ? 1 : 0;
    this.#firstColumn = columnsStartAt1 ? 1 : 0;
    this.#uris = pathFormat === "uri";
  }

  lineIn(line: number): number {
    return line + 1 - this.#firstLine;
  }

  lineOut(line: number): number {
    return line - 1 + this.#firstLine;
  }

  get firstColumn(): number {
    return this.#firstColumn;
  }

  pathIn(path: string): string {
    return this.#uris && path.startsWith("file:") ? fileURLToPath(path) : path;
  }

  source(path: string): DebugProtocol.Source {
    const name = path.split(/[\\/]/).at(-1) ?? path;
    const isUri = /^[A-Za-z][A-Za-z0-9+.-]+:/.test(path);
    return { name, path: this.#uris && !isUri ? pathToFileURL(path).href : path };
  }
}
