import type { DebugProtocol } from "@vscode/debugprotocol";

import { DapProblem } from "./dapServer.ts";
import { completionsFor, evaluateLine, wholeValue } from "./evaluation.ts";
import { refreshed } from "./frames.ts";
import type { Frame } from "./frames.ts";
import type { Debuggee } from "./ports.ts";
import { outputOf } from "./callSurroundings.ts";
import { References } from "./references.ts";
import { scopesOf } from "./scopes.ts";
import type { Scope } from "./scopes.ts";
import type { WriteOutput } from "./outputNode.ts";
import { dapVariable } from "./variableNode.ts";
import type { VariableChildren, VariableNode } from "./variableNode.ts";

/** What the inspection needs of the session. */
export interface InspectionSurroundings {
  readonly debuggee: () => Debuggee;
  /** Where a request is evaluated that names no frame; null when nothing is held. */
  readonly currentFrame: () => Frame | null;
  readonly outputProblems: (name: string, output: string) => readonly string[];
  /** An output was changed: what the client shows of it is old. */
  readonly changed: () => void;
}

interface Container {
  readonly children: VariableChildren;
  readonly frame: Frame;
}

/** Frames, scopes, variables and expressions of runs that are held. References hold until `forget`. */
export class Inspection {
  readonly #around: InspectionSurroundings;
  readonly #frames = new References<Frame>();
  readonly #containers = new References<Container>();

  constructor(around: InspectionSurroundings) {
    this.#around = around;
  }

  forget(): void {
    this.#frames.clear();
    this.#containers.clear();
  }

  /** @param place which debug thread, and which frame of it */
  frameId(frame: Frame, place: string): number {
    return this.#frames.add(frame, place);
  }

