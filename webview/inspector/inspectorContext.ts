import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { InspectorRequests } from "../../src/protocol/inspectorMessages.ts";
import type { RequestChannel } from "../requests.ts";
import type { InspectorStore } from "./inspectorStore.ts";

/** What the parts of the inspector share. */
export interface InspectorContext {
  readonly store: InspectorStore;
  readonly requests: RequestChannel<InspectorRequests>;
}

export const InspectorScope = createContext<InspectorContext | null>(null);

/** The shared parts; every component lives inside the inspector. */
export function useInspector(): InspectorContext {
  const inspector = useContext(InspectorScope);
  if (!inspector) {
    throw new Error("Used outside the inspector");
  }
  return inspector;
}
