import type { Context } from "hono";
import type { Clock } from "../clock.ts";
import type { RunEngine } from "../engine/runEngine.ts";
import type { Log } from "../log.ts";
import type { ObjectStore } from "../store/objectStore.ts";
import type { Upstream } from "../upstream/port.ts";

/** What the routes work with. */
export interface Services {
  readonly store: ObjectStore;
  readonly engine: RunEngine;
  readonly upstream: Upstream;
  readonly clock: Clock;
  readonly log: Log;
  /** Unknown parameters are ignored instead of refused. */
  readonly lenient: boolean;
}

export interface Env {
  Variables: { requestId: string };
}

export type Request = Context<Env>;
