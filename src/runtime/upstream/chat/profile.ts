/** What is known about one model at one endpoint: learned from its refusals, kept for the life of the process. */
export interface Profile {
  readonly streamOptions: boolean;
  readonly maxTokensKey: "max_completion_tokens" | "max_tokens";
  readonly parallelToolCalls: boolean;
  readonly strictTools: boolean;
  /** How a forced choice is written: as it is; as `required` with that tool alone; or not at all. */
  readonly toolChoice: "full" | "words" | "none";
  readonly reasoningEffort: boolean;
  readonly temperature: boolean;
  readonly topP: boolean;
  readonly systemRole: "system" | "developer";
  /** Whether a message that only calls functions may have no content. */
  readonly nullContent: boolean;
}

/** `max_completion_tokens` is OpenAI's word; the others know `max_tokens`, and Ollama ignores the other without a word. */
export function firstProfile(url: string): Profile {
  return {
    streamOptions: true,
    maxTokensKey: new URL(url).host === "api.openai.com" ? "max_completion_tokens" : "max_tokens",
    parallelToolCalls: true,
    strictTools: true,
    toolChoice: "full",
    reasoningEffort: true,
    temperature: true,
    topP: true,
    systemRole: "system",
    nullContent: true,
  };
}

/**
 * The profile after a refusal (HTTP 400 or 422) that names a parameter which was sent; `undefined` when it teaches nothing.
 * `response_format` and `tools` are not given up: the answer would not be what was asked for.
 */
export function learn(
  profile: Profile,
  sent: Readonly<Record<string, unknown>>,
  refusal: { readonly message: string; readonly param: string | null },
): Profile | undefined {
  const text = `${refusal.param ?? ""} ${refusal.message}`;
  const names = (parameter: string): boolean => parameter in sent && new RegExp(`\\b${parameter}\\b`).test(text);
  // The text may name the wanted key beside the refused one ("use max_completion_tokens instead").
  if (names(profile.maxTokensKey)) {
    return { ...profile, maxTokensKey: profile.maxTokensKey === "max_tokens" ? "max_completion_tokens" : "max_tokens" };
  }
  if (names("stream_options")) return { ...profile, streamOptions: false };
  if (names("parallel_tool_calls")) return { ...profile, parallelToolCalls: false };
  if (names("tool_choice"))
    return {
      ...profile,
      toolChoice: profile.toolChoice === "full" && typeof sent["tool_choice"] === "object" ? "words" : "none",
    };
  if (names("reasoning_effort")) return { ...profile, reasoningEffort: false };
  if (names("temperature")) return { ...profile, temperature: false };
  if (names("top_p")) return { ...profile, topP: false };
  if (profile.strictTools && /\bstrict\b/.test(text)) return { ...profile, strictTools: false };
  if (profile.nullContent && /content/i.test(text) && /null|none|string|str type|required/i.test(text))
    return { ...profile, nullContent: false };
  if (profile.systemRole === "system" && /'?system'? role|role '?system'?|\bdeveloper\b/i.test(text))
    return { ...profile, systemRole: "developer" };
  return undefined;
}
