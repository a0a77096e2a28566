import type { Name } from "../../domain/names.ts";
import type { Outlet } from "../../ports/outlet.ts";
import type { Room } from "../rooms/room.ts";

/** So many lines of one session may wait to be stored; then its connection is not read. */
export const MAX_LINES_WAITING = 20;

/** Somebody who whispered to a session, and to whom it may reply while that very session lasts. */
export interface Whisperer {
  readonly session: number;
  readonly name: string;
}

/** `held`: the name is the session's. `doubted`: the database is being asked. `lost`: it is somebody else's, and the session ends. */
export type Standing = "held" | "doubted" | "lost";

/** A logged-in connection. */
export class Session {
  /** Never given twice, to nobody: rights hang on it, and not on the name. */
  readonly id: number;
  readonly name: Name;
  readonly outlet: Outlet;
  /** When it logged in, in microseconds since 1970. */
  readonly sinceMicros: number;
  /** Rooms it is in, in the order it joined them. */
  readonly rooms: Room[] = [];
  /** The room that a plain line goes to; null also where it was put out of that one, and has not chosen another. */
  current: Room | null = null;
  /** Private rooms that it owns, operates or is invited to. Only `Listings` changes it. */
  privateRooms: readonly Room[] = [];
  /** Rooms that end or pass on with it. */
  owned: readonly Room[] = [];
  /** Unowned rooms that it has asked to own, which is not stored yet. */
  ownershipsUnderWay = 0;
  /** Rooms that it made, and that were there when it made the last one; and how many the store is being asked for. */
  created: readonly Room[] = [];
  roomsUnderWay = 0;
  showsTime = false;
  lastWhisperer: Whisperer | null = null;
  /** Whether it was told that nobody else is there to read. */
  toldAlone = false;
  /** The delivery in which it is an author: that one alone looks closer at what the session gets. */
  authorIn = 0;
  /** Nothing that it says is stored while its name is in doubt. */
  standing: Standing = "held";
  /** When it was last put out of each room, in microseconds since 1970; null: of none. */
  #putOutAt: Map<Room, number> | null = null;
  #waiting = 0;
  #whenSettled: (() => void)[] = [];
  #whenEnded: (() => void)[] | null = [];

  constructor(id: number, name: Name, outlet: Outlet, since: number) {
    this.id = id;
    this.name = name;
    this.outlet = outlet;
    this.sinceMicros = since;
  }

  /** It has left everything, and its name is free. */
  ended(): void {
    const waiters = this.#whenEnded ?? [];
    this.#whenEnded = null;
    for (const ended of waiters) ended();
  }

  whenEnded(): Promise<void> {
    const waiters = this.#whenEnded;
    return waiters === null ? Promise.resolve() : new Promise((resolve) => waiters.push(resolve));
  }

  /** @param at the time of the entry that did it, in microseconds since 1970 */
  wasPutOut(room: Room, at: number): void {
    (this.#putOutAt ??= new Map<Room, number>()).set(room, at);
  }

  /** When it was last put out of the room, in microseconds since 1970; 0: never. */
  putOutAt(room: Room): number {
    return this.#putOutAt?.get(room) ?? 0;
  }

  /** Lines it said that are not stored or refused yet. */
  get linesWaiting(): number {
    return this.#waiting;
  }

  reply(text: string): void {
    this.outlet.reply(text);
  }

  lineWaits(): void {
    this.#waiting += 1;
  }

  lineSettled(): void {
    this.#waiting -= 1;
    if (this.#waiting > 0) return;
    const waiters = this.#whenSettled;
    if (waiters.length > 0) this.#whenSettled = [];
    for (const settled of waiters) settled();
    this.outlet.resume();
  }

  /** Resolves when none of its lines waits: what it does next comes after them in everybody's eyes. */
  whenSettled(): Promise<void> {
    if (this.#waiting === 0) return Promise.resolve();
    return new Promise((resolve) => this.#whenSettled.push(resolve));
  }
}
