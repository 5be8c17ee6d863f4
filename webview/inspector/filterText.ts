import type { AttributeFilter, AttributeValue } from "../../src/core/retrieval/retrieval.ts";

/** What a typed filter says, or where it stops making sense and why. */
export type ParsedFilter =
  | { readonly kind: "none" }
  | { readonly kind: "filter"; readonly filter: AttributeFilter }
  | {
      readonly kind: "wrong";
      readonly reason: string;
      /** From 0; null when it is about the whole. */ readonly at: number | null;
    };

/** The runtime refuses more; a filter that deep is a mistake. */
const maxDepth = 32;

/**
 * Reads a filter: an expression such as `product = widgets and (year >= 2024 or tag in [new, "on sale"])`, or the wire's JSON.
 * Every filter of the wire can be written either way; `and` binds stronger than `or`.
 */
export function parseFilter(text: string): ParsedFilter {
  if (text.trim() === "") return { kind: "none" };
  try {
    const filter = text.trimStart().startsWith("{")
      ? filterOfJson(parseJson(text), "the filter", 0)
      : new Reader(text).filter();
    return { kind: "filter", filter };
  } catch (error) {
    if (error instanceof WrongFilter) return { kind: "wrong", reason: error.message, at: error.at };
    throw error;
  }
}

class WrongFilter extends Error {
  readonly at: number | null;

  constructor(reason: string, at: number | null = null) {
    super(reason);
    this.at = at;
  }
}

const comparisons: Readonly<Record<string, "eq" | "ne" | "gt" | "gte" | "lt" | "lte">> = {
  "=": "eq",
  "==": "eq",
  "!=": "ne",
  "<>": "ne",
  ">": "gt",
  ">=": "gte",
  "<": "lt",
  "<=": "lte",
  eq: "eq",
  ne: "ne",
  gt: "gt",
  gte: "gte",
  lt: "lt",
  lte: "lte",
};

type Token =
  | { readonly kind: "sign"; readonly text: string; readonly at: number; readonly end: number }
  /** `bare`: not quoted, so it may also be a keyword, a number or a boolean. */
  | { readonly kind: "word"; readonly text: string; readonly bare: boolean; readonly at: number; readonly end: number };

function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const pattern =
    /\s*(?:("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(==|!=|<>|>=|<=|[=<>()[\],])|([^\s"'=<>!()[\],]+)|(\S))/gy;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [whole, quoted, sign, bare, stray] = match;
    const end = match.index + whole.length;
    const at = end - whole.trimStart().length;
    if (quoted !== undefined) {
      tokens.push({ kind: "word", text: quoted.slice(1, -1).replace(/\\(.)/g, "$1"), bare: false, at, end });
    } else if (sign !== undefined) {
      tokens.push({ kind: "sign", text: sign, at, end });
    } else if (bare !== undefined) {
      tokens.push({ kind: "word", text: bare, bare: true, at, end });
    } else {
      throw new WrongFilter(
        stray === '"' || stray === "'"
          ? `The text that begins here has no closing ${stray}.`
          : `“${stray}” is not expected here.`,
        at,
      );
    }
  }
  return tokens;
}

