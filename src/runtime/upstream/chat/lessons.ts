import type { Lesson } from "../http/adaptiveRequests.ts";
import { refusesTools, type Refusal } from "../http/refusal.ts";
import type { ChatProfile, ChatSettings } from "./profile.ts";

const callIdWords = /tool.?call.?ids?\b[^]*\b(?:9|nine)\b/i;

/**
 * What a refusal that names a parameter teaches; `undefined` when nothing. Settings that somebody made are not given up, nor is
 * `response_format`: the answer would not be what was asked for.
 */
export function learnChat(
  profile: ChatProfile,
  sent: Readonly<Record<string, unknown>>,
  refusal: Pick<Refusal, "status" | "message" | "param">,
  settings: ChatSettings,
): Lesson<ChatProfile> | undefined {
  const text = `${refusal.param ?? ""} ${refusal.message}`;
  if (profile.tools && "tools" in sent && refusesTools(refusal))
    return {
      change: { tools: false },
      said: "takes no functions, so its runs go on without them. If the server can, turn its tool calling on (vLLM: --enable-auto-tool-choice with --tool-call-parser; llama.cpp: --jinja) and start the runtime again",
    };
  if (!profile.shortCallIds && callIdWords.test(text))
    return { change: { shortCallIds: true }, said: "wants call ids of nine characters; they are rewritten for it" };
  if (refusal.status !== 400 && refusal.status !== 422) return undefined;
  const change = parameterChange(profile, sent, text);
  if (change === undefined || Object.keys(change).some((name) => name in settings)) return undefined;
  return { change, said: `refused a parameter; from now on ${JSON.stringify(change)}` };
}

function parameterChange(
  profile: ChatProfile,
  sent: Readonly<Record<string, unknown>>,
  text: string,
): Partial<ChatProfile> | undefined {
  const names = (parameter: string): boolean => parameter in sent && new RegExp(`\\b${parameter}\\b`).test(text);
  // The text may name the wanted key beside the refused one ("use max_completion_tokens instead").
  if (names(profile.tokenField))
    return { tokenField: profile.tokenField === "max_tokens" ? "max_completion_tokens" : "max_tokens" };
  if (names("stream_options")) return { streamOptions: false };
  if (names("parallel_tool_calls")) return { parallelToolCalls: false };
  if (names("tool_choice"))
    return { toolChoice: profile.toolChoice === "all" && typeof sent["tool_choice"] === "object" ? "strings" : "none" };
  if (names("reasoning_effort")) return { reasoningEffort: false };
  if (names("temperature")) return { temperature: false };
  if (names("top_p")) return { topP: false };
  if (profile.strictTools && /\bstrict\b/.test(text)) return { strictTools: false };
  if (profile.nullContent && /content/i.test(text) && /null|none|string|str type|required/i.test(text))
    return { nullContent: false };
  if (profile.systemRole === "system" && /'?system'? role|role '?system'?|\bdeveloper\b/i.test(text))
    return { systemRole: "developer" };
  return undefined;
}
