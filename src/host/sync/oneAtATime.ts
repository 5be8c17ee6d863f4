/** Runs tasks one after the other, in the order in which they came. What one of them throws is its caller's alone. */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();

  async run<T>(task: () => Promise<T>): Promise<T> {
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    await before;
    try {
      return await task();
    } finally {
      resolve();
    }
  }
}
