import type { Name, NameKey } from "../domain/names.ts";
import { byName } from "../chat/rooms/listings.ts";
import type { Newcomer, Person, Presence, UserRef } from "../ports/presence.ts";
import type { FirstOf } from "../ports/store.ts";
import { SortedTree } from "../domain/sorted-tree.ts";

/** Who holds which name, on a node that is alone. */
export class MemoryPresence implements Presence {
  readonly #holders = new Map<NameKey, Newcomer>();
  /** Null until somebody asks: from then on it is kept. */
  #byName: SortedTree<Newcomer> | null = null;

  claim(newcomer: Newcomer): Promise<boolean> {
    if (this.#holders.has(newcomer.name.key)) return Promise.resolve(false);
    this.#holders.set(newcomer.name.key, newcomer);
    this.#byName?.add(newcomer);
    return Promise.resolve(true);
  }

  release(name: Name, session: number): void {
    const holder = this.#holders.get(name.key);
    if (holder?.id !== session) return;
    this.#holders.delete(name.key);
    this.#byName?.delete(holder);
  }

  names(limit: number): FirstOf<string> {
    this.#byName ??= new SortedTree(byName, this.#holders.values());
    return { first: this.#byName.first(limit).map(({ name }) => name.shown), count: this.#byName.size };
  }

  goneOf(sessions: readonly number[]): Promise<readonly number[]> {
    const here = new Set([...this.#holders.values()].map(({ id }) => id));
    return Promise.resolve(sessions.filter((id) => !here.has(id)));
  }

  // There is nobody elsewhere, and nobody who wants to know.

  joined(): void {}

  left(): void {}

  find(): Person | null {
    return null;
  }

  peopleIn(): readonly Person[] {
    return [];
  }

  countIn(): number {
    return 0;
  }

  eldestIn(_room: number, here: UserRef | null): UserRef | null {
    return here;
  }

  people(): readonly Person[] {
    return [];
  }

  count(): number {
    return 0;
  }

  listen(): void {}
}
