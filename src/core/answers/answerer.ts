import type { DefinedTool, Definition } from "../definition/definition.ts";
import { errorOutput } from "./errorOutput.ts";
import { fixturesPath } from "./fixture.ts";
import { readHandler } from "./handler.ts";
import { fixtureOutput, matchFixture } from "./matchFixture.ts";
import { sourcesFor } from "./policy.ts";
import type { AnswerContext, AnswererPorts, AnswerOutcome, PendingCall, ToolAnswerer } from "./ports.ts";
import type { AnswerFailureCode, AnswerSource } from "./toolAnswer.ts";

const asked: AnswerOutcome = { kind: "ask", failure: null };

/** Answers by policy: each source that the policy names, in its order, until one answers or fails. */
export class PolicyAnswerer implements ToolAnswerer {
  readonly #ports: AnswererPorts;

  constructor(ports: AnswererPorts) {
    this.#ports = ports;
  }

  async answer(call: PendingCall, context: AnswerContext, signal: AbortSignal): Promise<AnswerOutcome> {
    signal.throwIfAborted();
    for (const source of sourcesFor(context.definition, call.name, context.mode)) {
      const outcome = await this.answerFrom(source, call, context, signal);
      // A source that has nothing to say passes the call on; one that fails does not: its failure would be hidden.
      if (outcome.kind === "answer" || outcome.failure !== null) return outcome;
    }
    return asked;
  }

  /** Asks one source, whatever the policy says: *Run handler*. Without a handler, or a fixture that matches, the person is asked. */
  answerFrom(
    source: AnswerSource,
    call: PendingCall,
    context: AnswerContext,
    signal: AbortSignal,
  ): Promise<AnswerOutcome> {
    return source === "fixture" ? this.#fromFixture(call, context, signal) : this.#fromHandler(call, context, signal);
  }

  async #fromFixture(call: PendingCall, context: AnswerContext, signal: AbortSignal): Promise<AnswerOutcome> {
    const { definition, place } = context;
    if (definition === null || place === null) return asked;
    const start = this.#ports.now();
    try {
      const fixture = matchFixture(await this.#ports.fixtures.fixturesOf(place, definition), call);
      if (fixture === null) return asked;
      context.onSource?.("fixture");
      if (fixture.delayMs > 0) await this.#ports.wait(fixture.delayMs, signal);
      const file = fixturesPath(place).split(/[\\/]/).at(-1) ?? "";
      return {
        kind: "answer",
        answer: {
          output: fixtureOutput(fixture, call),
          origin: "fixture",
          details: `${decodedName(file)}, line ${fixture.line}`,
          durationMs: this.#ports.now() - start,
        },
      };
    } catch (error) {
      const message = signal.aborted ? "Stopped." : error instanceof Error ? error.message : String(error);
      return this.#failed("fixture", signal.aborted ? "cancelled" : "fixture", message, start);
    }
  }

  async #fromHandler(call: PendingCall, context: AnswerContext, signal: AbortSignal): Promise<AnswerOutcome> {
    const tool = functionTool(context.definition, call.name);
    if (context.place === null || tool?.handler === undefined) return asked;
    const start = this.#ports.now();
    const read = readHandler(tool.handler);
    if (!read.valid) return this.#failed("handler", "start", read.reason, start);
    const result = await this.#ports.handlers.run(read.handler, call, context.place, signal, {
      ...(context.debugged === undefined ? {} : { debugged: context.debugged }),
      onStart: () => context.onSource?.("handler"),
    });
    if (result.ok) {
      const { output, details, durationMs } = result;
      return { kind: "answer", answer: { output, origin: "handler", details, durationMs } };
    }
    const { failure } = result;
    // Stopped and refused are a person's words, not the handler's.
    if (read.handler.onError === "ask" || failure.code === "cancelled" || failure.code === "refused")
      return { kind: "ask", failure };
    return {
      kind: "answer",
      answer: {
        output: errorOutput(failure.message),
        origin: "error",
        details: failure.message,
        durationMs: failure.durationMs,
      },
    };
  }

  #failed(source: AnswerSource, code: AnswerFailureCode, message: string, start: number): AnswerOutcome {
    return { kind: "ask", failure: { source, code, message, durationMs: this.#ports.now() - start } };
  }
}

/** The definition's function of that name. */
export function functionTool(
  definition: Definition | null,
  name: string,
): Extract<DefinedTool, { readonly type: "function" }> | null {
  const found = definition?.tools.find((tool) => tool.type === "function" && tool.function.name === name);
  return found?.type === "function" ? found : null;
}

/** A place may be a URI, whose names are percent-encoded. */
function decodedName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    // A path with a percent sign of its own.
    return name;
  }
}
