import type { Name, NameKey } from "../chat/names.ts";
import type { Newcomer, Person, Presence, Somebody } from "../chat/ports.ts";

/** Who holds which name, on a node that is alone. */
export class MemoryPresence implements Presence {
  readonly #holders = new Map<NameKey, Newcomer>();
  /** Sorted names, until somebody comes or goes. */
  #sorted: readonly string[] | null = null;

  claim(newcomer: Newcomer): Promise<boolean> {
    if (this.#holders.has(newcomer.name.key)) return Promise.resolve(false);
    this.#holders.set(newcomer.name.key, newcomer);
    this.#sorted = null;
    return Promise.resolve(true);
  }

  release(name: Name, session: number): void {
    if (this.#holders.get(name.key)?.id !== session) return;
    this.#holders.delete(name.key);
    this.#sorted = null;
  }

  names(): Promise<readonly string[]> {
    this.#sorted ??= [...this.#holders.values()]
      .map((holder) => holder.name)
      .toSorted((a, b) => (a.key < b.key ? -1 : 1))
      .map((name) => name.shown);
    return Promise.resolve(this.#sorted);
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

  eldestIn(_room: number, here: Somebody | null): Somebody | null {
    return here;
  }

  people(): readonly Person[] {
    return [];
  }

  count(): number {
    return 0;
  }

  follow(): void {}
}
