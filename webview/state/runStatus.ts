import type { RunStatus } from "../../src/core/wire.ts";

const active: ReadonlySet<RunStatus> = new Set<RunStatus>(["queued", "in_progress", "requires_action", "cancelling"]);

/** Whether a run of this status can still change. (`core` has the same; the webview imports only types of core.) */
export function isActive(status: RunStatus): boolean {
  return active.has(status);
}
