import btree from "sorted-btree";

/** A sorted set. A change takes O(log n) steps; reading the first elements takes time in proportion to their number. */
export class SortedTree<T> {
  readonly #tree: btree.default<T, undefined>;

  /** @param compare returns less than 0 if `one` comes first, and 0 if the two are the same element */
  constructor(compare: (one: T, other: T) => number, all: Iterable<T> = []) {
    this.#tree = new btree.default<T, undefined>(undefined, compare);
    for (const one of all) this.add(one);
  }

  get size(): number {
    return this.#tree.size;
  }

  /** Adds an element, in place of one that compares as equal. */
  add(one: T): void {
    this.#tree.set(one, undefined);
  }

  delete(one: T): void {
    this.#tree.delete(one);
  }

  /** @param from the first element, or where it would be; null: the first of all */
  first(limit: number, from: T | null = null): T[] {
    const first: T[] = [];
    for (const one of this.#tree.keys(from ?? undefined)) {
      if (first.length >= limit) break;
      first.push(one);
    }
    return first;
  }
}
