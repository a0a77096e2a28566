import btree from "sorted-btree";
import type { NewSorted, Sorted } from "./chat/ports.ts";

/** Things in order, in a B+ tree. */
export class SortedTree<T> implements Sorted<T> {
  readonly #tree: btree.default<T, undefined>;

  constructor(compare: (one: T, other: T) => number, all: Iterable<T> = []) {
    this.#tree = new btree.default<T, undefined>(undefined, compare);
    for (const one of all) this.add(one);
  }

  get size(): number {
    return this.#tree.size;
  }

  add(one: T): void {
    this.#tree.set(one, undefined);
  }

  delete(one: T): void {
    this.#tree.delete(one);
  }

  first(limit: number): T[] {
    const first: T[] = [];
    for (const one of this.#tree.keys()) {
      if (first.length >= limit) break;
      first.push(one);
    }
    return first;
  }
}

export const newSortedTree: NewSorted = (compare) => new SortedTree(compare);
