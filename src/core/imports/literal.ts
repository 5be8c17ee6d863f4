import { LiteralProblem } from "./literalProblem.ts";
import { readString } from "./literalStrings.ts";
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
  readonly text: string;
  /** What was read, but says less than the program would have: one line each. */
  readonly notes: string[] = [];
  #at: number;
  #depth = 0;

  constructor(text: string, at = 0) {
    this.text = text;
    this.#at = at;
  }

  /** Where the reader stands, behind blanks and comments. */
  get at(): number {
    this.#skip();
    return this.#at;
  }

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** A value, with what stands behind it until a comma or a closing bracket. @throws LiteralProblem */
  value(): unknown {
    this.#depth += 1;
    if (this.#depth > maxDepth) throw new LiteralProblem("It is nested too deep to be read.", this.text, this.#at);
    const start = this.at;
    let value = this.operand();
    for (;;) {
      this.#skip();
      const char = this.text[this.#at] ?? "";
      const known = typeof value === "string";
      // Python puts strings that stand beside each other together; both languages add them with +.
      if (known && this.#startsString()) value = `${String(value)}${this.#string()}`;
      else if (known && char === "+") {
        this.#at += 1;
        const next = this.operand();
        value = typeof next === "string" ? `${String(value)}${next}` : new Unread(start, start);
      } else if (known && char === ".") value = this.#trimmed(String(value));
      else break;
      if (value instanceof Unread) break;
    }
    // TypeScript says of what type it is; the value stays.
    if (!(value instanceof Unread) && /^(?:as|satisfies)\b/.test(this.text.slice(this.#at, this.#at + 10)))
      this.#skipExpression();
    if (typeof value === "string" && this.text[this.#at] === ":") this.#fail("a comma");
    if (value instanceof Unread || !this.#atStop()) {
      this.#skipExpression();
      value = new Unread(start, this.#at);
    }
    this.#depth -= 1;
    return value;
  }

  /** Arguments, from behind the opening bracket up to and with the closing one, or to the end of the text. @throws LiteralProblem */
  arguments(close: ")" | ""): Arguments {
    const positional: unknown[] = [];
    const named: Record<string, unknown> = {};
    for (;;) {
      if (close === "" ? this.atEnd : this.#take(close)) return { positional, named };
      const name = /^[A-Za-z_$][\w$]*(?=\s*=(?!=))/.exec(this.text.slice(this.at, this.at + 200))?.[0];
      if (name === undefined) positional.push(this.#spreadOr(() => this.value()));
      else {
        this.#at += name.length;
        this.#expect("=");
        put(named, name, this.value());
      }
      if (!this.#take(",") && !(close === "" ? this.atEnd : this.text[this.at] === close)) this.#fail("a comma");
    }
  }

  /** One value, whatever stands behind it. @throws LiteralProblem */
  operand(): unknown {
    this.#skip();
    if (this.#startsString()) return this.#string();
    const char = this.text[this.#at] ?? "";
    if (char === "{") return this.#map();
    if (char === "[") return this.#list("]");
    if (char === "(") return this.#parenthesized();
    const number = /^[+-]?(?:0[xX][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)/.exec(
      this.text.slice(this.#at, this.#at + 60),
    )?.[0];
    if (number !== undefined) {
      this.#at += number.length;
      return Number(number.replaceAll("_", ""));
    }
    const name = /^[A-Za-z_$][\w$.]*/.exec(this.text.slice(this.#at, this.#at + 200))?.[0];
    if (name === undefined) {
      if (char === "") this.#fail("a value");
      return new Unread(this.#at, this.#at);
    }
    const start = this.#at;
    this.#at += name.length;
    if (Object.hasOwn(words, name)) return words[name];
    if (this.text[this.at] === "(") return this.#call(name, start);
    return new Unread(start, this.#at);
  }

  /** A call whose result is plain from its arguments: named ones are fields, and some functions only mend a string. */
  #call(name: string, start: number): unknown {
    this.#expect("(");
    const { positional, named } = this.arguments(")");
    const [first, ...others] = positional;
    const short = name.split(".").at(-1) ?? name;
    // What is called like a class is one of the SDK's models; any other function may do anything.
    if (positional.length === 0 && (short === "dict" || /^[A-Z]/.test(short))) return named;
    if (positional.length !== 1 || others.length > 0 || Object.keys(named).length > 0)
      return new Unread(start, this.#at);
    if (short === "dedent" && typeof first === "string") return dedented(first);
    return (short === "dict" || short === "freeze") && typeof first === "object" ? first : new Unread(start, this.#at);
  }

  #trimmed(text: string): unknown {
    const start = this.#at;
    const method = /^\.\s*(strip|trim|rstrip|trimEnd|lstrip|trimStart)\s*\(\s*\)/.exec(
      this.text.slice(this.#at, this.#at + 80),
    );
    if (method === null) return new Unread(start, start);
    this.#at += method[0].length;
    if (method[1] === "strip" || method[1] === "trim") return text.trim();
    return method[1]?.startsWith("l") === true || method[1] === "trimStart" ? text.trimStart() : text.trimEnd();
  }

  #parenthesized(): unknown {
    const items = this.#list(")");
    // `("a" "b")` is a string, `("a",)` a list.
    const isTuple = /,\s*$/.test(withoutTrailingComments(this.text.slice(0, this.#at - 1)));
    return items.length === 1 && !isTuple ? items[0] : items;
  }

  #list(close: "]" | ")"): readonly unknown[] {
    const opened = this.#at;
    this.#at += 1;
    const items: unknown[] = [];
    for (;;) {
      if (this.#take(close)) return items;
      if (this.atEnd) throw new LiteralProblem("This bracket is never closed.", this.text, opened);
      items.push(this.#spreadOr(() => this.value()));
      if (!this.#take(",") && !this.atEnd && this.text[this.at] !== close) this.#fail(`a comma or ${close}`);
    }
  }

  #map(): unknown {
    const opened = this.#at;
    this.#at += 1;
    const map: Record<string, unknown> = {};
    for (;;) {
      if (this.#take("}")) return map;
      if (this.atEnd) throw new LiteralProblem("This brace is never closed.", this.text, opened);
      const start = this.at;
      if (this.#spread()) put(map, this.text.slice(start, this.#at).trim(), new Unread(start, this.#at));
      else {
        const key = this.#key();
        if (this.#take(":")) put(map, key, this.value());
        else {
          // `{ name }` and `{ run() {…} }`: what they stand for is elsewhere.
          this.#skipExpression();
          put(map, key, new Unread(start, this.#at));
        }
      }
      if (!this.#take(",") && !this.atEnd && this.text[this.at] !== "}") this.#fail("a comma or }");
    }
  }

  #key(): string {
    if (this.#startsString()) return this.#string();
    const name = /^[\w$]+/.exec(this.text.slice(this.at, this.at + 200))?.[0];
    if (name === undefined) this.#fail("a field's name");
    this.#at += name?.length ?? 0;
    return name ?? "";
  }

  #spreadOr(read: () => unknown): unknown {
    const start = this.at;
    return this.#spread() ? new Unread(start, this.#at) : read();
  }

  #spread(): boolean {
    const mark = /^(?:\.\.\.|\*\*?)/.exec(this.text.slice(this.at, this.at + 3))?.[0];
    if (mark === undefined) return false;
    this.#skipExpression();
    return true;
  }

  #startsString(): boolean {
    return /^(?:[rRuUbBfF]{1,2})?["'`]/.test(this.text.slice(this.#at, this.#at + 3));
  }

  #string(): string {
    const start = this.at;
    const { value, end, filled } = readString(this.text, start);
    if (filled)
      this.notes.push(`Line ${this.#line(start)}: a text with values filled in; the places are kept as written.`);
    this.#at = end;
    return value;
  }

  #atStop(): boolean {
    this.#skip();
    return this.#at >= this.text.length || /[,)\]};]/.test(this.text[this.#at] ?? "");
  }

  /** Over an expression that is not understood, to the comma or bracket that ends it. */
  #skipExpression(): void {
    const open: string[] = [];
    for (;;) {
      this.#skip();
      const char = this.text[this.#at];
      if (char === undefined) return;
      if (this.#startsString()) {
        this.#string();
        continue;
      }
      if ("([{".includes(char)) open.push(char);
      else if (")]}".includes(char)) {
        if (open.pop() === undefined) return;
      } else if ((char === "," || char === ";") && open.length === 0) return;
      const word = /^[\w$]+/.exec(this.text.slice(this.#at, this.#at + 200))?.[0];
      this.#at += word?.length ?? 1;
    }
  }

  #skip(): void {
    for (;;) {
      const found = /\s*(?:#[^\n]*|\/\/[^\n]*|\/\*[^]*?\*\/)?/y;
      found.lastIndex = this.#at;
      const length = found.exec(this.text)?.[0].length ?? 0;
      if (length === 0) return;
      this.#at += length;
    }
  }

  #take(char: string): boolean {
    if (this.text[this.at] !== char) return false;
    this.#at += 1;
    return true;
  }

  #expect(char: string): void {
    if (!this.#take(char)) this.#fail(char);
  }

  #line(at: number): number {
    return this.text.slice(0, at).split("\n").length;
  }

  #fail(wanted: string): never {
    const found = this.atEnd
      ? "the text ends"
      : `there is “${this.text.slice(this.#at, this.#at + 20).split("\n")[0]}”`;
    throw new LiteralProblem(`Expected ${wanted}, but ${found}.`, this.text, this.#at);
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
