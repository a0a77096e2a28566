import type { Name, NameKey } from "./names.ts";
import type { Room } from "./room.ts";

/** Every room there is, by name. */
export class Rooms {
  readonly #byKey = new Map<NameKey, Room>();

  get count(): number {
    return this.#byKey.size;
  }

  find(name: Name): Room | undefined {
    return this.#byKey.get(name.key);
  }

  add(room: Room): void {
    this.#byKey.set(room.name.key, room);
  }

  remove(room: Room): void {
    if (this.#byKey.get(room.name.key) === room) this.#byKey.delete(room.name.key);
  }

  all(): Iterable<Room> {
    return this.#byKey.values();
  }
}
