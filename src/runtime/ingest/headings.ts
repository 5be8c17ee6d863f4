interface Heading {
  readonly level: number;
  readonly title: string;
  readonly at: number;
}

const longestTitle = 120;

/** Follows the headings of a Markdown text that comes in pieces: `#` lines, not those in fenced code. */
export class Headings {
  #above: Heading[] = [];
  #line = "";
  #lineAt = 0;
  #length = 0;
  #fence: string | undefined;
  /** Paths by the place from where they hold, oldest first. */
  #paths: { readonly at: number; readonly path: string }[] = [];
  #starts: number[] = [];

  /** Takes the next piece of the text. A heading is known when its line has ended. */
  add(text: string): void {
    let from = 0;
    for (let end = text.indexOf("\n"); end !== -1; end = text.indexOf("\n", from)) {
      this.#keep(text.slice(from, end));
      this.#endLine();
      from = end + 1;
      this.#lineAt = this.#length + from;
    }
    this.#keep(text.slice(from));
    this.#length += text.length;
  }

  /** The path of headings at a place in the text; those before `at` may be forgotten afterwards. */
  pathAt(at: number): string | null {
    while (this.#paths.length > 1 && (this.#paths[1]?.at ?? Infinity) <= at) this.#paths.shift();
    const [first] = this.#paths;
    return first !== undefined && first.at <= at ? first.path : null;
  }

  /** Whether a heading begins at this place. */
  startsAt(at: number): boolean {
    if (this.#lineAt === at && /^#{1,6} /.test(this.#line) && this.#fence === undefined) return true;
    return this.#starts.includes(at);
  }

  /** Forgets where headings begin before this place. */
  forget(before: number): void {
    this.#starts = this.#starts.filter((at) => at >= before);
  }

  // A line that is long is no heading and no fence.
  #keep(text: string): void {
    if (this.#line.length < 1000) this.#line += text;
  }

  #endLine(): void {
    const line = this.#line.trimEnd();
    this.#line = "";
    const fence = /^ {0,3}(```+|~~~+)/.exec(line)?.[1];
    if (fence !== undefined) {
      if (this.#fence === undefined) this.#fence = fence;
      else if (fence.startsWith(this.#fence)) this.#fence = undefined;
    }
    const found = this.#fence === undefined ? /^(#{1,6})[ \t]+(.*?)[ \t]*#*$/.exec(line) : null;
    const title = found?.[2]?.slice(0, longestTitle) ?? "";
    if (found === null || title === "") return;
    const level = found[1]?.length ?? 1;
    this.#above = [...this.#above.filter((one) => one.level < level), { level, title, at: this.#lineAt }];
    this.#paths.push({ at: this.#lineAt, path: this.#above.map((one) => one.title).join(" › ") });
    this.#starts.push(this.#lineAt);
  }
}
