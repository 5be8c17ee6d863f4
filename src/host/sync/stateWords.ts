import type { SyncState } from "../../core/sync/syncState.ts";

interface StateLook {
  /** A codicon. */
  readonly icon: string;
  /** At most two characters; null where a state is nothing to point out. */
  readonly badge: string | null;
  readonly tooltip: string;
  readonly color: string | null;
}

/** How a state looks in trees, decorations and lenses. */
export const stateLooks: Readonly<Record<SyncState, StateLook>> = {
  "in sync": { icon: "hubot", badge: null, tooltip: "In sync with the connection", color: null },
  "changed here": {
    icon: "cloud-upload",
    badge: "↑",
    tooltip: "Changed here: a push updates the assistant",
    color: "gitDecoration.modifiedResourceForeground",
  },
  "changed there": {
    icon: "cloud-download",
    badge: "↓",
    tooltip: "Changed on the connection: a pull updates the file",
    color: "gitDecoration.modifiedResourceForeground",
  },
  "changed both": {
    icon: "arrow-swap",
    badge: "↕",
    tooltip: "Different fields were changed here and on the connection: pull, then push",
    color: "gitDecoration.modifiedResourceForeground",
  },
  conflict: {
    icon: "warning",
    badge: "!",
    tooltip: "The same field was changed here and on the connection",
    color: "gitDecoration.conflictingResourceForeground",
  },
  "only here": {
    icon: "hubot",
    badge: "+",
    tooltip: "Only here: a push creates the assistant",
    color: "gitDecoration.addedResourceForeground",
  },
  "only there": { icon: "cloud", badge: null, tooltip: "Only on the connection", color: null },
  "gone here": { icon: "cloud", badge: null, tooltip: "Its file was deleted here", color: null },
  "gone there": {
    icon: "circle-slash",
    badge: "×",
    tooltip: "The assistant was deleted on the connection",
    color: "gitDecoration.deletedResourceForeground",
  },
  // Diagnostics show it already.
  invalid: { icon: "error", badge: null, tooltip: "The definition has an error", color: null },
};
