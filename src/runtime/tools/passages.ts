/** A passage that a search found, as a model is told of it. */
export interface Passage {
  /** What a model writes to cite it: `【0:3†guide.md】`. */
  readonly mark: string;
  /** Where in the file it stands, in words; empty when that is not known. */
  readonly where: string;
  readonly text: string;
}

const rule = "---";

/** The mark of a passage: `place` is what it is known by, the name is for the reader. */
export function markOf(place: string, filename: string): string {
  const name = filename.replace(/[\s【】†]+/g, " ").trim();
  return `【${place}†${name.length > 80 ? "source" : name}】`;
}

/** Passages as a text for a model. `readPassages` takes it apart again. */
export function tellPassages(passages: readonly Passage[]): string {
  const told = passages.map(({ mark, where, text }) => `${mark}${where === "" ? "" : ` ${where}`}\n${text.trim()}`);
  return told.map((one) => `${rule}\n${one}`).join("\n");
}

/** The passages in a text that `tellPassages` made; none in any other text. */
export function readPassages(text: string): Passage[] {
  return text.split(/^---\n(?=【\d+:\d+†)/m).flatMap((part) => {
    const found = /^(【\d+:\d+†[^】]*】) ?(.*)\n([^]*)$/.exec(part);
    return found === null ? [] : [{ mark: found[1] ?? "", where: found[2] ?? "", text: (found[3] ?? "").trim() }];
  });
}
