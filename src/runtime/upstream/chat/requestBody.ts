import type { ConversationItem, TurnRequest, UserPart } from "../port.ts";
import type { Profile } from "./profile.ts";

type Body = Record<string, unknown>;

/** The Chat Completions request for a turn, with nothing in it that the profile says is refused. */
export function requestBody(request: TurnRequest, profile: Profile): Body {
  const forced = typeof request.toolChoice === "object" ? request.toolChoice.function : undefined;
  const only = forced !== undefined && profile.toolChoice === "words";
  const tools = request.tools.filter((tool) => !only || tool.function.name === forced);
  const body: Body = { model: request.model, messages: messages(request, profile), stream: true };
  if (profile.streamOptions) body["stream_options"] = { include_usage: true };
  if (tools.length > 0) {
    body["tools"] = tools.map(({ function: { name, description, parameters, strict } }) => ({
      type: "function",
      function: {
        name,
        ...(description === undefined ? {} : { description }),
        parameters: parameters ?? { type: "object", properties: {} },
        ...(strict === true && profile.strictTools ? { strict } : {}),
      },
    }));
    const choice = toolChoice(request, profile);
    if (choice !== undefined) body["tool_choice"] = choice;
    // True is the default everywhere, and many servers do not know the parameter.
    if (!request.parallelToolCalls && profile.parallelToolCalls) body["parallel_tool_calls"] = false;
  }
  const format = request.responseFormat;
  if (typeof format === "object" && format !== null && format.type !== "text") body["response_format"] = format;
  if (request.maxCompletionTokens !== null) body[profile.maxTokensKey] = request.maxCompletionTokens;
  if (profile.temperature && request.temperature !== null && request.temperature !== 1)
    body["temperature"] = request.temperature;
  if (profile.topP && request.topP !== null && request.topP !== 1) body["top_p"] = request.topP;
  if (profile.reasoningEffort && request.reasoningEffort !== null) body["reasoning_effort"] = request.reasoningEffort;
  return body;
}

function toolChoice(request: TurnRequest, profile: Profile): unknown {
  const choice = request.toolChoice;
  if (choice === "auto" || profile.toolChoice === "none") return undefined;
  if (typeof choice === "string") return choice;
  return profile.toolChoice === "full" ? { type: "function", function: { name: choice.function } } : "required";
}

function messages(request: TurnRequest, profile: Profile): Body[] {
  const system = request.instructions === "" ? [] : [{ role: profile.systemRole, content: request.instructions }];
  return [...system, ...request.items.map((item) => message(item, profile))];
}

function message(item: ConversationItem, profile: Profile): Body {
  switch (item.kind) {
    case "user":
      return { role: "user", content: userContent(item.parts) };
    case "assistant":
      if (item.calls.length === 0) return { role: "assistant", content: item.text };
      return {
        role: "assistant",
        content: item.text !== "" ? item.text : profile.nullContent ? null : "",
        tool_calls: item.calls.map((call) => ({
          id: call.id,
          type: "function",
          function: { name: call.name, arguments: call.arguments },
        })),
      };
    case "tool":
      return { role: "tool", tool_call_id: item.callId, content: item.output };
  }
}

// A plain string wherever it can be one: small servers mishandle lists of parts.
function userContent(parts: readonly UserPart[]): unknown {
  if (parts.every((part) => part.kind === "text")) return parts.map((part) => part.text).join("\n");
  return parts.map((part) =>
    part.kind === "text"
      ? { type: "text", text: part.text }
      : { type: "image_url", image_url: { url: part.url, ...(part.detail === "auto" ? {} : { detail: part.detail }) } },
  );
}
