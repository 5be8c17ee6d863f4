import { isJsonMap } from "../../definition/json.ts";
import { builtins } from "./functions.ts";
import { ExpressionError } from "./syntax.ts";
import type { BinaryOperator, Expression } from "./syntax.ts";
import { areEqual, inlineText, isTruthy, typeWords } from "./values.ts";

/** The names that an expression may use. */
export interface Names {
  /** @throws ExpressionError when nothing has that name */
  value(name: string): unknown;
}

/** What an expression says about the names. Reads only; own properties only. @throws ExpressionError */
export function evaluate(expression: Expression, names: Names): unknown {
  switch (expression.kind) {
    case "literal":
      return expression.value;
    case "name":
      return names.value(expression.name);
    case "member":
      return memberOf(evaluate(expression.object, names), evaluate(expression.key, names));
    case "list":
      return expression.items.map((item) => evaluate(item, names));
    case "map":
      return Object.fromEntries(expression.entries.map(([key, value]) => [key, evaluate(value, names)]));
    case "unary": {
      const value = evaluate(expression.operand, names);
      if (expression.operator === "not") return !isTruthy(value);
      return typeof value === "bigint" ? -value : -numberOf("-", value);
    }
    case "binary":
      return evaluateBinary(expression, names);
    case "call": {
      const builtin = builtins.get(expression.name);
      if (builtin === undefined)
        throw new ExpressionError(
          `There is no function ${expression.name}(). There are: ${[...builtins.keys()].join(", ")}.`,
        );
      if (expression.args.length !== builtin.count) throw new ExpressionError(`It is called as ${builtin.usage}.`);
      return builtin.apply(expression.args.map((arg) => evaluate(arg, names)));
    }
  }
}

/** A part of a value; null where it has none. A negative index counts from the end of a list. */
export function memberOf(object: unknown, key: unknown): unknown {
  if (object === null || object === undefined) return null;
  if (Array.isArray(object)) {
    if (key === "length") return object.length;
    if (typeof key !== "number") throw new ExpressionError(`A list has numbers for keys; this is ${typeWords(key)}.`);
    return (object.at(key) as unknown) ?? null;
  }
  if (typeof object === "string") {
    if (key === "length") return object.length;
    if (typeof key === "number") return object.at(key) ?? null;
    throw new ExpressionError(`A text has no part called ${inlineText(key)}.`);
  }
  if (!isJsonMap(object)) throw new ExpressionError(`${capital(typeWords(object))} has no parts.`);
  const name = inlineText(key);
  return Object.hasOwn(object, name) ? object[name] : null;
}

function evaluateBinary(expression: Extract<Expression, { kind: "binary" }>, names: Names): unknown {
  const { operator } = expression;
  const left = evaluate(expression.left, names);
  if (operator === "and") return isTruthy(left) ? evaluate(expression.right, names) : left;
  if (operator === "or") return isTruthy(left) ? left : evaluate(expression.right, names);
  return applied(operator, left, evaluate(expression.right, names));
}

function applied(operator: Exclude<BinaryOperator, "and" | "or">, left: unknown, right: unknown): unknown {
  switch (operator) {
    case "==":
      return areEqual(left, right);
    case "!=":
      return !areEqual(left, right);
    case "<":
    case "<=":
    case ">":
    case ">=":
      return compared(operator, left, right);
    case "in":
      return isIn(left, right);
    case "not in":
      return !isIn(left, right);
    case "+":
      return typeof left === "string" && typeof right === "string"
        ? left + right
        : numberOf("+", left) + numberOf("+", right);
    case "-":
      return numberOf("-", left) - numberOf("-", right);
    case "*":
      return numberOf("*", left) * numberOf("*", right);
    case "/":
    case "%": {
      const divisor = numberOf(operator, right);
      if (divisor === 0) throw new ExpressionError(`${operator} by zero.`);
      return operator === "/" ? numberOf("/", left) / divisor : numberOf("%", left) % divisor;
    }
  }
}

/** Numbers with numbers, texts with texts. What is missing is neither smaller nor greater. */
function compared(operator: "<" | "<=" | ">" | ">=", left: unknown, right: unknown): boolean {
  if (left == null || right == null) return false;
  const comparable = (isNumber(left) && isNumber(right)) || (typeof left === "string" && typeof right === "string");
  if (!comparable)
    throw new ExpressionError(
      `${operator} compares two numbers or two texts, not ${typeWords(left)} with ${typeWords(right)}.`,
    );
  switch (operator) {
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
  }
}

function isIn(part: unknown, whole: unknown): boolean {
  if (whole === null || whole === undefined) return false;
  if (Array.isArray(whole)) return whole.some((item) => areEqual(item, part));
  if (typeof whole === "string") {
    if (typeof part !== "string") throw new ExpressionError(`Only a text can be in a text, not ${typeWords(part)}.`);
    return whole.includes(part);
  }
  if (isJsonMap(whole)) return typeof part === "string" && Object.hasOwn(whole, part);
  throw new ExpressionError(`Nothing can be in ${typeWords(whole)}.`);
}

function isNumber(value: unknown): value is number | bigint {
  return typeof value === "number" || typeof value === "bigint";
}

/** What is computed is computed in numbers. */
function numberOf(operator: string, value: unknown): number {
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "number") throw new ExpressionError(`${operator} wants numbers; this is ${typeWords(value)}.`);
  return value;
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
