import { usePanel } from "../panelContext.ts";
import { IconButton } from "./IconButton.tsx";
import { Verb } from "./Verb.tsx";

const icons = { info: "info", warning: "warning", error: "error" } as const;

/** What a person should know before reading on: that no model is behind the connection, and the host's notice. */
export function Notices() {
  const { store, requests } = usePanel();
  const notice = store.notice.value;
  return (
    <>
      {store.header.value?.offline === true && (
        <div class="offline-line">
          <span>No model is behind this connection: replies are deterministic demonstrations.</span>{" "}
          <Verb onPress={() => requests.fire("command", { command: "connect" })}>Connect a model</Verb>
        </div>
      )}
      {notice && (
        <div class={`notice notice-${notice.severity}`} role={notice.severity === "error" ? "alert" : "status"}>
          <span class={`codicon codicon-${icons[notice.severity]}`} aria-hidden="true" />
          <span class="notice-text">{notice.text}</span>
          {notice.actions
            .filter((action) => action.command !== "dismissNotice")
            .map((action) => (
              <Verb key={action.command} onPress={() => requests.fire("command", { command: action.command })}>
                {action.label}
              </Verb>
            ))}
          <IconButton
            icon="close"
            label="Dismiss"
            onPress={() => requests.fire("command", { command: "dismissNotice" })}
          />
        </div>
      )}
    </>
  );
}
