import type { TurnRequest } from "../port.ts";
import type { Choice } from "./chooseFunctions.ts";
import { cutText, showValue } from "./showValue.ts";
import { wordsOf } from "./words.ts";

export interface AnsweredCall {
  readonly name: string;
  /** JSON. */
  readonly arguments: string;
  readonly output: string;
}

export const signature =
  "_This is the offline model: a demonstration that follows rules. No language model read your message._";

/** What the tools returned, in order, and nothing that they did not return. */
export function answerFromOutputs(calls: readonly AnsweredCall[]): string {
  const parts = calls.map((call) => {
    const heading = `**${call.name}**${argumentsText(call.arguments)}`;
    const output = parse(call.output);
    const error = errorOf(output, call.output);
    if (error !== undefined) return `${heading} reported an error:\n\n> ${cutText(error).replaceAll("\n", "\n> ")}`;
    if (call.output.trim() === "") return `${heading} returned nothing.`;
    return `${heading} returned:\n\n${output === undefined ? `> ${cutText(call.output.trim()).replaceAll("\n", "\n> ")}` : showValue(output)}`;
  });
  return [
    calls.length === 1 ? "Here is what the tool said." : `Here is what the ${calls.length} tool calls said.`,
    ...parts,
    signature,
  ].join("\n\n");
}

/** A question for what the user did not say. */
export function askForMissing(choices: readonly Choice[]): string {
  const lines = choices.flatMap((choice) =>
    choice.filled.missing.map(
      ({ name, description }) => `- \`${name}\` for **${choice.name}**${description === "" ? "" : `: ${description}`}`,
    ),
  );
  return [
    `That sounds like a job for ${list(choices.map((choice) => `**${choice.name}**`))}, but something is missing:`,
    lines.join("\n"),
    "Please tell me, and I will make the call.",
    signature,
  ].join("\n\n");
}

/** A plain answer: what this model sees, and what it would take to get more. */
export function plainAnswer(request: TurnRequest, text: string): string {
  const words = wordsOf(text).length;
  const images = request.items.reduce(
    (sum, item) => sum + (item.kind === "user" ? item.parts.filter((part) => part.kind === "image_url").length : 0),
    0,
  );
  const seen = [
    request.assistantName === null ? "an assistant without a name" : `the assistant “${request.assistantName}”`,
    request.instructions === ""
      ? "no instructions"
      : `instructions of ${count(wordsOf(request.instructions).length, "word")}`,
    `a thread of ${count(request.items.filter((item) => item.kind !== "tool").length, "message")}`,
    ...(words > 0 ? [`a last message of ${count(words, "word")}`] : []),
    ...(images > 0 ? [`${count(images, "image")}, which it cannot look at`] : []),
  ];
  const own = Object.values(request.runtimeTools);
  const names = request.tools.flatMap(({ function: { name } }) => (own.includes(name) ? [] : [`\`${name}\``]));
  const functions =
    names.length === 0
      ? "The assistant has no functions that it could call."
      : request.toolChoice === "none"
        ? `It may not call a function in this run (\`tool_choice\` is \`none\`); the assistant has ${list(names)}.`
        : `None of the assistant's functions fits the words of the message: it has ${list(names)}. Use words from a function's name or description to have it called.`;
  const unavailable = [...new Set(request.unavailableTools)].map((tool) => `\`${tool}\``);
  return [
    "This is the offline model, so there is no real answer: it is a demonstration with no language model behind it.",
    `It saw ${list(seen)}.`,
    functions,
    ...(unavailable.length === 0
      ? []
      : [`${list(unavailable)} ${unavailable.length === 1 ? "is" : "are"} not executed by this runtime.`]),
    "For real answers, connect a model server.",
  ].join("\n\n");
}

function argumentsText(json: string): string {
  const value = parse(json);
  if (typeof value !== "object" || value === null) return "";
  const pairs = Object.entries(value).map(
    ([name, one]) => `${name}: ${typeof one === "string" ? one : JSON.stringify(one)}`,
  );
  return pairs.length === 0 ? "" : ` (${pairs.join(", ")})`;
}

/** The reason in an output that has the shape of an error. */
function errorOf(output: unknown, text: string): string | undefined {
  if (typeof output === "object" && output !== null && !Array.isArray(output)) {
    const fields = output as Record<string, unknown>;
    const reason = fields["error"] ?? fields["errors"] ?? fields["exception"];
    if (reason !== undefined && reason !== null && reason !== false && reason !== "")
      return reasonText(reason === true ? (fields["message"] ?? fields) : reason);
    const failed =
      fields["ok"] === false ||
      fields["success"] === false ||
      (typeof fields["status"] === "string" && /^(error|failed|failure)$/i.test(fields["status"]));
    return failed ? reasonText(fields["message"] ?? fields["reason"] ?? fields) : undefined;
  }
  return output === undefined && /^\s*(\w*error|\w*exception|traceback)\b/i.test(text) ? text.trim() : undefined;
}

function reasonText(reason: unknown): string {
  if (typeof reason === "string") return reason;
  if (typeof reason === "object" && reason !== null && "message" in reason && typeof reason.message === "string")
    return reason.message;
  return JSON.stringify(reason);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Outputs are free text; JSON is only a habit.
    return undefined;
  }
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function list(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join("") : `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}
