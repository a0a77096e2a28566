import type { Presence, UserRef } from "../../ports/presence.ts";
import { SortedTree } from "../../domain/sorted-tree.ts";
import type { FirstOf } from "../../ports/store.ts";
import { type Rights, sessionsIn } from "../../domain/rights.ts";
import type { Room } from "./room.ts";
import type { Rooms, RoomsListener } from "./rooms.ts";
import type { Session } from "../sessions/session.ts";

/** A room, and how many people are in it on all nodes. */
export interface ListedRoom {
  readonly room: Room;
  readonly people: number;
}

/** People in a room, here and elsewhere, by their ids; in order from when somebody asks for that. */
interface People {
  readonly all: Map<number, UserRef>;
  sorted: SortedTree<UserRef> | null;
}

/** Rooms may be in a wrong place until somebody asks, so many at most. */
const MAX_STALE = 500;

/**
 * The lists of `/rooms` and `/users ROOM`, kept in order while people and rooms come and go. Showing the beginning of a
 * list costs the same however long the list is, but for the first time that somebody asks for a room's people; each change
 * costs O(log n), and less where nobody has asked.
 */
export class Listings implements RoomsListener {
  readonly #rooms: Rooms;
  readonly #presence: Presence;
  readonly #sessions: ReadonlyMap<number, Session>;
  readonly #publicRooms: SortedTree<ListedRoom>;
  /** The entry of each public room in `#publicRooms`. */
  readonly #listed = new Map<Room, ListedRoom>();
  /** Empty rooms have no entry. */
  readonly #people = new Map<Room, People>();
  /** Rooms whose number of people has changed since they were put in their place. */
  readonly #stale = new Set<Room>();

  /** @param sessions those of this node, by id */
  constructor(rooms: Rooms, presence: Presence, sessions: ReadonlyMap<number, Session>) {
    this.#rooms = rooms;
    this.#presence = presence;
    this.#sessions = sessions;
    this.#publicRooms = new SortedTree(byPeopleThenName);
    rooms.listen(this);
  }

  /** Public rooms and these private ones: those with the most people come first, then by name. */
  roomsWith(privateRooms: readonly Room[], limit: number): FirstOf<ListedRoom> {
    this.#placeStale();
    const hidden = privateRooms.map((room) => this.#countedNow(room));
    const first = [...this.#publicRooms.first(limit), ...hidden].sort(byPeopleThenName).slice(0, limit);
    return { first, count: this.#publicRooms.size + hidden.length };
  }

  /** Who is in a room, on all nodes, by name. */
  peopleIn(room: Room, limit: number): FirstOf<UserRef> {
    const people = this.#people.get(room);
    if (!people) return { first: [], count: 0 };
    if (!people.sorted) {
      people.sorted = new SortedTree(byName);
      for (const somebody of people.all.values()) people.sorted.add(somebody);
    }
    return { first: people.sorted.first(limit), count: people.all.size };
  }

  /** Somebody, here or elsewhere, is in the room from now on. */
  entered(room: Room, somebody: UserRef): void {
    // A room that has ended, or whose name another room has now, is in no list.
    if (this.#rooms.byKey(room.name.key) !== room) return;
    let people = this.#people.get(room);
    if (!people) this.#people.set(room, (people = { all: new Map(), sorted: null }));
    people.all.set(somebody.id, somebody);
    people.sorted?.add(somebody);
    this.#moved(room);
  }

  left(room: Room, somebody: UserRef): void {
    const people = this.#people.get(room);
    if (!people) return;
    people.all.delete(somebody.id);
    people.sorted?.delete(somebody);
    if (people.all.size === 0) this.#people.delete(room);
    this.#moved(room);
  }

  added(room: Room): void {
    if (room.isPrivate) {
      room.onRights = (before) => this.#changeRights(room, before, room.rights);
      this.#changeRights(room, null, room.rights);
    } else if (!this.#listed.has(room)) {
      const listed = this.#countedNow(room);
      this.#listed.set(room, listed);
      this.#publicRooms.add(listed);
    }
    for (const somebody of [...room.members, ...this.#presence.peopleIn(room.id)]) this.entered(room, somebody);
  }

  removed(room: Room): void {
    const listed = this.#listed.get(room);
    if (listed) this.#publicRooms.delete(listed);
    this.#listed.delete(room);
    this.#stale.delete(room);
    this.#people.delete(room);
    room.onRights = () => {};
    if (room.isPrivate) this.#changeRights(room, room.rights, null);
  }

  #countedNow(room: Room): ListedRoom {
    return { room, people: this.#people.get(room)?.all.size ?? 0 };
  }

  /** The room has more people now, or fewer. */
  #moved(room: Room): void {
    if (room.isPrivate) return;
    this.#stale.add(room);
    if (this.#stale.size > MAX_STALE) this.#placeStale();
  }

  #placeStale(): void {
    for (const room of this.#stale) this.#place(room);
    this.#stale.clear();
  }

  /** Puts a public room where it belongs by now. */
  #place(room: Room): void {
    const before = this.#listed.get(room);
    if (!before) return;
    const now = this.#countedNow(room);
    this.#publicRooms.delete(before);
    this.#publicRooms.add(now);
    this.#listed.set(room, now);
  }

  /** Sessions know the private rooms in which they have rights: nobody looks for them among all rooms. */
  #changeRights(room: Room, before: Rights | null, now: Rights | null): void {
    for (const id of before ? sessionsIn(before) : []) {
      const session = this.#sessions.get(id);
      if (session) session.privateRooms = session.privateRooms.filter((one) => one !== room);
    }
    for (const id of now ? sessionsIn(now) : []) {
      const session = this.#sessions.get(id);
      if (session && !session.privateRooms.includes(room)) session.privateRooms = [...session.privateRooms, room];
    }
  }
}

/** In the order of their names, without case. */
export function byName(one: UserRef, other: UserRef): number {
  return compareText(one.name.key, other.name.key) || one.id - other.id;
}

function byPeopleThenName(one: ListedRoom, other: ListedRoom): number {
  return (
    other.people - one.people || compareText(one.room.name.key, other.room.name.key) || one.room.id - other.room.id
  );
}

function compareText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
