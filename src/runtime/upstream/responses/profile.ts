import type { Lesson } from "../http/adaptiveRequests.ts";
import { fieldsOf } from "../http/fields.ts";
import { refusesTools, type Refusal } from "../http/refusal.ts";

/** What a model behind a Responses API takes: everything until it refuses something. */
export interface ResponsesProfile {
  readonly temperature: boolean;
  readonly topP: boolean;
  readonly reasoning: boolean;
  /** `include: ["reasoning.encrypted_content"]`, which models that do not reason may refuse. */
  readonly encryptedReasoning: boolean;
  /** `include: ["file_search_call.results"]`: without it, steps have no results. */
  readonly searchResults: boolean;
  /** `include: ["code_interpreter_call.outputs"]`: without it, programs have no outputs. */
  readonly programOutputs: boolean;
  /** Whether it takes its own programs back as they came; else they are told in words. */
  readonly programReplay: boolean;
  readonly streamOptions: boolean;
  readonly store: boolean;
  readonly parallelToolCalls: boolean;
  readonly strictTools: boolean;
  readonly tools: boolean;
  /** How a forced choice is written: as it is; as `required` with that function alone; or not at all. */
  readonly toolChoice: "all" | "strings" | "none";
}

export const firstResponsesProfile: ResponsesProfile = {
  temperature: true,
  topP: true,
  reasoning: true,
  encryptedReasoning: true,
  searchResults: true,
  programOutputs: true,
  programReplay: true,
  streamOptions: true,
  store: true,
  parallelToolCalls: true,
  strictTools: true,
  tools: true,
  toolChoice: "all",
};

const refusalWords = /unsupported|unknown|unrecognized|unexpected|extra|not (?:support|permit|allow|recogni)/i;

/** What a refusal that names a parameter teaches; `undefined` when nothing. */
export function learnResponses(
  profile: ResponsesProfile,
  sent: Readonly<Record<string, unknown>>,
  refusal: Pick<Refusal, "status" | "message" | "param">,
): Lesson<ResponsesProfile> | undefined {
  // An upstream's own search, or Python, is what its user asked for: a run without it would answer from nothing.
  if (profile.tools && "tools" in sent && !asksForHosted(sent) && refusesTools(refusal))
    return { change: { tools: false }, said: "takes no functions, so its runs go on without them" };
  if (refusal.status !== 400 && refusal.status !== 422) return undefined;
  const change = parameterChange(profile, sent, refusal);
  return change === undefined
    ? undefined
    : { change, said: `refused a parameter; from now on ${JSON.stringify(change)}` };
}

function parameterChange(
  profile: ResponsesProfile,
  sent: Readonly<Record<string, unknown>>,
  { message, param }: Pick<Refusal, "message" | "param">,
): Partial<ResponsesProfile> | undefined {
  // Where the parameter is told apart, it alone counts: the words may speak of others ("… when `store` is false").
  const names = (parameter: string): boolean =>
    parameter in sent &&
    (param === null || param === ""
      ? refusalWords.test(message) && new RegExp(`\\b${parameter}\\b`).test(message)
      : new RegExp(`^${parameter}\\b`).test(param));
  // "Encrypted content is not supported with this model."
  if ("include" in sent && (names("include") || /encrypted[_ ]content is not supported/i.test(message)))
    return /code_interpreter_call/.test(message)
      ? { programOutputs: false }
      : profile.encryptedReasoning && !/file_search_call/.test(message)
        ? { encryptedReasoning: false }
        : { searchResults: false };
  // "Item 'rs_…' of type 'reasoning' was provided without its required following item": said of a program as well.
  if (profile.programReplay && /provided without its required/i.test(message) && repeatsProgram(sent))
    return { programReplay: false };
  if (names("stream_options") || (profile.streamOptions && /include_obfuscation/.test(message)))
    return { streamOptions: false };
  if (names("temperature")) return { temperature: false };
  if (names("top_p")) return { topP: false };
  if (names("parallel_tool_calls")) return { parallelToolCalls: false };
  if (names("tool_choice"))
    return { toolChoice: profile.toolChoice === "all" && typeof sent["tool_choice"] === "object" ? "strings" : "none" };
  if (names("reasoning")) return { reasoning: false };
  if (profile.strictTools && /\bstrict$/.test(param ?? "")) return { strictTools: false };
  return names("store") ? { store: false } : undefined;
}

function repeatsProgram({ input }: Readonly<Record<string, unknown>>): boolean {
  return Array.isArray(input) && input.some((item: unknown) => fieldsOf(item)["type"] === "code_interpreter_call");
}

function asksForHosted({ tools }: Readonly<Record<string, unknown>>): boolean {
  return Array.isArray(tools) && tools.some((tool: unknown) => fieldsOf(tool)["type"] !== "function");
}
