/**
 * Numbers that stand for things towards a client. They hold until `clear`, and are never given twice: an old one finds
 * nothing, rather than something else.
 */
export class References<T> {
  readonly #known = new Map<number, T>();
  #next = 1;

  add(value: T): number {
    const reference = this.#next++;
    this.#known.set(reference, value);
    return reference;
  }

  get(reference: number): T | undefined {
    return this.#known.get(reference);
  }

  clear(): void {
    this.#known.clear();
  }
}
