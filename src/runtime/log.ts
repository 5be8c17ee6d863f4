/** One line to the person who runs the server. Never a key, never the content of a message. */
export type Log = (line: string) => void;

/** What went wrong, in one line. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
