/** Elements whose content is no text for a reader. */
const silent = new Set(["script", "style", "noscript", "template", "svg"]);
/** Elements that do not end a word. */
const inline = new Set(
  "a abbr b bdi bdo cite code dfn em i kbd mark q s samp small span strong sub sup u var wbr".split(" "),
);
const named: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: " " };

/** A tag longer than this is no tag; it keeps broken pages from being held in memory. */
const longestTag = 65_536;
const longestEntity = 12;

/**
 * The text of HTML that comes in pieces: tags are dropped, and so is what browsers do not show. No parser, on purpose: linear in
 * time, no nesting, so that no page is too deep or too broken for it. Headings become Markdown's (`## …`).
 */
export class HtmlText {
  #held = "";
  /** The element or comment whose end is being looked for. */
  #until: string | undefined;
  /** A heading has begun: the blanks before its first word are dropped, since its mark and its words belong on one line. */
  #inHeading = false;

  /** The text of the next piece, as far as it is certain. */
  write(piece: string): string {
    this.#held += piece;
    return this.#take(false);
  }

  /** The rest. */
  end(): string {
    return this.#take(true);
  }

  #take(ending: boolean): string {
    const html = this.#held;
    let text = "";
    let at = 0;
    while (at < html.length) {
      if (this.#until !== undefined) {
        const end = html.slice(at).search(this.#until === "comment" ? /-->/ : new RegExp(`</${this.#until}\\b`, "i"));
        if (end === -1) {
          // The end may be cut in two: its beginning is kept.
          at = ending ? html.length : Math.max(at, html.length - 16);
          break;
        }
        at += end + (this.#until === "comment" ? 3 : 0);
        this.#until = undefined;
        continue;
      }
      const open = html.indexOf("<", at);
      const stop = open === -1 ? html.length : open;
      const whole = open === -1 && !ending ? beforeEntity(html, at, stop) : stop;
      text += this.#words(decodeEntities(html.slice(at, whole)));
      at = whole;
      if (open === -1) break;
      const after = this.#tag(html, open, ending);
      if (after === undefined) break;
      text += after.text;
      at = after.at;
    }
    this.#held = html.slice(at);
    // Indentation is no text; what stands on lines of its own stays so.
    return text.replace(/\s+/g, (space) => (space.includes("\n") ? "\n" : " "));
  }

  #words(text: string): string {
    if (!this.#inHeading) return text;
    const words = text.trimStart();
    if (words !== "") this.#inHeading = false;
    return words;
  }

  /** What stands for the tag at `open`, and where it ends; `undefined` while the rest of it has not come. */
  #tag(html: string, open: number, ending: boolean): { text: string; at: number } | undefined {
    if (html.startsWith("<!--", open)) {
      this.#until = "comment";
      return { text: "", at: open + 4 };
    }
    if (!ending && html.length - open < 4) return undefined;
    // "a < b" is text.
    if (!/^<[a-z/!?]/i.test(html.slice(open, open + 2))) return { text: "<", at: open + 1 };
    const close = html.indexOf(">", open);
    if (close === -1 || close - open > longestTag) {
      if (ending || html.length - open > longestTag) return { text: "<", at: open + 1 };
      return undefined;
    }
    const name = /^<\/?([a-z0-9]+)/i.exec(html.slice(open, Math.min(close, open + 32)))?.[1]?.toLowerCase() ?? "";
    if (silent.has(name) && html[open + 1] !== "/" && html[close - 1] !== "/") this.#until = name;
    const level = html[open + 1] === "/" ? undefined : /^h([1-6])$/.exec(name)?.[1];
    if (!inline.has(name)) this.#inHeading = level !== undefined;
    const mark = level === undefined ? "" : `${"#".repeat(Number(level))} `;
    return { text: inline.has(name) ? "" : `\n${mark}`, at: close + 1 };
  }
}

/** Where the text ends that has no entity cut at its end. */
function beforeEntity(html: string, from: number, to: number): number {
  const ampersand = html.lastIndexOf("&");
  return ampersand >= from && to - ampersand < longestEntity && !html.includes(";", ampersand) ? ampersand : to;
}

function decodeEntities(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]+));/gi,
    (whole, hex?: string, digits?: string, name?: string) => {
      if (name !== undefined) return named[name.toLowerCase()] ?? whole;
      const code = hex === undefined ? Number(digits) : Number.parseInt(hex, 16);
      const printable = code >= 32 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
      return printable ? String.fromCodePoint(code) : " ";
    },
  );
}
