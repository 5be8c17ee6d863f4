/**
 * Numbers that stand for things towards a client. They hold until `clear`, and are never given twice: an old one finds
 * nothing, rather than something else.
 */
export class References<T> {
  readonly #known = new Map<number, T>();
  readonly #named = new Map<string, number>();
  #next = 1;

  /** @param name what is called the same until `clear` has the same number */
  add(value: T, name: string | null = null): number {
    const reference = (name === null ? undefined : this.#named.get(name)) ?? this.#next++;
    if (name !== null) this.#named.set(name, reference);
    this.#known.set(reference, value);
    return reference;
  }

  get(reference: number): T | undefined {
    return this.#known.get(reference);
  }

  clear(): void {
    this.#known.clear();
    this.#named.clear();
  }
}
