/** Entry of the retrieval inspector's webview: builds the parts, wires them to the host, draws. */
import "@vscode/codicons/dist/codicon.css";
import "../css/base.css";
import "../css/controls.css";
import "../css/header.css";
import "../css/conversation.css";
import "../css/inspector.css";
import { effect } from "@preact/signals";
import { render } from "preact";
import type {
  InspectorHostMessage,
  InspectorRequests,
  InspectorState,
  InspectorWebviewMessage,
} from "../../src/protocol/inspectorMessages.ts";
import { registerControls } from "../controls.ts";
import { RequestChannel } from "../requests.ts";
import { takeVsCodeApi } from "../vscodeApi.ts";
import { Inspector } from "./Inspector.tsx";
import { InspectorScope } from "./inspectorContext.ts";
import { InspectorStore } from "./inspectorStore.ts";
import { keptState } from "./keptState.ts";

const keepDelay = 250;

const vscode = takeVsCodeApi<InspectorWebviewMessage, InspectorState>();
const post = (message: InspectorWebviewMessage): void => vscode.postMessage(message);
const fault = (message: string): void => post({ type: "fault", message });

addEventListener("error", (event) =>
  fault(event.error instanceof Error ? (event.error.stack ?? event.message) : event.message),
);
addEventListener("unhandledrejection", (event) => fault(`Unhandled: ${String(event.reason)}`));

registerControls();
const requests = new RequestChannel<InspectorRequests>(post);
requests.onUnhandled = (method, error) => fault(`${method}: ${error instanceof Error ? error.message : String(error)}`);
const store = new InspectorStore(
  { requests, cancel: (side) => post({ type: "cancel", side }) },
  keptState(vscode.getState()),
);

let timer: ReturnType<typeof setTimeout> | undefined;
const keep = (): void => {
  clearTimeout(timer);
  if (store.ready.peek()) {
    const state = store.state();
    vscode.setState(state);
    post({ type: "state", state });
  }
};
// Results are some hundred kilobytes: they are not written out with each key.
effect(() => {
  store.state();
  clearTimeout(timer);
  timer = setTimeout(keep, keepDelay);
});
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && keep());
addEventListener("pagehide", () => {
  keep();
  requests.dispose();
});
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented && !event.isComposing) {
    store.sides.forEach((side) => store.stop(side));
  }
});
addEventListener("message", ({ data }: { readonly data: unknown }) => {
  if (!isHostMessage(data)) {
    return;
  }
  if (data.type === "init") {
    // What the host kept is from a disk as well.
    store.init({ ...data, state: keptState(data.state) });
  } else {
    requests.settle(data);
  }
});

/** VS Code and browser extensions post into webviews too: what is not ours has another shape. */
function isHostMessage(data: unknown): data is InspectorHostMessage {
  return typeof data === "object" && data !== null && "type" in data && (data.type === "init" || data.type === "reply");
}

const root = document.getElementById("root") ?? document.body.appendChild(document.createElement("div"));
render(
  <InspectorScope.Provider value={{ store, requests }}>
    <Inspector />
  </InspectorScope.Provider>,
  root,
);
post({ type: "ready" });
