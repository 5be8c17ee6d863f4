/**
 * Runs a task for every item, a few at a time, in order of their beginning. After the first failure nothing more begins; rejects
 * with it when what was begun has ended.
 */
export async function parallel<T>(
  items: readonly T[],
  atOnce: number,
  task: (item: T, index: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  let failure: { readonly error: unknown } | null = null;
  const work = async (): Promise<void> => {
    while (failure === null && next < items.length) {
      const index = next;
      next += 1;
      const item = items[index];
      try {
        if (item !== undefined) await task(item, index);
      } catch (error) {
        failure ??= { error };
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
  const failed = failure as { readonly error: unknown } | null;
  if (failed !== null) throw failed.error;
}