  scopes({ frameId }: DebugProtocol.ScopesArguments): DebugProtocol.ScopesResponse["body"] {
    const frame = this.#frame(frameId);
    return {
      scopes: this.#scopesOf(frame).map(({ name, hint, expensive }) => ({
        name,
        ...(hint === null ? {} : { presentationHint: hint }),
        expensive,
        variablesReference: this.#containers.add({ children: this.#live(frame, name), frame }, `${frameId} ${name}`),
      })),
    };
  }

  async variables(args: DebugProtocol.VariablesArguments): Promise<DebugProtocol.VariablesResponse["body"]> {
    const { children, frame } = this.#container(args.variablesReference);
    const { filter, start, count } = args;
    const nodes = await children.list({
      ...(filter === undefined ? {} : { filter }),
      ...(start === undefined ? {} : { start }),
      ...(count === undefined ? {} : { count }),
    });
    return { variables: nodes.map((node) => dapVariable(node, this.#reference(node, frame))) };
  }

  async setVariable(args: DebugProtocol.SetVariableArguments): Promise<DebugProtocol.SetVariableResponse["body"]> {
    const { children, frame } = this.#container(args.variablesReference);
    const index = /^\d+$/.test(args.name) && children.indexed !== undefined ? Number(args.name) : null;
    const nodes = await children.list(index === null ? {} : { filter: "indexed", start: index, count: 1 });
    const node = nodes.find(({ name }) => name === args.name);
    if (node === undefined) throw new DapProblem(`There is no variable ${args.name} here.`);
    if (node.set === null) throw this.#readOnly(frame, args.name);
    return this.#told(node.set(args.value), frame);
  }

  async setExpression(
    args: DebugProtocol.SetExpressionArguments,
  ): Promise<DebugProtocol.SetExpressionResponse["body"]> {
    const frame = this.#evaluationFrame(args.frameId);
    const path = args.expression.trim();
    if (!/^output\b/.test(path)) throw this.#readOnly(frame, path);
    // A watch on the whole output takes text as it is, as Variables does; a part of it takes JSON.
    const write = this.#writer(frame);
    if (path === "output") write(() => args.value);
    else await evaluateLine(`${path} = ${asExpression(args.value)}`, frame, this.#around.debuggee(), write, false);
    return this.#told(
      await evaluateLine(path, this.#evaluationFrame(args.frameId), this.#around.debuggee(), write, false),
      frame,
    );
  }

  async evaluate(args: DebugProtocol.EvaluateArguments): Promise<DebugProtocol.EvaluateResponse["body"]> {
    const frame = this.#evaluationFrame(args.frameId);
    const quiet = args.context === "hover" || args.context === "watch";
    const node = await evaluateLine(args.expression, frame, this.#around.debuggee(), this.#writer(frame), quiet);
    if (args.context === "clipboard" || args.context === "variables")
      return { ...this.#told(node, frame), result: wholeValue(node.raw) };
    const { value, ...rest } = this.#told(node, frame);
    return { ...rest, result: value };
  }

  async completions(
    args: DebugProtocol.CompletionsArguments,
    firstColumn: number,
  ): Promise<DebugProtocol.CompletionsResponse["body"]> {
    const frame = this.#evaluationFrame(args.frameId);
    const line = args.text.split("\n")[Math.max(0, (args.line ?? 1) - 1)] ?? args.text;
    const text = line.slice(0, Math.max(0, args.column - firstColumn));
    const found = await completionsFor(text, frame, this.#around.debuggee());
    return {
      targets: found.map(({ label, isFunction, typed }) => ({
        label,
        type: isFunction ? "function" : "variable",
        start: text.length - typed,
        length: typed,
        ...(isFunction ? { text: `${label}(` } : {}),
      })),
    };
  }

  #scopesOf(frame: Frame): readonly Scope[] {
    const { debuggee, outputProblems } = this.#around;
    const write = frame.kind === "call" && frame.past === null && this.#isOpen(frame) ? this.#writer(frame) : null;
    return scopesOf(frame, debuggee(), write, outputProblems);
  }

  /** A scope is read anew each time: an answer may have come since. */
  #live(frame: Frame, name: string): VariableChildren {
    return {
      list: (window) =>
        this.#scopesOf(refreshed(frame))
          .find((scope) => scope.name === name)
          ?.children.list(window) ?? [],
    };
  }

  #told(
    node: VariableNode,
    frame: Frame,
  ): { value: string; type: string; variablesReference: number; indexedVariables?: number } {
    const indexed = node.children?.indexed;
    return {
      value: node.value,
      type: node.type,
      variablesReference: this.#reference(node, frame),
      ...(indexed === undefined ? {} : { indexedVariables: indexed }),
    };
  }

  #reference(node: VariableNode, frame: Frame): number {
    return node.children === null ? 0 : this.#containers.add({ children: node.children, frame });
  }

  #frame(id: number): Frame {
    const frame = this.#frames.get(id);
    if (frame === undefined) throw new DapProblem("This frame is gone: the run has gone on since.", false);
    return frame;
  }

  #container(reference: number): Container {
    const container = this.#containers.get(reference);
    if (container === undefined) throw new DapProblem("These variables are gone: the run has gone on since.", false);
    return container;
  }

  /** The frame as it is now: what is known of its call may have changed since it was listed. */
  #evaluationFrame(id: number | undefined): Frame {
    const frame = id === undefined ? this.#around.currentFrame() : this.#frame(id);
    if (frame === null) throw new DapProblem("Nothing is stopped: there is nothing to evaluate in.");
    return refreshed(frame);
  }

  #isOpen({ run, found }: Frame): boolean {
    return run !== null && found !== null && run.stop !== null && run.isPending(found.call.id);
  }

  #writer(frame: Frame): WriteOutput {
    return (next) => {
      if (frame.past !== null) throw this.#readOnly(frame, "output");
      if (frame.kind !== "call" || frame.run === null || frame.found === null)
        throw new DapProblem("Only a tool call has an output: choose its frame in the call stack.");
      if (!this.#isOpen(frame)) throw new DapProblem("The call has its answer: it was submitted.");
      const { call } = refreshed(frame).found ?? frame.found;
      frame.run.setOutput(call.id, next(outputOf(call)));
      this.#around.changed();
    };
  }

  #readOnly(frame: Frame, name: string): DapProblem {
    if (frame.past !== null)
      return new DapProblem(
        "This is an earlier state: it can be looked at, not changed. Continue brings back the present one.",
      );
    const called = frame.found !== null && outputOf(frame.found.call) !== null && !this.#isOpen(frame);
    if (name === "output" && called) return new DapProblem("The call has its answer: it was submitted.");
    return new DapProblem(`${name} cannot be changed: only the output of a call that waits can.`);
  }
}

/** What was typed as an expression: JSON as it is, anything else as a text. */
function asExpression(text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch {
    // `shipped` without quotes is what people type.
    return JSON.stringify(text);
  }
}
