import type { HostedSearch, TurnRequest } from "../port.ts";
import { inputItems } from "./inputItems.ts";
import type { ResponsesProfile } from "./profile.ts";

type Body = Record<string, unknown>;

/** The API takes no smaller `max_output_tokens`. */
const smallestOutput = 16;

/** The Responses request for a turn, with nothing in it that the profile says is refused. Nothing of it is to be stored there. */
export function responsesBody(request: TurnRequest, profile: ResponsesProfile): Body {
  const body: Body = {
    model: request.model,
    input: inputItems(request.items, profile.programReplay ? request.hostedPython?.containerId : undefined),
    stream: true,
  };
  if (request.instructions !== "") body["instructions"] = request.instructions;
  if (profile.store) body["store"] = false;
  // What the model thought before a call must be sent back with it, and is not kept there.
  const include = [
    ...(profile.encryptedReasoning ? ["reasoning.encrypted_content"] : []),
    ...(request.hostedSearch !== undefined && profile.searchResults ? ["file_search_call.results"] : []),
    ...(request.hostedPython !== undefined && profile.programOutputs ? ["code_interpreter_call.outputs"] : []),
  ];
  if (include.length > 0) body["include"] = include;
  if (profile.streamOptions) body["stream_options"] = { include_obfuscation: false };
  Object.assign(body, toolFields(request, profile));
  const format = textFormat(request.responseFormat);
  if (format !== undefined) body["text"] = { format };
  if (profile.reasoning && request.reasoningEffort !== null) body["reasoning"] = { effort: request.reasoningEffort };
  if (request.maxCompletionTokens !== null)
    body["max_output_tokens"] = Math.max(smallestOutput, request.maxCompletionTokens);
  if (profile.temperature && request.temperature !== null && request.temperature !== 1)
    body["temperature"] = request.temperature;
  if (profile.topP && request.topP !== null && request.topP !== 1) body["top_p"] = request.topP;
  return body;
}

function toolFields(request: TurnRequest, profile: ResponsesProfile): Body {
  const allHosted = hostedTools(request);
  const choice = request.toolChoice;
  if ((!profile.tools && allHosted.length === 0) || (choice === "none" && profile.toolChoice === "none")) return {};
  const only = typeof choice === "object" && profile.toolChoice !== "all" ? choice.function : undefined;
  const forced = allHosted.find((one) => one.forced);
  const forcedAlone = forced !== undefined && profile.toolChoice !== "all";
  const tools = request.tools.filter(
    (tool) => profile.tools && !forcedAlone && (only === undefined || tool.function.name === only),
  );
  const alone = forcedAlone ? [forced] : allHosted;
  const hosted = only === undefined ? alone.map(({ tool }) => tool) : [];
  if (tools.length + hosted.length === 0) return {};
  const fields: Body = {
    tools: [
      ...tools.map(({ function: { name, description, parameters, strict } }) => ({
        type: "function",
        name,
        ...(description === undefined ? {} : { description }),
        parameters: parameters ?? { type: "object", properties: {} },
        // Left out, it would mean: strict if the schema can be. An assistant that did not ask for it did not mean that.
        ...(profile.strictTools ? { strict: strict === true } : {}),
      })),
      ...hosted,
    ],
  };
  if (forced !== undefined) {
    if (profile.toolChoice !== "none")
      fields["tool_choice"] = profile.toolChoice === "all" ? { type: forced.tool.type } : "required";
  } else if (choice !== "auto" && profile.toolChoice !== "none")
    fields["tool_choice"] =
      typeof choice === "string"
        ? choice
        : profile.toolChoice === "all"
          ? { type: "function", name: choice.function }
          : "required";
  if (!request.parallelToolCalls && profile.parallelToolCalls) fields["parallel_tool_calls"] = false;
  return fields;
}

interface HostedTool {
  readonly tool: { readonly type: "file_search" | "code_interpreter"; readonly [field: string]: unknown };
  readonly forced: boolean;
}

function hostedTools({ hostedSearch: search, hostedPython: python }: TurnRequest): readonly HostedTool[] {
  return [
    ...(search === undefined ? [] : [{ tool: searchTool(search), forced: search.forced }]),
    ...(python === undefined
      ? []
      : [{ tool: { type: "code_interpreter", container: python.containerId } as const, forced: python.forced }]),
  ];
}

/** Scores and rankers of the two APIs are the same; the ranker that only Assistants has is left to the server. */
function searchTool({ vectorStoreIds, maxResults, ranking }: HostedSearch): HostedTool["tool"] {
  const { ranker, score_threshold: threshold } = ranking ?? {};
  const options = {
    ...(ranker === "auto" ? { ranker } : {}),
    ...(threshold === undefined ? {} : { score_threshold: threshold }),
  };
  return {
    type: "file_search",
    vector_store_ids: [...vectorStoreIds],
    ...(maxResults === null ? {} : { max_num_results: maxResults }),
    ...(Object.keys(options).length === 0 ? {} : { ranking_options: options }),
  };
}

function textFormat(format: TurnRequest["responseFormat"]): object | undefined {
  if (typeof format !== "object" || format === null || format.type === "text") return undefined;
  if (format.type === "json_object") return { type: "json_object" };
  const { name, schema, strict, description } = format.json_schema;
  return {
    type: "json_schema",
    name,
    schema: schema ?? { type: "object" },
    ...(strict === undefined || strict === null ? {} : { strict }),
    ...(description === undefined ? {} : { description }),
  };
}
