import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { RequestChannel } from "./requests.ts";
import type { DraftStore } from "./state/draft.ts";
import type { PanelStore } from "./state/panelStore.ts";
import type { TimelineState } from "./timeline/timelineState.ts";

/** What the parts of the panel share. */
export interface PanelContext {
  readonly store: PanelStore;
  readonly drafts: DraftStore;
  readonly requests: RequestChannel;
  readonly timeline: TimelineState;
}

export const PanelScope = createContext<PanelContext | null>(null);

/** The shared parts; every component lives inside the panel. */
export function usePanel(): PanelContext {
  const panel = useContext(PanelScope);
  if (!panel) {
    throw new Error("Used outside the panel");
  }
  return panel;
}
