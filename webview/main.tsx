/** Entry of the chat panel's webview: builds the parts, wires them to the host, draws. */
import "@vscode/codicons/dist/codicon.css";
import "./css/base.css";
import "./css/controls.css";
import "./css/header.css";
import "./css/conversation.css";
import "./css/callRecord.css";
import "./css/codeRun.css";
import "./css/markdown.css";
import "./css/code.css";
import "./css/toolCard.css";
import "./css/composer.css";
import "./css/timeline.css";
import "./css/tree.css";
import "./css/details.css";
import "./css/searchResults.css";
import { render } from "preact";
import type { Requests, WebviewMessage } from "../src/protocol/messages.ts";
import { focusFirstOutput } from "./chat/ToolCallCard.tsx";
import { registerControls } from "./controls.ts";
import { readHostMessage } from "./hostMessages.ts";
import { Panel } from "./Panel.tsx";
import { PanelScope } from "./panelContext.ts";
import { RequestChannel } from "./requests.ts";
import { runClock } from "./state/clock.ts";
import { DraftStore } from "./state/draft.ts";
import { PanelStore } from "./state/panelStore.ts";
import { TimelineState } from "./timeline/timelineState.ts";
import { takeVsCodeApi } from "./vscodeApi.ts";

const vscode = takeVsCodeApi();
const post = (message: WebviewMessage): void => vscode.postMessage(message);
const fault = (message: string): void => post({ type: "fault", message });

addEventListener("error", (event) =>
  fault(event.error instanceof Error ? (event.error.stack ?? event.message) : event.message),
);
addEventListener("unhandledrejection", (event) => fault(`Unhandled: ${String(event.reason)}`));

registerControls();
const store = new PanelStore();
const drafts = new DraftStore(vscode);
const requests = new RequestChannel<Requests>(post);
requests.onUnhandled = (method, error) => fault(`${method}: ${error instanceof Error ? error.message : String(error)}`);
const timeline = new TimelineState(store.runs);

runClock(() => {
  const status = store.activeRun.value?.head.value.status;
  return status === undefined ? "still" : status === "requires_action" ? "slow" : "quick";
});

const focus = (target: "composer" | "outputs" | "timeline"): void => {
  const selector = target === "composer" ? ".composer-text" : '.tree [tabindex="0"]';
  if (target === "outputs") {
    focusFirstOutput(document);
  } else {
    document.querySelector<HTMLElement>(selector)?.focus();
  }
};
addEventListener("message", readHostMessage({ store, drafts, requests, focus, resync: () => post({ type: "ready" }) }));
document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && drafts.flush());
addEventListener("pagehide", () => {
  drafts.flush();
  requests.dispose();
});

const root = document.getElementById("root") ?? document.body.appendChild(document.createElement("div"));
render(
  <PanelScope.Provider value={{ store, drafts, requests, timeline }}>
    <Panel />
  </PanelScope.Provider>,
  root,
);
post({ type: "ready" });
