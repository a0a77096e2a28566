import type { Name, NameKey } from "../../domain/names.ts";
import type { Room } from "./room.ts";

/** Is told which rooms there are. Both methods may be called again for the same room. */
export interface RoomsListener {
  added(room: Room): void;
  /** The room has ended, which another room with its name shows, too. */
  removed(room: Room): void;
}

/** Every room of `main`, and those of other applications that somebody uses, by name and by id. */
export class Rooms {
  readonly #listeners: RoomsListener[] = [];
  readonly #byKey = new Map<NameKey, Room>();
  readonly #byOtherKey = new Map<NameKey, Room>();
  readonly #byId = new Map<number, Room>();
  /** Public rooms of applications. */
  readonly #onDemand = new Set<Room>();

  get count(): number {
    return this.#byKey.size;
  }

  /** Number of rooms that stay in memory until they end: all but public ones of applications. */
  get lastingCount(): number {
    return this.#byKey.size - this.#onDemand.size;
  }

  find(name: Name): Room | undefined {
    return this.byKey(name.key);
  }

  byKey(key: NameKey): Room | undefined {
    return this.#byKey.get(key) ?? this.#byOtherKey.get(key);
  }

  byId(id: number): Room | undefined {
    return this.#byId.get(id);
  }

  add(room: Room): void {
    const namesake = this.#byKey.get(room.name.key);
    if (namesake && namesake !== room) for (const listener of this.#listeners) listener.removed(namesake);
    this.put(room);
    for (const listener of this.#listeners) listener.added(room);
  }

  /** The room has another name now. */
  put(room: Room): void {
    this.#byKey.set(room.name.key, room);
    for (const key of room.otherKeys) this.#byOtherKey.set(key, room);
    this.#byId.set(room.id, room);
    if (room.application !== null && !room.isPrivate) this.#onDemand.add(room);
  }

  /** The room has ended. */
  remove(room: Room): void {
    this.forget(room);
    for (const listener of this.#listeners) listener.removed(room);
  }

  /** The room has not ended, but need not be in memory. */
  forget(room: Room): void {
    this.#onDemand.delete(room);
    if (this.#byKey.get(room.name.key) === room) this.#byKey.delete(room.name.key);
    for (const key of room.otherKeys) if (this.#byOtherKey.get(key) === room) this.#byOtherKey.delete(key);
    if (this.#byId.get(room.id) === room) this.#byId.delete(room.id);
  }

  all(): Iterable<Room> {
    return this.#byKey.values();
  }

  listen(listener: RoomsListener): void {
    this.#listeners.push(listener);
  }
}