/** Reads the tokens of an expression from left to right. */
class Reader {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokensOf(text);
  }

  filter(): AttributeFilter {
    const filter = this.#or(0);
    const rest = this.#peek();
    if (rest !== undefined)
      throw new WrongFilter(
        rest.text === ")" ? "This “)” closes nothing." : `Expected “and” or “or” before “${rest.text}”.`,
        rest.at,
      );
    return filter;
  }

  #or(depth: number): AttributeFilter {
    return this.#chain("or", () => this.#chain("and", () => this.#primary(depth)));
  }

  #chain(type: "and" | "or", read: () => AttributeFilter): AttributeFilter {
    const first = read();
    const filters = [first];
    while (this.#takeKeyword(type)) filters.push(read());
    return filters.length === 1 ? first : { type, filters };
  }

  #primary(depth: number): AttributeFilter {
    const token = this.#peek();
    if (token?.kind === "sign" && token.text === "(") {
      if (depth >= maxDepth) throw new WrongFilter(`Brackets are nested more than ${maxDepth} deep.`, token.at);
      this.#next += 1;
      const inner = this.#or(depth + 1);
      if (!this.#takeSign(")")) throw new WrongFilter("This “(” is not closed.", token.at);
      return inner;
    }
    if (token === undefined || token.kind === "sign" || isKeyword(token, "and") || isKeyword(token, "or"))
      throw this.#missing("an attribute's name");
    this.#next += 1;
    return this.#condition(token.text);
  }

  #condition(key: string): AttributeFilter {
    const token = this.#peek();
    const negated = this.#takeKeyword("not");
    if (this.#takeKeyword("in")) return { type: negated ? "nin" : "in", key, value: this.#list() };
    if (negated) throw this.#missing("“in” after “not”");
    if (this.#takeKeyword("nin")) return { type: "nin", key, value: this.#list() };
    const type =
      token === undefined || (token.kind === "word" && !token.bare) ? undefined : comparisons[token.text.toLowerCase()];
    if (type === undefined) throw this.#missing(`a comparison after “${key}”: =, !=, >, >=, <, <=, in or not in`);
    this.#next += 1;
    const [value, at] = this.#value(`a value after “${key} ${token?.text ?? ""}”`);
    if (type === "eq" || type === "ne") return { type, key, value };
    if (typeof value === "boolean")
      throw new WrongFilter(`${String(value)} has no order: compare it with = or !=.`, at);
    return { type, key, value };
  }

  #list(): readonly (string | number)[] {
    const open = this.#peek();
    const close = this.#takeSign("[") ? "]" : this.#takeSign("(") ? ")" : null;
    if (close === null) throw this.#missing("a list such as [a, b]");
    const values: (string | number)[] = [];
    while (!this.#takeSign(close)) {
      if (this.#peek() === undefined)
        throw new WrongFilter(`This list is not closed with “${close}”.`, open?.at ?? null);
      if (values.length > 0 && !this.#takeSign(",")) throw this.#missing(`“,” or “${close}”`);
      const [value, at] = this.#value("a value");
      if (typeof value === "boolean") throw new WrongFilter("Lists hold texts and numbers, not true or false.", at);
      values.push(value);
    }
    return values;
  }

  #value(what: string): readonly [AttributeValue, number] {
    const token = this.#peek();
    if (token === undefined || token.kind === "sign") throw this.#missing(what);
    this.#next += 1;
    if (!token.bare) return [token.text, token.at];
    if (/^(true|false)$/i.test(token.text)) return [token.text.toLowerCase() === "true", token.at];
    if (/^-?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d+)?$/.test(token.text)) return [Number(token.text), token.at];
    return [token.text, token.at];
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#next];
  }

  #takeKeyword(word: string): boolean {
    const token = this.#peek();
    if (token === undefined || !isKeyword(token, word)) return false;
    this.#next += 1;
    return true;
  }

  #takeSign(sign: string): boolean {
    const token = this.#peek();
    if (token?.kind !== "sign" || token.text !== sign) return false;
    this.#next += 1;
    return true;
  }

  #missing(what: string): WrongFilter {
    return new WrongFilter(`Expected ${what}.`, this.#peek()?.at ?? this.#text.trimEnd().length);
  }
}

