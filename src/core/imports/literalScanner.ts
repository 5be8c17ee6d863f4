import { LiteralProblem } from "./literalProblem.ts";
import { readString } from "./literalStrings.ts";

/** Goes through a text of Python, JavaScript or JSON, over blanks and the comments of all three. */
export class LiteralScanner {
  readonly text: string;
  /** What was read, but says less than the program would have: one line each. */
  readonly notes: string[] = [];
  /** As it is, without going on. */
  position: number;

  constructor(text: string, position: number) {
    this.text = text;
    this.position = position;
  }

  /** Where the next thing stands, behind blanks and comments. */
  get at(): number {
    this.skip();
    return this.position;
  }

  get atEnd(): boolean {
    return this.at >= this.text.length;
  }

  /** The next character; "" at the end. */
  get next(): string {
    return this.text[this.at] ?? "";
  }

  /** What a pattern (anchored with ^) finds right here, among the next 200 characters; null when nothing. */
  match(pattern: RegExp): RegExpExecArray | null {
    return pattern.exec(this.text.slice(this.position, this.position + 200));
  }

  skip(): void {
    for (;;) {
      const found = /\s*(?:#[^\n]*|\/\/[^\n]*|\/\*[^]*?\*\/)?/y;
      found.lastIndex = this.position;
      const length = found.exec(this.text)?.[0].length ?? 0;
      if (length === 0) return;
      this.position += length;
    }
  }

  take(char: string): boolean {
    if (this.next !== char) return false;
    this.position += 1;
    return true;
  }

  expect(char: string): void {
    if (!this.take(char)) this.fail(char);
  }

  startsString(): boolean {
    return /^(?:[rRuUbBfF]{1,2})?["'`]/.test(this.text.slice(this.position, this.position + 3));
  }

  string(): string {
    const start = this.at;
    const { value, end, filled } = readString(this.text, start);
    if (filled) {
      const line = this.text.slice(0, start).split("\n").length;
      this.notes.push(`Line ${line}: a text with values filled in; the places are kept as written.`);
    }
    this.position = end;
    return value;
  }

  /** Over an expression that is not understood, to the comma or bracket that ends it. */
  skipExpression(): void {
    const open: string[] = [];
    for (;;) {
      this.skip();
      const char = this.text[this.position];
      if (char === undefined) return;
      if (this.startsString()) {
        this.string();
        continue;
      }
      if ("([{".includes(char)) open.push(char);
      else if (")]}".includes(char)) {
        if (open.pop() === undefined) return;
      } else if ((char === "," || char === ";") && open.length === 0) return;
      this.position += this.match(/^[\w$]+/)?.[0].length ?? 1;
    }
  }

  fail(wanted: string): never {
    const found = this.atEnd
      ? "the text ends"
      : `there is “${this.text.slice(this.position, this.position + 20).split("\n")[0]}”`;
    throw new LiteralProblem(`Expected ${wanted}, but ${found}.`, this.text, this.position);
  }
}
