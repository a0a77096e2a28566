import { principalsIn } from "../../domain/rights.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Room } from "./room.ts";
import type { Rooms } from "./rooms.ts";

/** Maximum age of what is answered, in milliseconds: after a crash very many ask at once. */
const MAX_AGE_MS = 1000;

/** The rooms in which somebody has rights, as they were up to a second ago: for those of whom that is not known otherwise. */
export class RoomsByPrincipal {
  readonly #rooms: Rooms;
  readonly #clock: Pick<Clock, "monotonicMs">;
  #byId: ReadonlyMap<number, readonly Room[]> = new Map();
  #readAtMs = Number.NEGATIVE_INFINITY;

  constructor(rooms: Rooms, clock: Pick<Clock, "monotonicMs">) {
    this.#rooms = rooms;
    this.#clock = clock;
  }

  /** Returns the rooms that a principal made, or has rights in. */
  of(principal: number): readonly Room[] {
    const nowMs = this.#clock.monotonicMs();
    if (nowMs - this.#readAtMs >= MAX_AGE_MS) {
      this.#byId = this.#read();
      this.#readAtMs = nowMs;
    }
    return this.#byId.get(principal) ?? [];
  }

  #read(): ReadonlyMap<number, readonly Room[]> {
    const byId = new Map<number, Room[]>();
    for (const room of this.#rooms.all()) {
      const { rights } = room;
      const { maker } = rights;
      for (const id of new Set([...principalsIn(rights), ...(maker === null ? [] : [maker])])) {
        const rooms = byId.get(id);
        if (rooms) rooms.push(room);
        else byId.set(id, [room]);
      }
    }
    return byId;
  }
}
