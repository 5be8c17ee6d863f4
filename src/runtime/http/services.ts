import type { Context } from "hono";
import type { RunEngine } from "../engine/runEngine.ts";
import type { FileSurroundings } from "../files/fileSurroundings.ts";
import type { Upstream } from "../upstream/port.ts";

/** What the routes work with. */
export interface Services extends FileSurroundings {
  readonly engine: RunEngine;
  readonly upstream: Upstream;
  /** The model that rewrites queries of searches; without one, they stay as they are. */
  readonly rewriteModel?: string | undefined;
  /** Unknown parameters are ignored instead of refused. */
  readonly lenient: boolean;
}

export interface Env {
  Variables: { requestId: string };
}

export type Request = Context<Env>;
