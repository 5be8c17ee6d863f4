import type { FunctionTool } from "../../objects.ts";
import type { ConversationItem, TurnRequest } from "../port.ts";
import { chooseForced, chooseFunctions, type Choice } from "./chooseFunctions.ts";
import { planData } from "./dataJob.ts";
import { jsonAnswer } from "./jsonAnswer.ts";
import { searchAnswer, searchesIn } from "./searchAnswer.ts";
import { answerFromOutputs, askForMissing, plainAnswer, type AnsweredCall } from "./prose.ts";
import { stemsOf } from "./words.ts";

export interface PlannedCall {
  readonly name: string;
  readonly arguments: string;
}

/** What the offline model does in a turn. */
export type Plan =
  | { readonly kind: "calls"; readonly calls: readonly PlannedCall[] }
  | { readonly kind: "text"; readonly text: string };

/**
 * Decides a turn by rules alone, from what is declared and what was said; the same request gives the same plan. Calls that were
 * made since the user spoke are not made again, which is how several calls go one after the other when they must.
 */
export function planTurn(request: TurnRequest): Plan {
  const said = userTexts(request.items);
  const text = said.at(-1) ?? "";
  const answered = callsSince(request.items);
  const functions = functionsOf(request);
  const forced = forcedChoice(request, functions, text);
  const choices =
    forced === undefined ? (request.toolChoice === "none" ? [] : chooseInContext(said, functions)) : [forced];
  const ready = choices.filter((choice) => choice === forced || choice.filled.missing.length === 0);
  const planned = ready.flatMap((choice) =>
    choice.filled.calls.map((call) => ({ name: choice.name, arguments: JSON.stringify(call) })),
  );
  const done = new Set(answered.map((call) => `${call.name} ${call.arguments}`));
  const open = planned.filter((call) => !done.has(`${call.name} ${call.arguments}`));
  if (open.length > 0) return { kind: "calls", calls: request.parallelToolCalls ? open : open.slice(0, 1) };
  const data = planned.length > 0 ? undefined : planData(request, text, answered);
  if (data !== undefined) return data;
  const search = planned.length > 0 ? undefined : plannedSearch(request, text, answered);
  if (search !== undefined) return { kind: "calls", calls: [search] };
  return { kind: "text", text: answer(request, text, answered, choices) };
}

function answer(
  request: TurnRequest,
  text: string,
  answered: readonly AnsweredCall[],
  choices: readonly Choice[],
): string {
  const format = request.responseFormat;
  if (typeof format === "object" && format !== null && format.type !== "text") {
    return jsonAnswer(format.type === "json_schema" ? format.json_schema.schema : undefined, text, answered);
  }
  const searches = searchesIn(request, answered);
  const others = answered.filter((call) => !searches.includes(call));
  if (searches.length > 0) return searchAnswer(text, searches, others);
  if (answered.length > 0) return answerFromOutputs(answered);
  const lacking = choices.filter((choice) => choice.filled.missing.length > 0);
  return lacking.length > 0 ? askForMissing(lacking) : plainAnswer(request, text);
}

/** A search for what was said, once: when no function was asked for, or when it is forced. */
function plannedSearch(
  { runtimeTools: { file_search: name }, toolChoice }: TurnRequest,
  text: string,
  answered: readonly AnsweredCall[],
): PlannedCall | undefined {
  if (name === undefined || toolChoice === "none" || answered.some((call) => call.name === name)) return undefined;
  const forced = toolChoice === "required" || (typeof toolChoice === "object" && toolChoice.function === name);
  if (!forced && (stemsOf(text).size === 0 || answered.length > 0)) return undefined;
  return { name, arguments: JSON.stringify({ queries: [text === "" ? "?" : text] }) };
}

/** The functions that a client answers. Words do not choose among the runtime's own tools. */
function functionsOf({ tools, runtimeTools }: TurnRequest): FunctionTool[] {
  const own = Object.values(runtimeTools);
  return tools.filter((tool) => !own.includes(tool.function.name));
}

function forcedChoice({ toolChoice }: TurnRequest, tools: readonly FunctionTool[], text: string): Choice | undefined {
  if (toolChoice === "none" || toolChoice === "auto") return undefined;
  if (toolChoice === "required") return chooseForced(text, tools);
  return chooseForced(
    text,
    tools.filter((tool) => tool.function.name === toolChoice.function),
  );
}

/**
 * What the last message asks for; or, when it only answers a question for a missing parameter ("ORD-7"), what it asks for
 * together with the message before.
 */
function chooseInContext(said: readonly string[], functions: readonly FunctionTool[]): Choice[] {
  const [before, text = ""] = said.slice(-2).length === 2 ? said.slice(-2) : [undefined, said.at(-1)];
  const now = chooseFunctions(text, functions);
  if (before === undefined || now.some((choice) => choice.filled.missing.length === 0)) return now;
  const lacking = chooseFunctions(before, functions).filter((choice) => choice.filled.missing.length > 0);
  if (lacking.length === 0) return now;
  const together = chooseFunctions(`${before}\n${text}`, functions).filter(
    (choice) => choice.filled.missing.length === 0 && lacking.some((one) => one.name === choice.name),
  );
  return together.length > 0 ? together : now;
}

function userTexts(items: readonly ConversationItem[]): string[] {
  return items
    .filter((item) => item.kind === "user")
    .map((item) => readable(item.parts.map((part) => (part.kind === "text" ? part.text : "")).join("\n")));
}

/** How much of a message's beginning and end is read, in characters: the rules take longer than the text is long. */
const readLength = 800;

function readable(text: string): string {
  const trimmed = text.trim();
  return trimmed.length <= 2 * readLength ? trimmed : `${trimmed.slice(0, readLength)}\n${trimmed.slice(-readLength)}`;
}

/** The calls since the user last spoke, with their outputs. */
function callsSince(items: readonly ConversationItem[]): AnsweredCall[] {
  const recent = items.slice(items.findLastIndex((item) => item.kind === "user") + 1);
  const outputs = new Map(
    recent.flatMap((item) => (item.kind === "tool" ? [[item.callId, item.output] as const] : [])),
  );
  return recent.flatMap((item) =>
    item.kind === "assistant"
      ? item.calls.map((call) => ({ name: call.name, arguments: call.arguments, output: outputs.get(call.id) ?? "" }))
      : [],
  );
}
