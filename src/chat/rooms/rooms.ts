import type { Name, NameKey } from "../../domain/names.ts";
import type { Room } from "./room.ts";

/** Is told which rooms there are. Both methods may be called again for the same room. */
export interface RoomsListener {
  added(room: Room): void;
  /** The room has ended, which another room with its name shows, too. */
  removed(room: Room): void;
}

/** Every room there is, by name and by id. */
export class Rooms {
  readonly #listeners: RoomsListener[] = [];
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
    const namesake = this.#byKey.get(room.name.key);
    if (namesake && namesake !== room) for (const listener of this.#listeners) listener.removed(namesake);
    this.#byKey.set(room.name.key, room);
    this.#byId.set(room.id, room);
    for (const listener of this.#listeners) listener.added(room);
  }

  remove(room: Room): void {
    if (this.#byKey.get(room.name.key) === room) this.#byKey.delete(room.name.key);
    if (this.#byId.get(room.id) === room) this.#byId.delete(room.id);
    for (const listener of this.#listeners) listener.removed(room);
  }

  all(): Iterable<Room> {
    return this.#byKey.values();
  }

  listen(listener: RoomsListener): void {
    this.#listeners.push(listener);
  }
}
