import type { ConversationItem, UserPart } from "../port.ts";
import { ranElsewhere, withoutContainer } from "./lostContainer.ts";

/** The items of a request's `input`. @param containerId in which programs that are sent back may have been executed */
export function inputItems(items: readonly ConversationItem[], containerId?: string): object[] {
  return items.flatMap((item): object[] => {
    switch (item.kind) {
      case "user":
        return [{ role: "user", content: item.parts.map(userPart) }];
      case "assistant":
        return item.replay === undefined
          ? [...saidBefore(item), ...item.calls.map(callItem)]
          : replayed(ranElsewhere(item.replay, containerId) ? withoutContainer(item.replay) : item.replay, item.calls);
      case "tool":
        return [{ type: "function_call_output", call_id: item.callId, output: item.output }];
    }
  });
}

type AssistantItem = Extract<ConversationItem, { kind: "assistant" }>;
type Call = AssistantItem["calls"][number];

function callItem(call: Call): object {
  return { type: "function_call", call_id: call.id, name: call.name, arguments: call.arguments };
}

function userPart(part: UserPart): object {
  return part.kind === "text"
    ? { type: "input_text", text: part.text }
    : { type: "input_image", image_url: part.url, detail: part.detail };
}

function saidBefore({ text, refused, phase }: AssistantItem): object[] {
  // A mark of a source that the model no longer has: it would imitate it.
  const said = text.replaceAll(/【\d+(?::\d+)?†[^】]*】/g, "");
  if (said === "") return [];
  const label = phase === undefined ? {} : { phase };
  return refused === true
    ? [{ type: "message", role: "assistant", content: [{ type: "refusal", refusal: said }], ...label }]
    : [{ role: "assistant", content: said, ...label }];
}

/**
 * An earlier turn of the run as it came. Its calls have the ids that the client knows: they differ where the upstream gave one
 * id twice.
 */
function replayed(items: readonly object[], calls: readonly Call[]): object[] {
  let slot = 0;
  return items.map((item) => {
    if (!("type" in item) || item.type !== "function_call") return item;
    const call = calls[slot++];
    return call === undefined || ("call_id" in item && item.call_id === call.id) ? item : { ...item, call_id: call.id };
  });
}
