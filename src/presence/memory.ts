import type { Name, NameKey } from "../chat/names.ts";
import type { Presence } from "../chat/ports.ts";

interface Holder {
  readonly name: Name;
  readonly session: number;
}

/** Who holds which name, on a node that is alone. */
export class MemoryPresence implements Presence {
  readonly #holders = new Map<NameKey, Holder>();
  /** Sorted names, until somebody comes or goes. */
  #sorted: readonly string[] | null = null;

  claim(name: Name, session: number): Promise<boolean> {
    if (this.#holders.has(name.key)) return Promise.resolve(false);
    this.#holders.set(name.key, { name, session });
    this.#sorted = null;
    return Promise.resolve(true);
  }

  release(name: Name, session: number): void {
    if (this.#holders.get(name.key)?.session !== session) return;
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
}