function isKeyword(token: Token, word: string): boolean {
  return token.kind === "word" && token.bare && token.text.toLowerCase() === word;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new WrongFilter(`Not valid JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

const conditionTypes = ["eq", "ne", "gt", "gte", "lt", "lte", "in", "nin"] as const;

/** @param where how the place is called in an error, such as "filters[1]" */
function filterOfJson(value: unknown, where: string, depth: number): AttributeFilter {
  if (depth > maxDepth) throw new WrongFilter(`Filters are nested more than ${maxDepth} deep.`);
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new WrongFilter(`In JSON, ${where} must be an object.`);
  const { type, key, value: against, filters } = value as Readonly<Record<string, unknown>>;
  if (type === "and" || type === "or") {
    if (!Array.isArray(filters)) throw new WrongFilter(`In JSON, ${where} of type "${type}" needs a list "filters".`);
    return {
      type,
      filters: filters.map((one: unknown, index) => filterOfJson(one, `filters[${index}] of ${where}`, depth + 1)),
    };
  }
  const known = conditionTypes.find((candidate) => candidate === type);
  if (known === undefined)
    throw new WrongFilter(
      `In JSON, the "type" of ${where} must be one of ${[...conditionTypes, "and", "or"].join(", ")}.`,
    );
  if (typeof key !== "string" || key === "")
    throw new WrongFilter(`In JSON, ${where} needs the attribute's name as "key".`);
  if (known === "in" || known === "nin") {
    if (!Array.isArray(against) || !against.every((one) => typeof one === "string" || typeof one === "number"))
      throw new WrongFilter(`In JSON, the "value" of ${where} must be a list of texts and numbers.`);
    return { type: known, key, value: against };
  }
  if (typeof against === "string" || typeof against === "number") return { type: known, key, value: against };
  if (typeof against === "boolean" && (known === "eq" || known === "ne")) return { type: known, key, value: against };
  throw new WrongFilter(
    `In JSON, the "value" of ${where} must be a text${known === "eq" || known === "ne" ? ", a number, true or false" : " or a number"}.`,
  );
}

const signs = { eq: "=", ne: "!=", gt: ">", gte: ">=", lt: "<", lte: "<=", in: "in", nin: "not in" } as const;

/** A filter as text that `parseFilter` reads back as one with the same meaning: an expression, or JSON where it has no form as one. */
export function printFilter(filter: AttributeFilter): string {
  return hasEmpty(filter) ? JSON.stringify(filter) : printExpression(unwrapped(filter));
}

function printExpression(filter: AttributeFilter): string {
  if ("filters" in filter) {
    const parts = filter.filters.map(unwrapped);
    return parts
      .map((one) => ("filters" in one ? `(${printExpression(one)})` : printExpression(one)))
      .join(` ${filter.type} `);
  }
  const { value } = filter;
  const right = Array.isArray(value) ? `[${value.map(printValue).join(", ")}]` : printValue(value as AttributeValue);
  return `${printWord(filter.key, false)} ${signs[filter.type]} ${right}`;
}

/** A list of one condition is that condition. */
function unwrapped(filter: AttributeFilter): AttributeFilter {
  const [only, ...others] = "filters" in filter ? filter.filters : [];
  return only !== undefined && others.length === 0 ? unwrapped(only) : filter;
}

/** The grammar has no empty list of conditions. */
function hasEmpty(filter: AttributeFilter): boolean {
  return "filters" in filter && (filter.filters.length === 0 || filter.filters.some(hasEmpty));
}

/** A filter with one more condition that must hold. What is no filter yet is left alone, with the condition after it. */
export function withCondition(text: string, key: string, value: AttributeValue): string {
  const condition = printFilter({ type: "eq", key, value });
  const parsed = parseFilter(text);
  if (parsed.kind === "none") return condition;
  if (parsed.kind === "wrong") return `${text.trimEnd()} and ${condition}`;
  const before = unwrapped(parsed.filter);
  const known = "filters" in before && before.type === "and" ? before.filters : [before];
  const added: AttributeFilter = { type: "eq", key, value };
  return known.some((one) => printFilter(one) === condition)
    ? text
    : printFilter({ type: "and", filters: [...known, added] });
}

function printValue(value: AttributeValue): string {
  return typeof value === "string" ? printWord(value, true) : String(value);
}

/** A word that reads back as this text: quoted where it would be taken for something else. */
function printWord(text: string, isValue: boolean): string {
  const plain = /^[^\s"'=<>!()[\],{}]+$/.test(text) && !/^(and|or|not|in|nin|eq|ne|gte?|lte?)$/i.test(text);
  const another = isValue && (/^(true|false)$/i.test(text) || /^[-.\d]/.test(text));
  return plain && !another ? text : `"${text.replace(/["\\]/g, "\\$&")}"`;
}
