import { Refusal } from "../../domain/refusals.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Room } from "./room.ts";
import type { Rooms, RoomsListener } from "./rooms.ts";
import type { Session } from "../sessions/session.ts";

/** Maximum numbers of rooms; 0 = no limit. A room counts from when the store is asked to make it until it ends. */
export interface RoomLimits {
  /** Rooms that a session made, and that are still there. */
  readonly roomsCreatedPerUser: number;
  /** Rooms that were made from one address in the last 24 hours, by whomever, and are still there. */
  readonly roomsCreatedPerAddress: number;
  readonly maxRooms: number;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Enforces the limits on rooms, also when many ask at once. */
export class RoomQuota implements RoomsListener {
  readonly #rooms: Rooms;
  readonly #limits: () => RoomLimits;
  readonly #networkOf: (address: string) => string | null;
  #underWay = 0;
  /** Number of rooms made from each network, those under way included. A network that has none is not kept. */
  readonly #perNetwork = new Map<string, number>();
  readonly #madeFrom = new Map<Room, { readonly network: string; readonly atMs: number }>();
  readonly #clock: Clock;

  /** @param networkOf as in `ChatPorts` */
  constructor(rooms: Rooms, limits: () => RoomLimits, networkOf: (address: string) => string | null, clock: Clock) {
    this.#clock = clock;
    this.#rooms = rooms;
    this.#limits = limits;
    this.#networkOf = networkOf;
    rooms.listen(this);
  }

  /** Number of networks that have a room which counts against their limit. */
  get networks(): number {
    return this.#perNetwork.size;
  }

  /** Counts a room to be made; throws a `Refusal` at a limit. Call the result once: with the room, or null. */
  claim(session: Session): (made: Room | null) => void {
    session.created = session.created.filter((one) => !one.isDestroyed);
    this.#forgetOld();
    const network = this.#networkOf(session.outlet.address);
    const refusal = this.#refusalOf(session, network);
    if (refusal) throw refusal;
    this.#underWay += 1;
    session.roomsUnderWay += 1;
    this.#count(network, 1);
    return (made) => {
      this.#underWay -= 1;
      session.roomsUnderWay -= 1;
      if (made) session.created = [...session.created, made];
      if (made && network !== null) this.#madeFrom.set(made, { network, atMs: this.#clock.monotonicMs() });
      if (!made) this.#count(network, -1);
    };
  }

  added(): void {}

  removed(room: Room): void {
    this.#count(this.#madeFrom.get(room)?.network ?? null, -1);
    this.#madeFrom.delete(room);
  }

  /** Rooms older than a day do not count for their address, so that nobody can shut their neighbours out for good. */
  #forgetOld(): void {
    const oldestMs = this.#clock.monotonicMs() - DAY_MS;
    // The map has the oldest first.
    for (const [room, { atMs }] of this.#madeFrom) {
      if (atMs > oldestMs) return;
      this.removed(room);
    }
  }

  #refusalOf(session: Session, network: string | null): Refusal | null {
    const { maxRooms, roomsCreatedPerUser, roomsCreatedPerAddress } = this.#limits();
    if (isReached(maxRooms, this.#rooms.lastingCount + this.#underWay)) return new Refusal("server-has-too-many-rooms");
    if (isReached(roomsCreatedPerUser, session.created.length + session.roomsUnderWay)) {
      return new Refusal("made-too-many-rooms", { limit: roomsCreatedPerUser });
    }
    const fromThere = network === null ? 0 : (this.#perNetwork.get(network) ?? 0);
    if (!isReached(roomsCreatedPerAddress, fromThere)) return null;
    return new Refusal("address-made-too-many-rooms", { limit: roomsCreatedPerAddress });
  }

  #count(network: string | null, more: number): void {
    if (network === null) return;
    const count = (this.#perNetwork.get(network) ?? 0) + more;
    if (count > 0) this.#perNetwork.set(network, count);
    else this.#perNetwork.delete(network);
  }
}

function isReached(limit: number, count: number): boolean {
  return limit > 0 && count >= limit;
}
