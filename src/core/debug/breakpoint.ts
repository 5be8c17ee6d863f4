import { evaluate } from "./expression/evaluate.ts";
import type { Names } from "./expression/evaluate.ts";
import { parseExpression } from "./expression/parse.ts";
import { ExpressionError } from "./expression/syntax.ts";
import type { Expression } from "./expression/syntax.ts";
import { isTruthy } from "./expression/values.ts";
import { parseHitCount } from "./hitCount.ts";
import type { HitTest } from "./hitCount.ts";
import { logText, parseLogMessage } from "./logMessage.ts";
import type { LogMessage } from "./logMessage.ts";
import type { Moment } from "./moment.ts";

/** What a person says about a breakpoint beside its place. */
export interface BreakpointSpec {
  readonly condition?: string | undefined;
  readonly hitCondition?: string | undefined;
  readonly logMessage?: string | undefined;
  /** `both`, or one moment. Left out: before the answer, or after it where the condition or message speaks of `output`. */
  readonly mode?: Moment | "both" | undefined;
}

/** What a breakpoint does at a call. */
export type Hit =
  | { readonly kind: "none" }
  | { readonly kind: "stop" }
  | { readonly kind: "log"; readonly text: string }
  /** The condition cannot be evaluated here: a person should see that rather than a breakpoint that is never hit. */
  | { readonly kind: "broken"; readonly reason: string };

/** A breakpoint with its condition, hit count and message read; it counts its hits. */
export class Breakpoint {
  readonly #condition: Expression | null;
  readonly #hitTest: HitTest | null;
  readonly #message: LogMessage | null;
  readonly #moments: ReadonlySet<Moment>;
  #hits = 0;

  /** @throws ExpressionError when a part of the spec cannot be read */
  constructor(spec: BreakpointSpec) {
    this.#condition = isBlank(spec.condition) ? null : named("condition", () => parseExpression(spec.condition ?? ""));
    this.#hitTest = isBlank(spec.hitCondition) ? null : parseHitCount(spec.hitCondition ?? "");
    this.#message = isBlank(spec.logMessage) ? null : named("message", () => parseLogMessage(spec.logMessage ?? ""));
    const said = [this.#condition, ...(this.#message ?? [])];
    const mode = spec.mode ?? (said.some((part) => part !== null && speaksOfOutput(part)) ? "after" : "before");
    this.#moments = new Set(mode === "both" ? ["before", "after"] : [mode]);
  }

  /** Asks whether the breakpoint holds the run at this moment of a call. Counts a hit where the condition holds. */
  check(moment: Moment, names: Names): Hit {
    if (!this.#moments.has(moment)) return { kind: "none" };
    try {
      if (this.#condition !== null && !isTruthy(evaluate(this.#condition, names))) return { kind: "none" };
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      return { kind: "broken", reason: error.message };
    }
    this.#hits++;
    if (this.#hitTest?.(this.#hits) === false) return { kind: "none" };
    return this.#message === null ? { kind: "stop" } : { kind: "log", text: logText(this.#message, names) };
  }
}

function isBlank(text: string | undefined): boolean {
  return text === undefined || text.trim() === "";
}

function named<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new ExpressionError(`The ${what} cannot be read: ${error.message}`, { cause: error });
  }
}

function speaksOfOutput(part: string | Expression): boolean {
  if (typeof part === "string") return false;
  switch (part.kind) {
    case "literal":
      return false;
    case "name":
      return part.name === "output";
    case "member":
      return speaksOfOutput(part.object) || speaksOfOutput(part.key);
    case "list":
      return part.items.some(speaksOfOutput);
    case "map":
      return part.entries.some(([, value]) => speaksOfOutput(value));
    case "unary":
      return speaksOfOutput(part.operand);
    case "binary":
      return speaksOfOutput(part.left) || speaksOfOutput(part.right);
    case "call":
      return part.args.some(speaksOfOutput);
  }
}
