import { dirname, resolve } from "node:path";

import type { CommandHandler, Handler } from "../core/answers/handler.ts";
import { isPathWord } from "../core/answers/handler.ts";

/** Where a handler runs. @param place the definition's path on disk */
export function folderOf(handler: Handler, place: string): string {
  return handler.cwd === null ? dirname(place) : resolve(dirname(place), handler.cwd);
}

/**
 * The words as they are given to the system: `./` and `../` are beside the definition, and a program with a folder in its name is in the
 * folder where the handler runs, on Windows, too.
 */
export function wordsOf(handler: CommandHandler, place: string): readonly [string, ...string[]] {
  const absolute = (word: string): string => (isPathWord(word) ? resolve(dirname(place), word) : word);
  const [program, ...rest] = handler.argv;
  const inFolder = !isPathWord(program) && /[\\/]/.test(program);
  return [inFolder ? resolve(folderOf(handler, place), program) : absolute(program), ...rest.map(absolute)];
}
