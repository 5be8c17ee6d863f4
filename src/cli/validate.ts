import type { Problem } from "../core/definition/definition.ts";
import { messageLine, oneLine } from "../core/oneLine.ts";
import type { Folder } from "./readFolder.ts";

/** Shows the problems of every definition. @returns 0, or 4 when one of them is an error */
export function validateFolder(
  folder: Folder,
  only: ReadonlySet<string> | null,
  json: boolean,
  terminal: { out(text: string): void },
): number {
  const definitions = folder.definitions
    .filter(({ path }) => only === null || only.has(path))
    .map(({ path, text, parsed, unreadable }) => ({
      path,
      text,
      problems: [
        ...parsed.problems,
        ...(unreadable === null
          ? []
          : [{ severity: "error", code: "unreadable", message: unreadable, start: 0, end: 1 } as const]),
      ],
    }));
  const chosen = (path: string): boolean => only === null || only.has(path);
  const all = [...definitions, ...folder.storeProblems.filter(({ path }) => chosen(path))];
  const found = all.flatMap(({ path, text, problems }) =>
    problems.map((problem) => ({ path, ...placed(problem, text) })),
  );
  const stores = folder.storePaths.filter(chosen).length;
  if (json) terminal.out(`${JSON.stringify({ definitions: definitions.length, stores, problems: found })}\n`);
  else {
    for (const { path, line, column, severity, message, code } of found)
      terminal.out(`${oneLine(path)}:${line}:${column}: ${severity}: ${messageLine(message)} [${oneLine(code)}]\n`);
    if (found.length === 0)
      terminal.out(
        `${definitions.length} definition(s)${stores === 0 ? "" : `, ${stores} store definition(s)`}, no problems.\n`,
      );
  }
  return found.some(({ severity }) => severity === "error") ? 4 : 0;
}

/** A problem with its line and column, from 1. */
function placed(
  { severity, code, message, start }: Problem,
  text: string,
): {
  readonly severity: string;
  readonly code: string;
  readonly message: string;
  readonly line: number;
  readonly column: number;
} {
  const before = text.slice(0, start);
  return { severity, code, message, line: before.split("\n").length, column: start - before.lastIndexOf("\n") };
}
