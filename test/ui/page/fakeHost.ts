/** The page's side of the panel's host: records what the webview posts, and says what a test tells it to. */
import type { HostMessage, PersistedState, WebviewMessage } from "../../../src/protocol/messages.ts";

/** By default the chat panel's; the inspector posts and hears its own messages. */
export interface FakeHost<Posted = WebviewMessage, Said = HostMessage> {
  readonly posted: Posted[];
  readonly violations: string[];
  /** Set by hostile text that got to run. */
  owned?: boolean;
  /** Answers for requests, by method; without one a request succeeds with null. */
  answers: Record<string, { readonly ok: boolean; readonly value: unknown } | "hold">;
  send(message: Said): void;
}

const key = "harness-state";
const host: FakeHost = {
  posted: [],
  violations: [],
  answers: {},
  send: (message) => window.postMessage(message, "*"),
};

document.addEventListener("securitypolicyviolation", (event) =>
  host.violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`),
);

Object.assign(window, {
  host,
  acquireVsCodeApi: () => ({
    getState: () => JSON.parse(sessionStorage.getItem(key) ?? "null") ?? undefined,
    setState: (state: PersistedState) => sessionStorage.setItem(key, JSON.stringify(state)),
    postMessage(message: WebviewMessage) {
      host.posted.push(structuredClone(message));
      const answer = message.type === "request" ? host.answers[message.method] : "hold";
      if (message.type === "request" && answer !== "hold") {
        const reply = { type: "reply", id: message.id } as const;
        host.send(
          answer?.ok === false
            ? { ...reply, ok: false, error: String(answer.value) }
            : { ...reply, ok: true, result: answer?.value ?? null },
        );
      }
    },
  }),
});
