import type { Chat } from "../chat.ts";
import { BackgroundTask } from "../../streams/background-task.ts";
import { kinds } from "../../domain/entry.ts";
import { Refusal } from "../../domain/refusals.ts";
import { countIn } from "./membership.ts";
import type { Room } from "./room.ts";

/** So many rooms are looked at in one turn of the event loop. */
const LOOKED_AT_ONCE = 500;
/** So many are ended, one after the other, before the store rests: each takes a commit. */
const ENDED_AT_ONCE = 10;

/**
 * Ends public rooms that nobody uses, so that guests who come and go cannot fill the server with rooms: nothing was ever
 * said in the room, nobody is in it, its owner is gone, and its last entry is old. A topic is an entry and no message.
 */
export class UnusedRooms extends BackgroundTask {
  readonly #chat: Chat;
  readonly #unusedMs: () => number;

  /** @param unusedMs how long such a room stays; 0 = for ever */
  constructor(chat: Chat, unusedMs: () => number) {
    super(chat.clock, chat.telemetry);
    this.#chat = chat;
    this.#unusedMs = unusedMs;
  }

  protected override async work(): Promise<void> {
    const { clock, isIsolated, rooms, telemetry } = this.#chat;
    const unusedMs = this.#unusedMs();
    if (unusedMs === 0 || isIsolated) return;
    const before = clock.micros() - unusedMs * 1000;
    let ended = 0;
    try {
      for (const some of slicesOf(rooms.all(), LOOKED_AT_ONCE)) {
        const unused = some.filter((room) => this.#isUnused(room, before));
        for (const few of slicesOf(unused, ENDED_AT_ONCE)) {
          const startedMs = clock.monotonicMs();
          for (const room of await this.#ownerless(few)) if (await this.#end(room, before)) ended += 1;
          await this.rest(startedMs);
          if (this.isStopped) return;
        }
        await this.rest(clock.monotonicMs());
        if (this.isStopped) return;
      }
    } catch (error) {
      // What is refused now is tried the next time; where the store failed, the log has told so.
      if (!(error instanceof Refusal)) throw error;
    } finally {
      if (ended > 0) telemetry.endedUnused(ended);
    }
  }

  #isUnused(room: Room, before: number): boolean {
    if (room.seq > 0 || room.isPrivate || room.isLobby || room.isDestroyed || room.atMicros >= before) return false;
    return countIn(this.#chat, room) === 0;
  }

  /** Those without an owner, after reading them again where the store is shared. Rejects with a `StoreError`. */
  async #ownerless(rooms: readonly Room[]): Promise<readonly Room[]> {
    const { subscriptions, presence, sessionsById } = this.#chat;
    await Promise.all(rooms.map(({ name }) => subscriptions.find(name)));
    const owners = rooms.map(({ rights }) => rights.owner).filter((id) => id !== null);
    const elsewhere = owners.filter((id) => !sessionsById.has(id));
    const gone = elsewhere.length > 0 ? await presence.goneOf(elsewhere) : [];
    for (const room of rooms) {
      const { owner } = room.rights;
      if (owner !== null && gone.includes(owner)) room.rights = { ...room.rights, owner: null };
    }
    return rooms.filter(({ rights }) => rights.owner === null);
  }

  /** Returns whether this call ended the room. Rejects with a `ChatError` when the store does not take it. */
  async #end(room: Room, before: number): Promise<boolean> {
    if (this.isStopped || !this.#isUnused(room, before)) return false;
    // "own" is refused when the room has an owner by then: somebody at another node who got it keeps it.
    const deed = { session: null, action: "own", kind: kinds.destroyed, body: "" } as const;
    const ended = this.#chat.perform(room, deed);
    room.ending = ended.catch(() => {}).finally(() => (room.ending = null));
    try {
      await ended;
      return true;
    } catch (error) {
      // Another node ended it first, or it is somebody's.
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
