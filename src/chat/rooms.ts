import type { Name, NameKey } from "./names.ts";
import type { Room } from "./room.ts";

/** Every room there is, by name and by id. */
export class Rooms {
  readonly #byKey = new Map<NameKey, Room>();
  readonly #byId = new Map<number, Room>();

  get count(): number {
    return this.#byKey.size;
  }

  find(name: Name): Room | undefined {
    return this.#byKey.get(name.key);
  }

  byKey(key: NameKey): Room | undefined {
    return this.#byKey.get(key);
  }

  byId(id: number): Room | undefined {
    return this.#byId.get(id);
  }

  add(room: Room): void {
    this.#byKey.set(room.name.key, room);
    this.#byId.set(room.id, room);
  }

  remove(room: Room): void {
    if (this.#byKey.get(room.name.key) === room) this.#byKey.delete(room.name.key);
    this.#byId.delete(room.id);
  }

  all(): Iterable<Room> {
    return this.#byKey.values();
  }
}
