import type { Ranked } from "./fuse.ts";

/** Keeps the best few of many, in a heap whose root is the worst that is kept. Of equals, the earlier chunk wins. */
export class Best {
  readonly #limit: number;
  readonly #heap: Ranked[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** What a relevance must exceed to be kept; -1 while there is room. */
  get floor(): number {
    return this.#heap.length < this.#limit ? -1 : (this.#heap[0]?.relevance ?? -1);
  }

  add(chunk: number, relevance: number): void {
    const heap = this.#heap;
    const one = { chunk, relevance };
    if (heap.length < this.#limit) {
      heap.push(one);
      for (let at = heap.length - 1; at > 0;) {
        const up = (at - 1) >> 1;
        if (!this.#isWorse(at, up)) break;
        this.#swap(at, up);
        at = up;
      }
      return;
    }
    const worst = heap[0];
    if (worst === undefined || !isWorse(worst, one)) return;
    heap[0] = one;
    for (let at = 0; ;) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let least = at;
      if (left < heap.length && this.#isWorse(left, least)) least = left;
      if (right < heap.length && this.#isWorse(right, least)) least = right;
      if (least === at) return;
      this.#swap(at, least);
      at = least;
    }
  }

  /** What was kept, best first. */
  sorted(): Ranked[] {
    return this.#heap.toSorted((a, b) => (isWorse(a, b) ? 1 : -1));
  }

  #isWorse(a: number, b: number): boolean {
    const [one, other] = [this.#heap[a], this.#heap[b]];
    return one !== undefined && other !== undefined && isWorse(one, other);
  }

  #swap(a: number, b: number): void {
    const [one, other] = [this.#heap[a], this.#heap[b]];
    if (one === undefined || other === undefined) return;
    this.#heap[a] = other;
    this.#heap[b] = one;
  }
}

function isWorse(a: Ranked, b: Ranked): boolean {
  return a.relevance === b.relevance ? a.chunk > b.chunk : a.relevance < b.relevance;
}
