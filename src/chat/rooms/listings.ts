import { compareNames } from "../../domain/names.ts";
import { type Rights, principalsIn } from "../../domain/rights.ts";
import { SortedTree } from "../../domain/sorted-tree.ts";
import type { Presence } from "../../ports/presence.ts";
import type { FirstOf } from "../../ports/store.ts";
import type { Session } from "../sessions/session.ts";
import type { Sessions } from "../sessions/sessions.ts";
import type { Room } from "./room.ts";
import type { Rooms, RoomsListener } from "./rooms.ts";

/** A room, and how many people are in it on all nodes. */
export interface ListedRoom {
  readonly room: Room;
  readonly people: number;
}

/** Maximum number of rooms that may be at a wrong place in the list until somebody asks for it. */
const MAX_STALE = 500;

/** The list of `/rooms`, kept in order, so that showing the beginning costs the same however long the list is. */
export class Listings implements RoomsListener {
  readonly #presence: Pick<Presence, "countIn">;
  readonly #sessions: Sessions;
  readonly #publicRooms: SortedTree<ListedRoom>;
  /** The element of each public room in `#publicRooms`. */
  readonly #listed = new Map<Room, ListedRoom>();
  /** Rooms whose number of people has changed since they were put into the list. */
  readonly #stale = new Set<Room>();

  constructor(rooms: Rooms, presence: Pick<Presence, "countIn">, sessions: Sessions) {
    this.#presence = presence;
    this.#sessions = sessions;
    this.#publicRooms = new SortedTree(byPeopleThenName);
    rooms.listen(this);
  }

  /** Returns public rooms and these private ones, those with the most people first, then by name; at most `limit`. */
  roomsWith(privateRooms: readonly Room[], limit: number): FirstOf<ListedRoom> {
    this.#placeStale();
    const hidden = privateRooms.map((room) => this.#countedNow(room));
    const first = [...this.#publicRooms.first(limit), ...hidden].sort(byPeopleThenName).slice(0, limit);
    return { first, count: this.#publicRooms.size + hidden.length };
  }

  /** Called when the number of people in the room has changed. */
  moved(room: Room): void {
    if (!this.#listed.has(room)) return;
    this.#stale.add(room);
    if (this.#stale.size > MAX_STALE) this.#placeStale();
  }

  added(room: Room): void {
    if (room.isPrivate) {
      room.onRights = (before) => this.#changeRights(room, before, room.rights);
      this.#changeRights(room, null, room.rights);
    } else if (room.application === null && !this.#listed.has(room)) {
      const listed = this.#countedNow(room);
      this.#listed.set(room, listed);
      this.#publicRooms.add(listed);
    }
  }

  removed(room: Room): void {
    const listed = this.#listed.get(room);
    if (listed) this.#publicRooms.delete(listed);
    this.#listed.delete(room);
    this.#stale.delete(room);
    room.onRights = () => {};
    if (room.isPrivate) this.#changeRights(room, room.rights, null);
  }

  #countedNow(room: Room): ListedRoom {
    return { room, people: this.#presence.countIn(room.id) };
  }

  #placeStale(): void {
    for (const room of this.#stale) this.#place(room);
    this.#stale.clear();
  }

  #place(room: Room): void {
    const before = this.#listed.get(room);
    if (!before) return;
    const now = this.#countedNow(room);
    this.#publicRooms.delete(before);
    this.#publicRooms.add(now);
    this.#listed.set(room, now);
  }

  /** Keeps `Session.privateRooms` up to date, so that nobody looks for private rooms among all rooms. */
  #changeRights(room: Room, before: Rights | null, now: Rights | null): void {
    for (const session of this.#sessionsIn(before)) {
      session.privateRooms = session.privateRooms.filter((one) => one !== room);
    }
    for (const session of this.#sessionsIn(now)) {
      if (!session.privateRooms.includes(room)) session.privateRooms = [...session.privateRooms, room];
    }
  }

  #sessionsIn(rights: Rights | null): readonly Session[] {
    return rights ? principalsIn(rights).flatMap((id) => this.#sessions.of(id)) : [];
  }
}

function byPeopleThenName(one: ListedRoom, other: ListedRoom): number {
  return other.people - one.people || compareNames(one.room, other.room);
}
