import * as vscode from "vscode";

/** Offsets of a text as positions, without opening it as a document. Lines end as VS Code's do. */
export function positionsIn(text: string): (offset: number) => vscode.Position {
  const starts = [0];
  for (const { index, 0: end } of text.matchAll(/\r\n|\r|\n/g)) starts.push(index + end.length);
  return (offset) => {
    const after = starts.findIndex((start) => start > offset);
    const line = (after === -1 ? starts.length : after) - 1;
    return new vscode.Position(line, offset - (starts[line] ?? 0));
  };
}
