/** Resolves to `undefined` when the run is stopped first: work that does not notice must not hold it. */
export function unlessStopped<T>(work: Promise<T>, stop: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const stopped = (): void => resolve(undefined);
    if (stop.aborted) stopped();
    stop.addEventListener("abort", stopped, { once: true });
    work.then(resolve, reject).finally(() => stop.removeEventListener("abort", stopped));
  });
}
