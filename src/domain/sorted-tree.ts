import btree from "sorted-btree";

/**
 * Things in an order of their own, each once. A change takes O(log n) steps; looking at the first few costs what they cost.
 */
export class SortedTree<T> {
  readonly #tree: btree.default<T, undefined>;

  /** @param compare returns less than 0 where `one` comes first, and 0 where they are the same thing */
  constructor(compare: (one: T, other: T) => number, all: Iterable<T> = []) {
    this.#tree = new btree.default<T, undefined>(undefined, compare);
    for (const one of all) this.add(one);
  }

  get size(): number {
    return this.#tree.size;
  }

  /** Replaces one that compares as equal, if there is one. */
  add(one: T): void {
    this.#tree.set(one, undefined);
  }

  /** Deletes the one that compares as equal. */
  delete(one: T): void {
    this.#tree.delete(one);
  }

  /** The first ones, `limit` or all. */
  first(limit: number): T[] {
    const first: T[] = [];
    for (const one of this.#tree.keys()) {
      if (first.length >= limit) break;
      first.push(one);
    }
    return first;
  }
}
