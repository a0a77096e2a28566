import type { Clock } from "../ports/clock.ts";
import type { Newcomer, Presence } from "../ports/presence.ts";
import { Roster } from "./roster.ts";

/** Who holds which name, and who is in which room, on a node that is alone. */
export class MemoryPresence extends Roster implements Presence {
  readonly #clock: Pick<Clock, "micros">;

  constructor(clock: Pick<Clock, "micros">) {
    super();
    this.#clock = clock;
  }

  claim({ id, name, address, sinceMicros }: Newcomer): Promise<boolean> {
    if (this.find(name.key)) return Promise.resolve(false);
    this.add({ id, name, address, sinceMicros, rooms: new Map(), node: null });
    return Promise.resolve(true);
  }

  release(session: number): void {
    this.remove(session);
  }

  joined(session: number, room: number): void {
    this.enter(session, room, this.#clock.micros());
  }

  left(session: number, room: number): void {
    this.leave(session, room);
  }

  goneOf(sessions: readonly number[]): Promise<readonly number[]> {
    return Promise.resolve(sessions.filter((id) => !this.has(id)));
  }

  /** Nobody is elsewhere, so there is nothing to tell. */
  listen(): void {}
}
