import type { HostMessage } from "../src/protocol/messages.ts";
import type { RequestChannel } from "./requests.ts";
import type { DraftStore } from "./state/draft.ts";
import type { PanelStore } from "./state/panelStore.ts";

interface Receivers {
  readonly store: PanelStore;
  readonly drafts: DraftStore;
  readonly requests: RequestChannel;
  readonly focus: (target: "composer" | "outputs" | "timeline") => void;
  /** Asks for a whole state. */
  readonly resync: () => void;
}

/** Makes the listener for the host's messages. A patch that does not fit asks for a whole state, once. */
export function readHostMessage({
  store,
  drafts,
  requests,
  focus,
  resync,
}: Receivers): (event: { readonly data: unknown }) => void {
  let inStep = false;
  return ({ data }) => {
    if (!isHostMessage(data)) {
      return;
    }
    switch (data.type) {
      case "init":
        drafts.open(data.state.identity, data.state.draft);
        store.init(data.state);
        inStep = true;
        return;
      case "patch":
        // Patches that come between a loss and the next whole state say nothing that it will not say.
        if (inStep && !store.apply(data.ops)) {
          inStep = false;
          resync();
          return;
        }
        for (const op of data.ops) {
          if (inStep && op.op === "identity") {
            drafts.rename(op.identity);
          }
        }
        return;
      case "reply":
        requests.settle(data);
        return;
      case "focus":
        focus(data.target);
        return;
      default:
        data satisfies never;
    }
  };
}

/** VS Code and browser extensions post into webviews too: what is not ours has another shape. */
function isHostMessage(data: unknown): data is HostMessage {
  return (
    typeof data === "object" &&
    data !== null &&
    "type" in data &&
    typeof data.type === "string" &&
    ["init", "patch", "reply", "focus"].includes(data.type)
  );
}
