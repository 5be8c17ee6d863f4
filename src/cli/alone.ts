import { HeldElsewhere, exclusively } from "../disk/exclusive.ts";
import { CliProblem } from "./terminal.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Does something in a folder while nobody else does it: another terminal, or an editor.
 * @param who what others are told is at work @throws CliProblem when somebody else is, and does not end
 */
export async function alone<T>(
  root: string,
  what: string,
  who: string,
  terminal: Terminal,
  task: (waited: boolean) => Promise<T>,
): Promise<T> {
  let begun = false;
  const onWait = (words: string): void => terminal.note(`assistants: ${words}: waiting for it.\n`);
  try {
    return await exclusively(root, what, { who, signal: terminal.signal, onWait }, (waited) => {
      begun = true;
      return task(waited);
    });
  } catch (error) {
    if (error instanceof HeldElsewhere) throw new CliProblem(error.message, { cause: error });
    if (!begun && terminal.signal.aborted) throw new CliProblem("Stopped: nothing was done.", { cause: error });
    throw error;
  }
}
