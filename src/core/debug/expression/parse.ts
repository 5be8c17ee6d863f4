import { ExpressionError } from "./syntax.ts";
import type { Assignment, BinaryOperator, Expression } from "./syntax.ts";
import { tokensOf } from "./tokens.ts";
import type { Token } from "./tokens.ts";

/** Brackets in brackets beyond this are nobody's breakpoint condition. */
const deepest = 100;

/** Weakest first. */
const levels: readonly (readonly BinaryOperator[])[] = [
  ["or"],
  ["and"],
  ["==", "!=", "<", "<=", ">", ">=", "in", "not in"],
  ["+", "-"],
  ["*", "/", "%"],
];
const comparisons = 2;

const spellings: Readonly<Record<string, BinaryOperator>> = {
  "||": "or",
  "&&": "and",
  "===": "==",
  "!==": "!=",
};

/** Reads an expression. @throws ExpressionError */
export function parseExpression(text: string): Expression {
  const reader = new Reader(text);
  const expression = reader.expression(0);
  reader.end();
  return expression;
}

/** Reads a line of the console: an expression, or what `output` is to be. @throws ExpressionError */
export function parseConsoleLine(text: string): Expression | Assignment {
  const reader = new Reader(text);
  const left = reader.expression(0);
  if (!reader.takes("=")) {
    reader.end();
    return left;
  }
  const { name, keys } = targetOf(left);
  const value = reader.expression(0);
  reader.end();
  return { kind: "assignment", name, keys, value };
}

function targetOf(expression: Expression): { readonly name: string; readonly keys: readonly Expression[] } {
  const keys: Expression[] = [];
  let node = expression;
  while (node.kind === "member") {
    keys.unshift(node.key);
    node = node.object;
  }
  if (node.kind !== "name") throw new ExpressionError("What is left of = must be a path, such as output.status.");
  return { name: node.name, keys };
}

class Reader {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(text: string) {
    this.#tokens = tokensOf(text);
    if (this.#tokens.length === 1) throw new ExpressionError("There is no expression.");
  }

  get #token(): Token {
    return this.#tokens[this.#next] ?? { kind: "end", at: 0 };
  }

  /** Takes the symbol or word if it comes next. */
  takes(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#next++;
    return true;
  }

  end(): void {
    if (this.#token.kind === "end") return;
    if (this.#is("=")) throw new ExpressionError("= sets a value, which is for the console; == compares.");
    throw this.#unexpected();
  }

  expression(level: number): Expression {
    const operators = levels[level];
    if (operators === undefined) return this.#unary();
    let left = this.expression(level + 1);
    for (;;) {
      const { at } = this.#token;
      const operator = this.#operator(operators);
      if (operator === null) return left;
      left = { kind: "binary", operator, left, right: this.expression(level + 1), at };
      if (level === comparisons && this.#peekComparison())
        throw new ExpressionError("One comparison at a time: join two with and.");
    }
  }

  #peekComparison(): boolean {
    const before = this.#next;
    const found = this.#operator(levels[comparisons] ?? []) !== null;
    this.#next = before;
    return found;
  }

  #operator(operators: readonly BinaryOperator[]): BinaryOperator | null {
    const token = this.#token;
    if (token.kind !== "symbol" && token.kind !== "name") return null;
    if (token.text === "not") {
      const after = this.#tokens[this.#next + 1];
      if (after?.kind !== "name" || after.text !== "in" || !operators.includes("not in")) return null;
      this.#next += 2;
      return "not in";
    }
    const operator = spellings[token.text] ?? (token.text as BinaryOperator);
    if (!operators.includes(operator)) return null;
    this.#next++;
    return operator;
  }

  #unary(): Expression {
    const { at } = this.#token;
    if (this.takes("not") || this.takes("!")) {
      // `not a == b` is `not (a == b)`, as people read it; `!a == b` is the same.
      return this.#deeper(() => ({ kind: "unary", operator: "not", operand: this.expression(comparisons), at }));
    }
    if (this.takes("-")) return this.#deeper(() => ({ kind: "unary", operator: "-", operand: this.#unary(), at }));
    return this.#path();
  }

