import type { Clock } from "../../ports/clock.ts";
import type { RoomSubscriptions } from "./room-subscriptions.ts";
import type { Room } from "./room.ts";

/** Minimum time for which a room stays followed after the last write of a program, in milliseconds; maximum: twice that. */
const HOLD_MS = 30_000;
/** Maximum number of rooms that are held: past it, the one that was held first is released. */
const MAX_HELD = 10_000;

interface Held {
  /** Whether it was asked for since the last sweep. */
  isUsed: boolean;
  /** Settles when the room is followed; null: it is. */
  ready: Promise<void> | null;
}

/** Rooms that programs write to without being in them: they stay followed, so that the next write reads nothing. */
export class HeldRooms {
  readonly #subscriptions: Pick<RoomSubscriptions, "follow" | "unfollow">;
  readonly #clock: Clock;
  readonly #held = new Map<Room, Held>();
  #isSweeping = false;

  constructor(subscriptions: Pick<RoomSubscriptions, "follow" | "unfollow">, clock: Clock) {
    this.#subscriptions = subscriptions;
    this.#clock = clock;
  }

  /** Follows a room for a while. Returns null if it is followed already; else rejects with a `StoreError`. */
  hold(room: Room): Promise<void> | null {
    const known = this.#held.get(room);
    if (known) {
      known.isUsed = true;
      return known.ready;
    }
    const held: Held = { isUsed: true, ready: null };
    this.#held.set(room, held);
    held.ready = this.#follow(room, held);
    if (this.#held.size > MAX_HELD) this.#releaseFirst();
    if (!this.#isSweeping) this.#sweepLater();
    return held.ready;
  }

  async #follow(room: Room, held: Held): Promise<void> {
    try {
      await this.#subscriptions.follow(room);
      held.ready = null;
    } catch (error) {
      // What is not followed needs no end.
      if (this.#held.get(room) === held) this.#held.delete(room);
      throw error;
    }
  }

  #releaseFirst(): void {
    for (const [room, { ready }] of this.#held) {
      // One that is being read is released later.
      if (ready) continue;
      this.#release(room);
      return;
    }
  }

  #release(room: Room): void {
    this.#held.delete(room);
    this.#subscriptions.unfollow(room);
  }

  #sweepLater(): void {
    this.#isSweeping = this.#held.size > 0;
    if (this.#isSweeping) this.#clock.after(HOLD_MS, () => this.#sweep());
  }

  #sweep(): void {
    for (const [room, held] of this.#held) {
      if (!held.isUsed && !held.ready) this.#release(room);
      held.isUsed = false;
    }
    this.#sweepLater();
  }
}
