import { SERVER } from "../../domain/principal.ts";
import { Refusal } from "../../domain/refusals.ts";
import { BackgroundTask } from "../../streams/background-task.ts";
import type { Context } from "../context.ts";
import type { Room } from "./room.ts";

type Parts = Pick<
  Context,
  "clock" | "pipeline" | "presence" | "rooms" | "sessions" | "state" | "store" | "subscriptions" | "telemetry"
>;

/** Number of rooms that are looked at in one turn of the event loop. */
const LOOKED_AT_ONCE = 500;
/** Number of rooms that are ended, one after the other, before the store gets a rest: each takes a commit. */
const ENDED_AT_ONCE = 10;

/** Ends unused public rooms: nothing was ever said, nobody is there, the owner is gone, and the last entry is old. */
export class UnusedRooms extends BackgroundTask {
  readonly #parts: Parts;
  readonly #unusedMs: () => number;

  /** @param unusedMs returns how long such a room stays, in milliseconds; 0 = for ever */
  constructor(parts: Parts, unusedMs: () => number) {
    super(parts.clock, parts.telemetry);
    this.#parts = parts;
    this.#unusedMs = unusedMs;
  }

  protected override async work(): Promise<void> {
    const { clock, rooms, state, telemetry } = this.#parts;
    const unusedMs = this.#unusedMs();
    if (unusedMs === 0 || state.isIsolated) return;
    const beforeMicros = clock.micros() - unusedMs * 1000;
    let ended = 0;
    try {
      for (const some of slicesOf(rooms.all(), LOOKED_AT_ONCE)) {
        const unused = some.filter((room) => room.application === null && this.#isUnused(room, beforeMicros));
        for (const few of slicesOf(unused, ENDED_AT_ONCE)) {
          const startedMs = clock.monotonicMs();
          for (const room of await this.#ownerless(few)) if (await this.#end(room, beforeMicros)) ended += 1;
          await this.rest(startedMs);
          if (this.isStopped) return;
        }
        await this.rest(clock.monotonicMs());
        if (this.isStopped) return;
      }
    } catch (error) {
      // What is refused now is tried in the next round; if the store failed, the log has told so.
      if (!(error instanceof Refusal)) throw error;
    } finally {
      if (ended > 0) telemetry.endedUnused(ended);
    }
  }

  #isUnused(room: Room, beforeMicros: number): boolean {
    if (room.seq > 0 || room.isPrivate || room.isLobby || room.isDestroyed || room.atMicros >= beforeMicros)
      return false;
    return this.#parts.presence.countIn(room.id) === 0;
  }

  /** Resolves with those without an owner, read again if the store is shared. Rejects with a `StoreError`. */
  async #ownerless(rooms: readonly Room[]): Promise<readonly Room[]> {
    const { subscriptions, presence, sessions } = this.#parts;
    await Promise.all(rooms.map(({ name }) => subscriptions.find(name)));
    const owners = rooms.map(({ owner }) => owner).filter((id) => id !== null);
    const elsewhere = owners.filter((id) => sessions.of(id).length === 0);
    const gone = elsewhere.length > 0 ? await presence.goneOf(elsewhere) : [];
    for (const room of rooms) if (room.owner !== null && gone.includes(room.owner)) room.ownerIsGone();
    return rooms.filter(({ owner }) => owner === null);
  }

  /** Returns whether this call ended the room. Rejects with a `Refusal` when the store does not take it. */
  async #end(room: Room, beforeMicros: number): Promise<boolean> {
    if (this.isStopped || !this.#isUnused(room, beforeMicros)) return false;
    // "own" is refused when the room has an owner by then: somebody at another node who got it keeps it.
    const intent = { actor: SERVER, action: { type: "own" }, change: { kind: "destroyed" } } as const;
    const ended = this.#parts.pipeline.perform(room, intent);
    room.ending = ended
      .then(
        () => {},
        () => {},
      )
      .finally(() => (room.ending = null));
    try {
      await ended;
      return true;
    } catch (error) {
      // Another node ended it first, or somebody owns it.
      if (error instanceof Refusal && (error.code === "no-such-room" || error.code === "not-owner")) return false;
      throw error;
    }
  }
}

/** Slices of `size`. Changes of `all` between two slices are seen. */
function* slicesOf<T>(all: Iterable<T>, size: number): Generator<T[]> {
  let slice: T[] = [];
  for (const one of all) {
    slice.push(one);
    if (slice.length < size) continue;
    yield slice;
    slice = [];
  }
  if (slice.length > 0) yield slice;
}
