import { LiteralProblem } from "./literalProblem.ts";
import { LiteralScanner } from "./literalScanner.ts";
import { Unread } from "./unread.ts";

/** An argument list as a call has it: `create("a", name="b")`. */
export interface Arguments {
  readonly positional: readonly unknown[];
  readonly named: Readonly<Record<string, unknown>>;
}

const words: Readonly<Record<string, unknown>> = {
  True: true,
  true: true,
  False: false,
  false: false,
  None: null,
  null: null,
  undefined: null,
};

/** Deeper than this nobody writes by hand; the parser calls itself for each level. */
const maxDepth = 100;

/**
 * Reads literals of Python, JavaScript and JSON: maps, lists, strings in every quoting, numbers, and calls with named arguments
 * (`dict(a=1)`, what the Python SDK prints). Nothing is evaluated: any other expression becomes an `Unread` in its place.
 */
export class LiteralReader {
  readonly #in: LiteralScanner;
  #depth = 0;

  constructor(text: string, at = 0) {
    this.#in = new LiteralScanner(text, at);
  }

  get notes(): readonly string[] {
    return this.#in.notes;
  }

  /** A value, with what stands behind it until a comma or a closing bracket. @throws LiteralProblem */
  value(): unknown {
    this.#depth += 1;
    if (this.#depth > maxDepth)
      throw new LiteralProblem("It is nested too deep to be read.", this.#in.text, this.#in.position);
    const start = this.#in.at;
    let value = this.operand();
    for (;;) {
      this.#in.skip();
      const char = this.#in.text[this.#in.position] ?? "";
      const known = typeof value === "string";
      // Python puts strings that stand beside each other together; both languages add them with +.
      if (known && this.#in.startsString()) value = `${String(value)}${this.#in.string()}`;
      else if (known && char === "+") {
        this.#in.position += 1;
        const next = this.operand();
        value = typeof next === "string" ? `${String(value)}${next}` : new Unread(start, start);
      } else if (known && char === ".") value = this.#trimmed(String(value));
      else break;
      if (value instanceof Unread) break;
    }
    // TypeScript says of what type it is; the value stays.
    if (
      !(value instanceof Unread) &&
      /^(?:as|satisfies)\b/.test(this.#in.text.slice(this.#in.position, this.#in.position + 10))
    )
      this.#in.skipExpression();
    if (typeof value === "string" && this.#in.text[this.#in.position] === ":") this.#in.fail("a comma");
    if (value instanceof Unread || !this.#atStop()) {
      this.#in.skipExpression();
      value = new Unread(start, this.#in.position);
    }
    this.#depth -= 1;
    return value;
  }

  /** Arguments, from behind the opening bracket up to and with the closing one, or to the end of the text. @throws LiteralProblem */
  arguments(close: ")" | ""): Arguments {
    const positional: unknown[] = [];
    const named: Record<string, unknown> = {};
    for (;;) {
      if (close === "" ? this.#in.atEnd : this.#in.take(close)) return { positional, named };
      const name = /^[A-Za-z_$][\w$]*(?=\s*=(?!=))/.exec(this.#in.text.slice(this.#in.at, this.#in.at + 200))?.[0];
      if (name === undefined) positional.push(this.#spreadOr(() => this.value()));
      else {
        this.#in.position += name.length;
        this.#in.expect("=");
        put(named, name, this.value());
      }
      if (!this.#in.take(",") && !(close === "" ? this.#in.atEnd : this.#in.text[this.#in.at] === close))
        this.#in.fail("a comma");
    }
  }

  /** One value, whatever stands behind it. @throws LiteralProblem */
  operand(): unknown {
    this.#in.skip();
    if (this.#in.startsString()) return this.#in.string();
    const char = this.#in.text[this.#in.position] ?? "";
    if (char === "{") return this.#map();
    if (char === "[") return this.#list("]");
    if (char === "(") return this.#parenthesized();
    const number = /^[+-]?(?:0[xX][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)/.exec(
      this.#in.text.slice(this.#in.position, this.#in.position + 60),
    )?.[0];
    if (number !== undefined) {
      this.#in.position += number.length;
      return Number(number.replaceAll("_", ""));
    }
    const name = /^[A-Za-z_$][\w$.]*/.exec(this.#in.text.slice(this.#in.position, this.#in.position + 200))?.[0];
    if (name === undefined) {
      if (char === "") this.#in.fail("a value");
      return new Unread(this.#in.position, this.#in.position);
    }
    const start = this.#in.position;
    this.#in.position += name.length;
    if (Object.hasOwn(words, name)) return words[name];
    if (this.#in.text[this.#in.at] === "(") return this.#call(name, start);
    return new Unread(start, this.#in.position);
  }

  /** A call whose result is plain from its arguments: named ones are fields, and some functions only mend a string. */
  #call(name: string, start: number): unknown {
    this.#in.expect("(");
    const { positional, named } = this.arguments(")");
    const [first, ...others] = positional;
    const short = name.split(".").at(-1) ?? name;
    // What is called like a class is one of the SDK's models; any other function may do anything.
    if (positional.length === 0 && (short === "dict" || /^[A-Z]/.test(short))) return named;
    if (positional.length !== 1 || others.length > 0 || Object.keys(named).length > 0)
      return new Unread(start, this.#in.position);
    if (short === "dedent" && typeof first === "string") return dedented(first);
    return (short === "dict" || short === "freeze") && typeof first === "object"
      ? first
      : new Unread(start, this.#in.position);
  }

  #trimmed(text: string): unknown {
    const start = this.#in.position;
    const method = /^\.\s*(strip|trim|rstrip|trimEnd|lstrip|trimStart)\s*\(\s*\)/.exec(
      this.#in.text.slice(this.#in.position, this.#in.position + 80),
    );
    if (method === null) return new Unread(start, start);
    this.#in.position += method[0].length;
    if (method[1] === "strip" || method[1] === "trim") return text.trim();
    return method[1]?.startsWith("l") === true || method[1] === "trimStart" ? text.trimStart() : text.trimEnd();
  }

  #parenthesized(): unknown {
    const items = this.#list(")");
    // `("a" "b")` is a string, `("a",)` a list.
    const isTuple = /,\s*$/.test(withoutTrailingComments(this.#in.text.slice(0, this.#in.position - 1)));
    return items.length === 1 && !isTuple ? items[0] : items;
  }

  #list(close: "]" | ")"): readonly unknown[] {
    const opened = this.#in.position;
    this.#in.position += 1;
    const items: unknown[] = [];
    for (;;) {
      if (this.#in.take(close)) return items;
      if (this.#in.atEnd) throw new LiteralProblem("This bracket is never closed.", this.#in.text, opened);
      items.push(this.#spreadOr(() => this.value()));
      if (!this.#in.take(",") && !this.#in.atEnd && this.#in.text[this.#in.at] !== close)
        this.#in.fail(`a comma or ${close}`);
    }
  }

  #map(): unknown {
    const opened = this.#in.position;
    this.#in.position += 1;
    const map: Record<string, unknown> = {};
    for (;;) {
      if (this.#in.take("}")) return map;
      if (this.#in.atEnd) throw new LiteralProblem("This brace is never closed.", this.#in.text, opened);
      const start = this.#in.at;
      if (this.#spread())
        put(map, this.#in.text.slice(start, this.#in.position).trim(), new Unread(start, this.#in.position));
      else {
        const key = this.#key();
        if (this.#in.take(":")) put(map, key, this.value());
        else {
          // `{ name }` and `{ run() {…} }`: what they stand for is elsewhere.
          this.#in.skipExpression();
          put(map, key, new Unread(start, this.#in.position));
        }
      }
      if (!this.#in.take(",") && !this.#in.atEnd && this.#in.text[this.#in.at] !== "}") this.#in.fail("a comma or }");
    }
  }

  #key(): string {
    if (this.#in.startsString()) return this.#in.string();
    const name = /^[\w$]+/.exec(this.#in.text.slice(this.#in.at, this.#in.at + 200))?.[0];
    if (name === undefined) this.#in.fail("a field's name");
    this.#in.position += name?.length ?? 0;
    return name ?? "";
  }

  #spreadOr(read: () => unknown): unknown {
    const start = this.#in.at;
    return this.#spread() ? new Unread(start, this.#in.position) : read();
  }

  #spread(): boolean {
    const mark = /^(?:\.\.\.|\*\*?)/.exec(this.#in.text.slice(this.#in.at, this.#in.at + 3))?.[0];
    if (mark === undefined) return false;
    this.#in.skipExpression();
    return true;
  }

  #atStop(): boolean {
    this.#in.skip();
    return this.#in.position >= this.#in.text.length || /[,)\]};]/.test(this.#in.text[this.#in.position] ?? "");
  }
}

/** A field called `__proto__` is a field like any other. */
function put(map: Record<string, unknown>, key: string, value: unknown): void {
  Object.defineProperty(map, key, { value, enumerable: true, writable: true, configurable: true });
}

function withoutTrailingComments(text: string): string {
  return text.replace(/(?:\s|#[^\n]*\n|\/\/[^\n]*\n|\/\*[^*]*\*\/)+$/, "");
}

/** As Python's `textwrap.dedent`: without the blanks that all lines begin with. */
function dedented(text: string): string {
  const lines = text.split("\n");
  const margins = lines.filter((line) => line.trim() !== "").map((line) => /^[ \t]*/.exec(line)?.[0].length ?? 0);
  const margin = Math.min(...margins);
  return lines.map((line) => (line.trim() === "" ? "" : line.slice(margin))).join("\n");
}
