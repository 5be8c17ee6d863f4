import type { Context } from "hono";
import type { RunEngine } from "../engine/runEngine.ts";
import type { FileSurroundings } from "../files/fileSurroundings.ts";
import type { HostedFiles } from "../upstream/hosted/hostedFiles.ts";
import type { Upstream } from "../upstream/port.ts";

/** What the routes work with. */
export interface Services extends FileSurroundings {
  readonly engine: RunEngine;
  readonly upstream: Upstream;
  /** The upstream's own files and vector stores, where they take the place of the runtime's (`--hosted-files`). */
  readonly hosted?: HostedFiles | undefined;
  /** Whether the code interpreter is the upstream's own (`--hosted-python`): with `hosted`, files of the upstream are for it, too. */
  readonly hostedPython?: boolean;
  /** The model that rewrites queries of searches; without one, they stay as they are. */
  readonly rewriteModel?: string | undefined;
  /** Unknown parameters are ignored instead of refused. */
  readonly lenient: boolean;
}

export interface Env {
  Variables: { requestId: string };
}

export type Request = Context<Env>;
