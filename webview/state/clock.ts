import { effect, signal } from "@preact/signals";

/** Milliseconds since the epoch, moving only while something on screen depends on it. */
export const now = signal(Date.now());

/** Runs the one clock of the panel: quick while tokens come, slow while the run waits, still when nothing runs or is seen. */
export function runClock(pace: () => "still" | "slow" | "quick"): () => void {
  const visible = signal(document.visibilityState === "visible");
  const onVisibility = (): void => {
    visible.value = document.visibilityState === "visible";
  };
  document.addEventListener("visibilitychange", onVisibility);
  const stop = effect(() => {
    const wanted = visible.value ? pace() : "still";
    if (wanted === "still") {
      return undefined;
    }
    now.value = Date.now();
    const timer = setInterval(() => (now.value = Date.now()), wanted === "quick" ? 100 : 1000);
    return () => clearInterval(timer);
  });
  return () => {
    document.removeEventListener("visibilitychange", onVisibility);
    stop();
  };
}
