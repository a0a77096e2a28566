import { MAIN_APPLICATION } from "../../domain/application.ts";
import { type NameKey, nameOfChat, parseRoomPath } from "../../domain/names.ts";
import type { RoomFilter, RoomRecord, RoomStore } from "../../ports/store.ts";
import type { Applications } from "./applications.ts";

/** A room as it is known here: by its name in `main`, or by `APP/ROOM`. */
export interface KnownRecord extends RoomRecord {
  /** Keys of other names by which it is found: the number of a room that has a name, too. */
  readonly otherKeys: readonly NameKey[];
}

/** Rooms that have one of these ids or keys; without both, all of `main`. */
export type KnownFilter = Pick<RoomFilter, "ids" | "keys">;

/** The rooms of a store by the names that they are known by here. */
export class RoomDirectory {
  readonly #store: Pick<RoomStore, "rooms">;
  readonly #applications: Applications;

  constructor(store: Pick<RoomStore, "rooms">, applications: Applications) {
    this.#store = store;
    this.#applications = applications;
  }

  /** Rejects with a `StoreError`. */
  async rooms({ ids, keys }: KnownFilter = {}): Promise<readonly KnownRecord[]> {
    const filters = keys ? this.#filtersOf(keys) : [ids ? { ids } : {}];
    const records = await Promise.all(filters.map((filter) => this.#store.rooms(filter)));
    return records.flat().flatMap((record) => this.known(record) ?? []);
  }

  /** Returns null if the room's application has ended. */
  known(record: RoomRecord): KnownRecord | null {
    const [name, ...others] = this.#applications.namesOf(record);
    return name ? { ...record, name, otherKeys: others.map(({ key }) => key) } : null;
  }

  /** Returns the names of a room whose application has another handle now; null: it has ended. */
  renamed({
    application,
    number,
    name,
  }: Pick<RoomRecord, "application" | "number" | "name">): Pick<KnownRecord, "name" | "otherKeys"> | null {
    const path = parseRoomPath(name.shown);
    const bare = path && (typeof path.room === "number" ? nameOfChat(path.room) : path.room);
    const [shown, ...others] = bare ? this.#applications.namesOf({ application, number, name: bare }) : [];
    return shown ? { name: shown, otherKeys: others.map(({ key }) => key) } : null;
  }

  /** One filter for all names of `main`, and for each application one of names and one of numbers. */
  #filtersOf(keys: readonly NameKey[]): RoomFilter[] {
    const inMain: NameKey[] = [];
    const elsewhere: { readonly application: number; readonly room: number | NameKey }[] = [];
    for (const key of keys) {
      const path = parseRoomPath(key);
      const address = path && this.#applications.locate(path);
      if (address) elsewhere.push(address);
      else if (!path) inMain.push(key);
    }
    const filters: RoomFilter[] = inMain.length > 0 ? [{ application: MAIN_APPLICATION, keys: inMain }] : [];
    for (const [application, addresses] of Map.groupBy(elsewhere, (address) => address.application)) {
      const numbers = addresses.flatMap(({ room }) => (typeof room === "number" ? [room] : []));
      const names = addresses.flatMap(({ room }) => (typeof room === "number" ? [] : [room]));
      if (numbers.length > 0) filters.push({ application, numbers });
      if (names.length > 0) filters.push({ application, keys: names });
    }
    return filters;
  }
}
