const escapes: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/**
 * One string argument of a call, decoded from the fragments of the arguments' JSON as a model writes them.
 *
 * Some models write the text bare where JSON is asked for. What does not begin like an object with a quoted key is taken as it
 * is; what begins so and turns out to be no JSON is told at the end.
 */
export class ArgumentText {
  readonly #name: string;
  #raw = "";
  #told = "";
  /** Where the next character of the string stands in the raw text; `undefined` until the string has begun. */
  #at: number | undefined;
  #state: "unknown" | "bare" | "json" | "closed" = "unknown";

  constructor(name: string) {
    this.#name = name;
  }

  /** Everything of the argument that is known. */
  get text(): string {
    return this.#told;
  }

  /** What the next fragment adds to the argument. */
  add(fragment: string): string {
    this.#raw += fragment;
    if (this.#state === "unknown") {
      const start = this.#raw.trimStart();
      if (start !== "" && !start.startsWith("{") && !start.startsWith('"')) {
        this.#state = "bare";
        return this.#tell(this.#raw);
      }
      if (!/^\{\s*"/.test(start)) return "";
      this.#state = "json";
    }
    if (this.#state === "bare") return this.#tell(fragment);
    if (this.#state === "closed") return "";
    this.#at ??= this.#begin();
    return this.#at === undefined ? "" : this.#tell(this.#decode(this.#at));
  }

  /** The arguments are whole: the rest of the argument, where it could not be told before. */
  end(): string {
    const more = this.#state === "unknown" || this.#state === "json" ? this.add("") : "";
    const whole = this.#whole();
    return more + (whole.startsWith(this.#told) ? this.#tell(whole.slice(this.#told.length)) : "");
  }

  #whole(): string {
    if (this.#state === "bare") return this.#told;
    let value: unknown;
    try {
      value = JSON.parse(this.#raw);
    } catch {
      // Cut off, or no JSON at all. What has been told of a string stands; else it was the text itself.
      return this.#at === undefined ? this.#raw : this.#told;
    }
    if (typeof value === "string") return value;
    if (typeof value !== "object" || value === null) return this.#raw;
    const named = (value as Record<string, unknown>)[this.#name];
    if (typeof named === "string") return named;
    // Under another name: the one string there is.
    const strings = Object.values(value).filter((one) => typeof one === "string");
    return strings.length === 1 ? (strings[0] ?? "") : "";
  }

  /** Where the string begins, looked for among the object's own keys only. */
  #begin(): number | undefined {
    const raw = this.#raw;
    let depth = 0;
    for (let at = 0; at < raw.length; at++) {
      const character = raw[at];
      if (character === "{" || character === "[") depth++;
      else if (character === "}" || character === "]") depth--;
      else if (character === '"') {
        const end = stringEnd(raw, at);
        if (end === undefined) return undefined;
        const after = /^\s*:\s*/.exec(raw.slice(end + 1));
        if (depth === 1 && after !== null && raw.slice(at + 1, end) === this.#name) {
          const value = end + 1 + after[0].length;
          if (value >= raw.length) return undefined;
          if (raw[value] === '"') return value + 1;
          this.#state = "closed";
          return undefined;
        }
        at = end;
      }
    }
    return undefined;
  }

  /** Decodes from `from` as far as it is certain: half an escape, and half a letter of two, wait for the rest. */
  #decode(from: number): string {
    const raw = this.#raw;
    let text = "";
    let at = from;
    while (at < raw.length) {
      const character = raw[at] ?? "";
      if (character === '"') {
        this.#state = "closed";
        break;
      }
      if (character !== "\\") {
        text += character;
        at++;
        continue;
      }
      const kind = raw[at + 1];
      if (kind === undefined || (kind === "u" && at + 6 > raw.length)) break;
      text +=
        kind === "u" ? String.fromCharCode(Number.parseInt(raw.slice(at + 2, at + 6), 16)) : (escapes[kind] ?? kind);
      at += kind === "u" ? 6 : 2;
    }
    const half = text.charCodeAt(text.length - 1);
    if (half >= 0xd800 && half <= 0xdbff && this.#state !== "closed") {
      text = text.slice(0, -1);
      // It stands there as it is, or as an escape.
      at -= raw.charCodeAt(at - 1) === half ? 1 : 6;
    }
    this.#at = at;
    return text;
  }

  #tell(text: string): string {
    this.#told += text;
    return text;
  }
}

function stringEnd(text: string, open: number): number | undefined {
  for (let at = open + 1; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === '"') return at;
  }
  return undefined;
}