  #path(): Expression {
    let node = this.#primary();
    for (;;) {
      const { at } = this.#token;
      if (this.takes(".")) {
        const key = this.#token;
        if (key.kind !== "name") throw this.#unexpected();
        this.#next++;
        node = { kind: "member", object: node, key: { kind: "literal", value: key.text }, at };
      } else if (this.takes("[")) {
        const key = this.#deeper(() => this.expression(0));
        this.#expect("]");
        node = { kind: "member", object: node, key, at };
      } else return node;
    }
  }

  #primary(): Expression {
    const token = this.#token;
    switch (token.kind) {
      case "number":
      case "string":
        this.#next++;
        return { kind: "literal", value: token.value };
      case "name":
        return this.#named(token.text, token.at);
      case "symbol":
        if (this.takes("(")) {
          const inner = this.#deeper(() => this.expression(0));
          this.#expect(")");
          return inner;
        }
        if (this.takes("[")) return { kind: "list", items: this.#list("]") };
        if (this.takes("{")) return { kind: "map", entries: this.#entries() };
        throw this.#unexpected();
      case "end":
        throw new ExpressionError("The expression stops in the middle.");
    }
  }

  #named(text: string, at: number): Expression {
    if (["and", "or", "in"].includes(text)) throw this.#unexpected();
    this.#next++;
    const constant = constants.get(text);
    if (constant !== undefined) return { kind: "literal", value: constant };
    if (this.takes("(")) return { kind: "call", name: text, args: this.#list(")"), at };
    return { kind: "name", name: text, at };
  }

  #list(close: string): readonly Expression[] {
    const items: Expression[] = [];
    while (!this.takes(close)) {
      if (items.length > 0) this.#expect(",");
      if (items.length > 0 && this.takes(close)) break;
      items.push(this.#deeper(() => this.expression(0)));
    }
    return items;
  }

  #entries(): readonly (readonly [string, Expression])[] {
    const entries: (readonly [string, Expression])[] = [];
    while (!this.takes("}")) {
      if (entries.length > 0) this.#expect(",");
      if (entries.length > 0 && this.takes("}")) break;
      const key = this.#token;
      if (key.kind !== "string" && key.kind !== "name") throw this.#unexpected();
      this.#next++;
      this.#expect(":");
      const value = this.#deeper(() => this.expression(0));
      entries.push([key.kind === "string" ? key.value : key.text, value]);
    }
    return entries;
  }

  #deeper<T>(read: () => T): T {
    if (++this.#depth > deepest) throw new ExpressionError("The expression is nested too deep.");
    const result = read();
    this.#depth--;
    return result;
  }

  #is(text: string): boolean {
    const token = this.#token;
    return (token.kind === "symbol" || token.kind === "name") && token.text === text;
  }

  #expect(text: string): void {
    if (!this.takes(text)) {
      const token = this.#token;
      throw token.kind === "end" ? new ExpressionError(`A ${text} is missing at the end.`) : this.#unexpected(text);
    }
  }

  #unexpected(instead?: string): ExpressionError {
    const token = this.#token;
    if (token.kind === "end") return new ExpressionError("The expression stops in the middle.");
    const what =
      token.kind === "string" ? JSON.stringify(token.value) : token.kind === "number" ? token.value : token.text;
    const hint = instead === undefined ? "" : `; ${instead} was expected`;
    return new ExpressionError(`“${what}” at character ${token.at + 1} is out of place${hint}.`);
  }
}

const constants: ReadonlyMap<string, boolean | null> = new Map([
  ["true", true],
  ["false", false],
  ["null", null],
  ["True", true],
  ["False", false],
  ["None", null],
]);
