import type { Committed } from "../../domain/entry.ts";
import { keyOf, type Name, type NameKey } from "../../domain/names.ts";
import type { NameStatus, Principal, UserRef } from "../../domain/principal.ts";
import type { Place } from "../../ports/absence.ts";
import type { Outlet } from "../../ports/outlet.ts";
import type { Application } from "../applications/applications.ts";
import type { Member, Room } from "../rooms/room.ts";

/** Maximum number of lines of one session that wait to be stored; past it, its connection is not read. */
export const MAX_LINES_WAITING = 20;

const NO_IDS: ReadonlySet<number> = new Set();
const NO_ROOMS: readonly Room[] = [];
const NO_NAMES: readonly NameKey[] = [];
const NOBODY: ReadonlyMap<NameKey, Name> = new Map();

/** A place where a principal is: an outlet, the rooms that it is in, and its settings. */
export class Session implements Member {
  /** Never given twice. */
  readonly id: number;
  readonly who: Principal;
  readonly outlet: Outlet;
  readonly network: string | null;
  /** When it logged in, in microseconds since 1970. */
  readonly sinceMicros: number;
  /** Rooms that it is in, in the order in which it joined them. */
  rooms: readonly Room[] = NO_ROOMS;
  /** Keys of rooms that it was in before, the last one first; of some number at most. Only `noteFormerRooms` changes it. */
  formerRooms = NO_NAMES;
  /** The room that a plain line goes to; null: none, for instance because it was put out and has not chosen another. */
  current: Room | null = null;
  /** Private rooms that it owns, operates or is invited to. Only `Listings` changes it. */
  privateRooms = NO_ROOMS;
  /** Rooms that it came to own: those that it still owns end or are passed on when it ends. */
  owned = NO_ROOMS;
  /** Number of unowned rooms that it has asked to own, where the answer of the store is awaited. */
  ownershipsUnderWay = 0;
  /** Rooms that it made, without those that had ended when it made the last one. */
  created = NO_ROOMS;
  /** Number of rooms that the store is being asked to make for it. */
  roomsUnderWay = 0;
  /** Who whispered to it last, and is not itself; null: nobody has. */
  lastWhisperer: UserRef | null = null;
  /** The room in which it was last told that nobody else is there to read; null: none. */
  toldAloneIn: Room | null = null;
  /** Names of whose holders it is shown nothing that they say. Only `Sessions` changes it. */
  ignored = NOBODY;
  partialIn = 0;
  /** The application whose rooms a bare name means; null: `main`. */
  application: Application | null = null;
  /** Number of tokens it has shown that opened nothing. */
  wrongTokens = 0;
  #entered: Set<number> | null = null;
  /** Where what it said last is stored, and in which room; null: it has said nothing, or has taken it back. */
  lastSaid: Committed | null = null;
  lastSaidIn: Room | null = null;
  nameStatus: NameStatus = "held";
  #showsTime = false;
  #viewOfCurrent: number;
  #viewOfOthers: number;
  /** When it was last put out of each room, in microseconds since 1970; null: of none. */
  #putOutAtMicros: Map<Room, number> | null = null;
  #waiting = 0;
  /** Resolves when none of its lines waits; null: nobody waits for that. */
  #settling: PromiseWithResolvers<void> | null = null;
  /** Resolves when it has ended; null: nobody waits for that. */
  #ending: PromiseWithResolvers<void> | null = null;
  #hasEnded = false;

  /** @param network as in `Actor` */
  constructor(id: number, name: Name, outlet: Outlet, sinceMicros: number, network: string | null) {
    this.id = id;
    this.who = { id, name, kind: "guest" };
    this.outlet = outlet;
    this.network = network;
    this.sinceMicros = sinceMicros;
    this.#viewOfCurrent = outlet.format.view(false, true);
    this.#viewOfOthers = outlet.format.view(false, false);
  }

  get session(): number {
    return this.id;
  }

  get name(): Name {
    return this.who.name;
  }

  get showsTime(): boolean {
    return this.#showsTime;
  }

  set showsTime(showsTime: boolean) {
    this.#showsTime = showsTime;
    this.#viewOfCurrent = this.outlet.format.view(showsTime, true);
    this.#viewOfOthers = this.outlet.format.view(showsTime, false);
  }

  get view(): number {
    return this.#viewOfCurrent;
  }

  viewOf(room: Room): number {
    return room === this.current ? this.#viewOfCurrent : this.#viewOfOthers;
  }

  /** @param author a name, as shown */
  ignores(author: string): boolean {
    return this.ignored.size > 0 && this.ignored.has(keyOf(author));
  }

  /** Where it is, for whoever comes back to it. */
  get place(): Place {
    const { rooms, current, formerRooms, showsTime, lastWhisperer, ignored, application, entered } = this;
    const others = formerRooms.filter((key) => !rooms.some(({ name }) => name.key === key));
    return {
      rooms: rooms.map((room) => room.id),
      current: current?.id ?? null,
      knownRooms: [...rooms.map(({ name }) => name.shown), ...others],
      showsTime,
      lastWhisperer,
      ignored: [...ignored.values()],
      application: application?.id ?? null,
      entered: [...entered],
    };
  }

  /** Ids of applications whose token it has shown. */
  get entered(): ReadonlySet<number> {
    return this.#entered ?? NO_IDS;
  }

  enters(application: number): void {
    (this.#entered ??= new Set()).add(application);
  }

  /** What it said is stored. */
  said(room: Room, where: Committed): void {
    this.lastSaid = where;
    this.lastSaidIn = room;
  }

  /** Called when it has left all rooms and its name is free. */
  ended(): void {
    this.#hasEnded = true;
    this.#ending?.resolve();
  }

  whenEnded(): Promise<void> {
    return this.#hasEnded ? Promise.resolve() : (this.#ending ??= Promise.withResolvers()).promise;
  }

  /** @param atMicros the time of the entry that did it, in microseconds since 1970 */
  wasPutOut(room: Room, atMicros: number): void {
    (this.#putOutAtMicros ??= new Map<Room, number>()).set(room, atMicros);
  }

  /** When it was last put out of the room, in microseconds since 1970; 0: never. */
  putOutAtMicros(room: Room): number {
    return this.#putOutAtMicros?.get(room) ?? 0;
  }

  /** Number of lines it said that are not stored or refused yet. */
  get linesWaiting(): number {
    return this.#waiting;
  }

  lineWaits(): void {
    this.#waiting += 1;
  }

  lineSettled(): void {
    this.#waiting -= 1;
    if (this.#waiting > 0) return;
    this.#settling?.resolve();
    this.#settling = null;
    this.outlet.resume();
  }

  /** Resolves when none of its lines waits: everybody sees what it does next after them. */
  whenSettled(): Promise<void> {
    return this.#waiting === 0 ? Promise.resolve() : (this.#settling ??= Promise.withResolvers()).promise;
  }
}
