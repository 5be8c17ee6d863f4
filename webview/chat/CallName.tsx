import type { CallView } from "../../src/protocol/panelState.ts";
import { usePanel } from "../panelContext.ts";
import type { CallNode } from "../state/runNode.ts";
import { Verb } from "./Verb.tsx";

/** The codicon of a kind of tool. */
export function callIcon(type: CallView["type"]): string {
  return type === "function" ? "symbol-method" : type === "code_interpreter" ? "terminal" : "search";
}

/** The name of a called tool, with the way to its line in the definition. */
export function CallName({ call, linkOnly = false }: { readonly call: CallNode; readonly linkOnly?: boolean }) {
  const { store, requests } = usePanel();
  const view = call.view.value;
  const line = view.definitionLine;
  const file = store.header.value?.definitionPath?.split(/[\\/]/).at(-1) ?? "definition";
  return (
    <div class="call-name">
      {!linkOnly && (
        <>
          <span class={`codicon codicon-${callIcon(view.type)} call-icon`} aria-hidden="true" />
          <span class="call-title">{view.name}</span>
        </>
      )}
      {line !== null && (
        <Verb title={`Open ${file}, line ${line}`} onPress={() => requests.fire("openDefinition", { line })}>
          {linkOnly ? `${file}:${line}` : `line ${line}`}
        </Verb>
      )}
    </div>
  );
}
