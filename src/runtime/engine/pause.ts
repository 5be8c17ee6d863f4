import type { Clock } from "../clock.ts";

/** Resolves after so many milliseconds, or when the signal aborts. */
export function pause(clock: Clock, ms: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const take = clock.after(ms, resolve);
    stop.addEventListener("abort", () => {
      take();
      resolve();
    });
  });
}
