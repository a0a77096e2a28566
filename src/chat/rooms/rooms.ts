import type { Name, NameKey } from "../../domain/names.ts";
import type { Room } from "./room.ts";

/** Whoever keeps account of the rooms there are. Both may be called again for the same room. */
export interface RoomsListener {
  added(room: Room): void;
  /** It has ended, also when all that is known is that another has its name. */
  removed(room: Room): void;
}

/** Every room there is, by name and by id. */
export class Rooms {
  readonly #followers: RoomsListener[] = [];
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
    const before = this.#byKey.get(room.name.key);
    if (before && before !== room) for (const follower of this.#followers) follower.removed(before);
    this.#byKey.set(room.name.key, room);
    this.#byId.set(room.id, room);
    for (const follower of this.#followers) follower.added(room);
  }

  remove(room: Room): void {
    if (this.#byKey.get(room.name.key) === room) this.#byKey.delete(room.name.key);
    if (this.#byId.get(room.id) === room) this.#byId.delete(room.id);
    for (const follower of this.#followers) follower.removed(room);
  }

  all(): Iterable<Room> {
    return this.#byKey.values();
  }

  /** From now on the follower is told. */
  listen(follower: RoomsListener): void {
    this.#followers.push(follower);
  }
}
