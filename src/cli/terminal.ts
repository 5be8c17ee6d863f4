/** What the commands say and ask through. */
export interface Terminal {
  out(text: string): void;
  /** Whether a person answered yes; null when there is nobody to ask. */
  confirm(question: string): Promise<boolean | null>;
  /** Beside the answer, which scripts read: on standard error. */
  note(text: string): void;
  /** One line about what is going on, in the place of the one before; "" takes it away. Only where somebody watches. */
  progress(line: string): void;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
}

/** What a person can put right. */
export class CliProblem extends Error {
  override readonly name = "CliProblem";
}

export const exits = { ok: 0, error: 1, changes: 2, conflict: 3, invalid: 4 } as const;

/**
 * What only reads is not waited for after Ctrl-C.
 * @throws CliProblem then
 */
export async function unlessStopped<T>({ signal }: Terminal, reading: Promise<T>): Promise<T> {
  let onAbort = (): void => undefined;
  const stopped = new Promise<never>((_, reject) => {
    onAbort = () => reject(new CliProblem("Stopped: nothing was done."));
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
  });
  try {
    return await Promise.race([reading, stopped]);
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
