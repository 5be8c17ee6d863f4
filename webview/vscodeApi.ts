import type { PersistedState, WebviewMessage } from "../src/protocol/messages.ts";

/** What VS Code gives a webview, once. */
export interface VsCodeApi<Message = WebviewMessage, State = PersistedState> {
  postMessage(message: Message): void;
  getState(): State | undefined;
  setState(state: State): void;
}

declare function acquireVsCodeApi(): unknown;

/** Takes the API. VS Code throws at a second call, so only the entry of a page calls this. */
export function takeVsCodeApi<Message = WebviewMessage, State = PersistedState>(): VsCodeApi<Message, State> {
  return acquireVsCodeApi() as VsCodeApi<Message, State>;
}
