import type { TurnRequest } from "../port.ts";
import { chatMessages } from "./messages.ts";
import type { ChatProfile } from "./profile.ts";

type Body = Record<string, unknown>;

/** The Chat Completions request for a turn, with nothing in it that the profile says is refused. */
export function requestBody(request: TurnRequest, profile: ChatProfile): Body {
  const body: Body = { model: request.model, messages: chatMessages(request, profile), stream: true };
  if (profile.streamOptions) body["stream_options"] = { include_usage: true };
  Object.assign(body, toolFields(request, profile));
  const format = request.responseFormat;
  if (typeof format === "object" && format !== null && format.type !== "text") body["response_format"] = format;
  if (request.maxCompletionTokens !== null) body[profile.tokenField] = request.maxCompletionTokens;
  if (profile.temperature && request.temperature !== null && request.temperature !== 1)
    body["temperature"] = request.temperature;
  if (profile.topP && request.topP !== null && request.topP !== 1) body["top_p"] = request.topP;
  if (profile.reasoningEffort && request.reasoningEffort !== null) body["reasoning_effort"] = request.reasoningEffort;
  return body;
}

function toolFields(request: TurnRequest, profile: ChatProfile): Body {
  const choice = request.toolChoice;
  // Where a choice cannot be written, not to call functions is not to know of them.
  if (!profile.tools || (choice === "none" && profile.toolChoice === "none")) return {};
  const only = typeof choice === "object" && profile.toolChoice !== "all" ? choice.function : undefined;
  const tools = request.tools.filter((tool) => only === undefined || tool.function.name === only);
  if (tools.length === 0) return {};
  const fields: Body = {
    tools: tools.map(({ function: { name, description, parameters, strict } }) => ({
      type: "function",
      function: {
        name,
        ...(description === undefined ? {} : { description }),
        parameters: parameters ?? { type: "object", properties: {} },
        ...(strict === true && profile.strictTools ? { strict } : {}),
      },
    })),
  };
  if (choice !== "auto" && profile.toolChoice !== "none")
    fields["tool_choice"] =
      typeof choice === "string"
        ? choice
        : profile.toolChoice === "all"
          ? { type: "function", function: { name: choice.function } }
          : "required";
  // True is the default everywhere, and many servers do not know the parameter.
  if (!request.parallelToolCalls && profile.parallelToolCalls) fields["parallel_tool_calls"] = false;
  return fields;
}
