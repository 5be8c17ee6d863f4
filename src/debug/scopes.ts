import { argumentsValue } from "../core/answers/callArguments.ts";
import { isJsonMap } from "../core/definition/json.ts";
import { wholeText } from "../core/growingText.ts";
import type { StepTrace } from "../core/runTrace.ts";
import type { Message } from "../core/wire.ts";
import type { FoundCall } from "./callSurroundings.ts";
import { outputOf } from "./callSurroundings.ts";
import type { Frame } from "./frames.ts";
import { callWords } from "./frames.ts";
import { originFacts, outputNode } from "./outputNode.ts";
import type { WriteOutput } from "./outputNode.ts";
import type { Debuggee } from "./ports.ts";
import { factNode, jsonNode, nodeList } from "./variableNode.ts";
import type { VariableChildren, VariableNode } from "./variableNode.ts";

export interface Scope {
  readonly name: string;
  readonly hint: "arguments" | "locals" | null;
  /** Reading it asks the provider. */
  readonly expensive: boolean;
  readonly children: VariableChildren;
}

const messagesAtOnce = 20;

/**
 * What a frame shows.
 * @param write changes the output of the frame's call; null where it cannot be changed
 * @param problems what is wrong with an output
 */
export function scopesOf(
  frame: Frame,
  debuggee: Debuggee,
  write: WriteOutput | null,
  problems: (name: string, output: string) => readonly string[],
): readonly Scope[] {
  const { trace, found, step } = frame;
  const scopes: Scope[] = [];
  const add = (name: string, children: VariableChildren, more: Partial<Scope> = {}): void => {
    scopes.push({ name, hint: null, expensive: false, children, ...more });
  };
  if (frame.kind === "call" && found !== null) {
    add("Arguments", nodeList(argumentNodes(found)), { hint: "arguments" });
    add("Output", nodeList(outputNodes(found, write, problems)), { hint: "locals" });
  }
  if (frame.kind === "step" && step !== null) add("Step", nodeList(stepNodes(step)), { hint: "locals" });
  if (trace !== null) {
    const { run } = trace;
    add("Run", membersOf(run, "run"));
    add(
      "Usage",
      run.usage === null
        ? nodeList([factNode("usage", "(known when the run has ended)")])
        : membersOf(run.usage, "usage"),
    );
  }
  add(
    "Assistant",
    { list: async () => membersOf(await debuggee.assistant(trace?.run.id ?? null), "assistant").list({}) },
    { expensive: true },
  );
  if (debuggee.threadId !== null) add("Thread Messages", messageChildren(debuggee, null), { expensive: true });
  return scopes;
}

function argumentNodes({ call }: FoundCall): readonly VariableNode[] {
  const text = wholeText(call.input);
  const value = argumentsValue(text);
  const raw = { ...factNode("(as sent)", text), evaluateName: "call.arguments" };
  if (isJsonMap(value)) return [...Object.entries(value).map(([key, item]) => argumentNode(key, item)), raw];
  return typeof value === "string"
    ? [factNode("(problem)", "What the model sent is not JSON."), raw]
    : [jsonNode("args", value, "args"), raw];
}

function argumentNode(key: string, value: unknown): VariableNode {
  const plain = /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key);
  return jsonNode(key, value, plain ? `args.${key}` : `args[${JSON.stringify(key)}]`);
}

function outputNodes(
  { call }: FoundCall,
  write: WriteOutput | null,
  problems: (name: string, output: string) => readonly string[],
): readonly VariableNode[] {
  const output = outputOf(call);
  const wrong = output === null ? [] : problems(call.name, output);
  return [outputNode(call, write), ...originFacts(call), ...wrong.map((words) => factNode("problem", words))];
}

function stepNodes(step: StepTrace): readonly VariableNode[] {
  const calls = step.calls.map((call, index) => factNode(String(index), callWords({ call, step, index }), call.type));
  return [
    ...(calls.length === 0 ? [] : [{ ...factNode("calls", `${calls.length}`, "array"), children: nodeList(calls) }]),
    jsonNode("object", step.object, "step"),
  ];
}

function membersOf(value: object, name: string): VariableChildren {
  return jsonNode(name, value, name).children ?? nodeList([]);
}

/** Newest first, a page at a time. */
function messageChildren(debuggee: Debuggee, after: string | null): VariableChildren {
  return {
    list: async () => {
      const page = await debuggee.messages({
        limit: messagesAtOnce,
        order: "desc",
        ...(after === null ? {} : { after }),
      });
      const nodes = page.data.map(messageNode);
      const last = page.data.at(-1);
      if (!page.has_more || last === undefined) return nodes;
      return [...nodes, { ...factNode("…", "older messages"), children: messageChildren(debuggee, last.id) }];
    },
  };
}

function messageNode(message: Message): VariableNode {
  const words = message.content.map((part) => (part.type === "text" ? part.text.value : `[${part.type}]`)).join(" ");
  return { ...factNode(message.role, words), children: jsonNode("message", message, null).children };
}
