import type { Style } from "./site.ts";

/** What a scaffold inserts, before it is written in the style of its place. */
export type Shape =
  /** A place to type at; `text` stands there selected. `raw`: what is typed is no string, and takes no quotes in JSON. */
  | { readonly kind: "stop"; readonly text: string; readonly raw?: true }
  | { readonly kind: "choice"; readonly options: readonly string[] }
  /** Given: nothing to type. */
  | { readonly kind: "scalar"; readonly value: string | number | boolean }
  | { readonly kind: "map"; readonly entries: readonly (readonly [string, Shape])[] }
  | { readonly kind: "list"; readonly items: readonly Shape[] };

export interface Layout {
  readonly style: Style;
  /** Where the keys of the shape begin. */
  readonly column: number;
  readonly step: number;
}

/** A shape as a snippet. `inline` stands behind a colon or a dash; a block map or list begins where it stands. */
export class ShapeWriter {
  #stops = 0;

  /** The shape as it stands at `layout.column`, on the first line without indentation. */
  write(shape: Shape, layout: Layout): string {
    const { style } = layout;
    switch (shape.kind) {
      case "stop":
        return this.#stop(shape.text, shape.raw === true ? "block" : style);
      case "choice":
        return this.#choice(shape.options, style);
      case "scalar":
        return escaped(typeof shape.value === "string" ? quoted(shape.value, style) : String(shape.value));
      case "map":
        return style === "block" ? this.#blockMap(shape.entries, layout) : this.#flowMap(shape.entries, layout);
      case "list":
        return style === "block"
          ? this.#blockList(shape.items, layout)
          : `[${shape.items.map((item) => this.write(item, layout)).join(", ")}]`;
    }
  }

  /** `key: value`, or with the value on the lines below. */
  pair(key: string, value: Shape, layout: Layout): string {
    return `${escaped(quoted(key, layout.style))}:${this.behindColon(value, layout)}`;
  }

  /** What follows the colon of a key at `layout.column`. */
  behindColon(value: Shape, layout: Layout): string {
    const nested = layout.style === "block" && (value.kind === "map" || value.kind === "list");
    if (!nested) return ` ${this.write(value, layout)}`;
    const column = layout.column + layout.step;
    return `\n${" ".repeat(column)}${this.write(value, { ...layout, column })}`;
  }

  #blockMap(entries: readonly (readonly [string, Shape])[], layout: Layout): string {
    if (entries.length === 0) return this.#stop("", layout.style);
    const newline = `\n${" ".repeat(layout.column)}`;
    return entries.map(([key, value]) => this.pair(key, value, layout)).join(newline);
  }

  #blockList(items: readonly Shape[], layout: Layout): string {
    const newline = `\n${" ".repeat(layout.column)}`;
    const inner = { ...layout, column: layout.column + 2 };
    return items.map((item) => `- ${this.write(item, inner)}`).join(newline);
  }

  #flowMap(entries: readonly (readonly [string, Shape])[], layout: Layout): string {
    if (entries.length === 0) return `{ ${this.#tabStop()} \\}`;
    return `{ ${entries.map(([key, value]) => this.pair(key, value, layout)).join(", ")} \\}`;
  }

  #stop(text: string, style: Style): string {
    this.#stops += 1;
    const stop = `\${${this.#stops}:${escaped(text)}}`;
    const bare = text === "" ? `$${this.#stops}` : stop;
    return style === "json" ? `"${bare}"` : bare;
  }

  #choice(options: readonly string[], style: Style): string {
    this.#stops += 1;
    const texts = options.map((option) => quotedWord(option, style).replaceAll(/[\\,|$}]/g, String.raw`\$&`));
    return `\${${this.#stops}|${texts.join(",")}|}`;
  }

  #tabStop(): string {
    this.#stops += 1;
    return `$${this.#stops}`;
  }
}

/** Text that a snippet takes as it is. */
export function escaped(text: string): string {
  return text.replaceAll(/[\\$}]/g, String.raw`\$&`);
}

/** A string as a scalar of the style, in quotes where it would be read as something else. */
export function quoted(text: string, style: Style): string {
  if (style === "json") return JSON.stringify(text);
  return isPlain(text, style === "flow") ? text : JSON.stringify(text);
}

/** Words that are no strings stay as they are: true, null, 5. */
function quotedWord(word: string, style: Style): string {
  return /^(?:true|false|null|-?\d+(?:\.\d+)?)$/.test(word) ? word : quoted(word, style);
}

/** Whether YAML reads a plain scalar as this very string. Errs on the side of quotes. */
function isPlain(text: string, inFlow: boolean): boolean {
  if (!/^[\p{L}_./$][^\p{Cc}]*$/u.test(text) || text !== text.trim()) return false;
  if (/: |:$| #/.test(text) || (inFlow && /[,[\]{}]/.test(text))) return false;
  return !/^(?:true|false|null|yes|no|on|off|y|n|~|\.nan|[-+]?\.inf|\.\d+.*)$/i.test(text);
}
