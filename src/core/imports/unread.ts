/** A part of a pasted text that is no literal: a name, a call, a template with values in it. Offsets are those of the text. */
export class Unread {
  readonly start: number;
  readonly end: number;

  constructor(start: number, end: number) {
    this.start = start;
    this.end = end;
  }

  /** What stands there, on one line, cut where it is long. */
  in(text: string): string {
    const line = text.slice(this.start, this.end).trim().replaceAll(/\s+/g, " ");
    return line.length > 60 ? `${line.slice(0, 57)}…` : line;
  }
}
