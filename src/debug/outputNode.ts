import { writeJson } from "../core/exactJson.ts";
import type { AnswerOrigin } from "../core/answers/toolAnswer.ts";
import { valueOfJson } from "../core/debug/callNames.ts";
import { withPart } from "../core/debug/expression/assign.ts";
import { ExpressionError } from "../core/debug/expression/syntax.ts";
import type { CallTrace } from "../core/runTrace.ts";
import { outputOf } from "./callSurroundings.ts";
import { DapProblem } from "./dapServer.ts";
import { cut, factNode, jsonNode } from "./variableNode.ts";
import type { SetPart, VariableNode } from "./variableNode.ts";

/** Puts a new output in place of the one that is there, which it is made from. @throws DapProblem where it cannot be changed */
export type WriteOutput = (next: (current: string | null) => string) => void;

/** What is shown where there is no output yet. */
export const noOutput = "(not answered yet)";

/** The output of a call, with its parts where it is JSON: the whole can be typed as text, a part as JSON. */
export function outputNode(call: CallTrace, write: WriteOutput | null): VariableNode {
  return nodeOf(outputOf(call), write);
}

/** Where the output comes from, in words. */
export function originFacts(call: CallTrace): readonly VariableNode[] {
  const { answer } = call;
  if (answer?.state === "failed") return [factNode("failure", answer.failure.message)];
  if (answer?.state === "running") return [factNode("state", `the ${answer.source} is at work`)];
  const origin = answer?.state === "ready" ? answer.answer.origin : call.origin;
  if (origin === null) return [];
  const details = answer?.state === "ready" ? answer.answer.details : "";
  return [factNode("origin", details === "" ? originWords[origin] : `${originWords[origin]}: ${details}`)];
}

const originWords: Readonly<Record<AnswerOrigin, string>> = {
  hand: "by hand",
  handler: "handler",
  fixture: "fixture",
  error: "error sent in place of an output",
};

function nodeOf(output: string | null, write: WriteOutput | null): VariableNode {
  const value = output === null ? null : valueOfJson(output);
  const parts = typeof value === "object" && value !== null;
  const setPart: SetPart | null =
    write === null ? null : (keys, part) => write((current) => withOutputPart(current, keys, part));
  const tree = jsonNode("output", value, "output", setPart);
  return {
    name: "output",
    value: output === null ? noOutput : cut(output),
    raw: output,
    type: output === null ? "none" : parts ? tree.type : "text",
    evaluateName: "output",
    children: parts ? tree.children : null,
    set:
      write === null
        ? null
        : (text) => {
            write(() => text);
            return nodeOf(text, write);
          },
  };
}

/** The output with a part of it set, as text. @throws DapProblem in words */
export function withOutputPart(current: string | null, keys: readonly unknown[], part: unknown): string {
  try {
    return outputText(withPart(current === null ? null : valueOfJson(current), keys, part));
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new DapProblem(error.message, true, { cause: error });
  }
}

/** A value as the text that is sent: a text as it is, anything else as JSON. */
export function outputText(value: unknown): string {
  return typeof value === "string" ? value : (writeJson(value) ?? "null");
}
