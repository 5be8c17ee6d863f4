import type { PersistedState, WebviewMessage } from "../src/protocol/messages.ts";

/** What VS Code gives a webview, once. */
export interface VsCodeApi {
  postMessage(message: WebviewMessage): void;
  getState(): PersistedState | undefined;
  setState(state: PersistedState): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** Takes the API. VS Code throws at a second call, so only `main.tsx` calls this. */
export function takeVsCodeApi(): VsCodeApi {
  return acquireVsCodeApi();
}
