import { writeJson } from "../core/exactJson.ts";
import { namesOf } from "../core/debug/callNames.ts";
import type { Surroundings } from "../core/debug/callNames.ts";
import { evaluate } from "../core/debug/expression/evaluate.ts";
import { builtins } from "../core/debug/expression/functions.ts";
import { parseConsoleLine } from "../core/debug/expression/parse.ts";
import { ExpressionError } from "../core/debug/expression/syntax.ts";
import { inlineText } from "../core/debug/expression/values.ts";
import { isJsonMap } from "../core/definition/json.ts";
import { surroundingsOf } from "./callSurroundings.ts";
import { DapProblem } from "./dapServer.ts";
import type { Frame } from "./frames.ts";
import { outputText, withOutputPart } from "./outputNode.ts";
import type { WriteOutput } from "./outputNode.ts";
import type { Debuggee } from "./ports.ts";
import { jsonNode } from "./variableNode.ts";
import type { VariableNode } from "./variableNode.ts";

/** So many of the newest messages are `messages`. */
const messagesKnown = 20;

/**
 * Evaluates a line at a frame: an expression, or what `output` is to be.
 * @param write changes the output of the frame's call; it refuses in words where that cannot be
 * @param quiet a failure is not to be shown: a hover over any word asks
 * @throws DapProblem in words
 */
export async function evaluateLine(
  line: string,
  frame: Frame,
  debuggee: Debuggee,
  write: WriteOutput,
  quiet: boolean,
): Promise<VariableNode> {
  try {
    const parsed = parseConsoleLine(line);
    const around = await surroundingsFor(line, frame, debuggee);
    const names = namesOf(around);
    if (parsed.kind !== "assignment") return jsonNode(line, evaluate(parsed, names), line.trim());
    if (parsed.name !== "output") throw new DapProblem(`${parsed.name} cannot be set: only the output of a call can.`);
    const keys = parsed.keys.map((key) => evaluate(key, names));
    const value = evaluate(parsed.value, names);
    write((current) => (keys.length === 0 ? outputText(value) : withOutputPart(current, keys, value)));
    return jsonNode(line, value, null);
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new DapProblem(error.message, !quiet, { cause: error });
  }
}

/** What may follow at the end of a text that is being typed. */
export async function completionsFor(
  text: string,
  frame: Frame,
  debuggee: Debuggee,
): Promise<readonly { readonly label: string; readonly isFunction: boolean; readonly typed: number }[]> {
  const path = /((?:[\p{L}_$][\p{L}\p{N}_$]*\.)*)([\p{L}_$][\p{L}\p{N}_$]*)?$/u.exec(text);
  const typed = path?.[2] ?? "";
  const parent = (path?.[1] ?? "").slice(0, -1);
  const around = await surroundingsFor(text, frame, debuggee);
  const matches = (label: string): boolean => label.toLowerCase().startsWith(typed.toLowerCase());
  const plain = (label: string): { label: string; isFunction: boolean; typed: number } => ({
    label,
    isFunction: false,
    typed: typed.length,
  });
  if (parent !== "") {
    try {
      const line = parseConsoleLine(parent);
      const value = line.kind === "assignment" ? null : evaluate(line, namesOf(around));
      return isJsonMap(value) ? Object.keys(value).filter(matches).map(plain) : [];
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      return [];
    }
  }
  const own = isJsonMap(around.args) ? Object.keys(around.args) : [];
  return [
    ...[...new Set([...around.known.keys(), ...own])].filter(matches).map(plain),
    ...[...builtins.keys()].filter(matches).map((label) => ({ ...plain(label), isFunction: true })),
  ];
}

/** The text that stands for a value where it is copied. */
export function wholeValue(value: unknown): string {
  return isJsonMap(value) || Array.isArray(value) ? (writeJson(value, 2) ?? "null") : inlineText(value);
}

/** What the provider has to be asked for is asked for only when the line speaks of it. */
async function surroundingsFor(line: string, frame: Frame, debuggee: Debuggee): Promise<Surroundings> {
  const more = new Map<string, () => unknown>();
  if (/\bassistant\b/.test(line)) {
    const assistant = await debuggee.assistant(frame.trace?.run.id ?? null);
    more.set("assistant", () => assistant);
  }
  if (/\bmessages\b/.test(line) && debuggee.threadId !== null) {
    const page = await debuggee.messages({ limit: messagesKnown, order: "desc" });
    more.set("messages", () => page.data);
  }
  if (frame.trace === null) return { known: more, args: null, parameters: new Set() };
  return surroundingsOf(frame.trace, frame.kind === "call" ? frame.found : null, more);
}
